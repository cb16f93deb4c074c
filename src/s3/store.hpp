#pragma once

#include <chrono>
#include <cstddef>
#include <memory>
#include <span>
#include <string>
#include <string_view>

#include "aws/credentials.hpp"
#include "base/object_store.hpp"
#include "base/removal.hpp"
#include "s3/address.hpp"

namespace sparkify::s3 {

struct Options {
  std::string endpoint;  ///< `http://127.0.0.1:9000`; empty: AWS's of the bucket's region
  std::string region;    ///< to begin with; a server that names another is believed
  Addressing addressing = Addressing::automatic;
  std::size_t connections = 64;  ///< 1 to 256
  std::size_t read_ahead_bytes = 256 << 20;
  /// A transfer that moves no byte for this long is tried again.
  std::chrono::milliseconds stall_timeout{10'000};
  std::string ca_bundle;  ///< PEM file; empty: the system's
};

/// Buckets of S3, or of a server that speaks its language.
///
/// Paths are `s3://bucket/key`: the key byte for byte, nothing in it means anything. A prefix is
/// any beginning of keys, as COPY takes it; keys that end in `/` and hold nothing are passed over.
///
/// What expect() named is fetched in order, on all connections; a reader that is ahead of that is
/// served first. An object's version is its ETag: one that changes while it is read ends in
/// unavailable. A fault that may pass is tried again: see RetryPolicy.
///
/// Memory: read_ahead_bytes + max(16, 2 x processors) x 8 MiB where readers are ahead of that +
/// connections x 256 KiB + about 250 bytes for each object expected; for each writer 72 MiB, beyond
/// 600 MB (see part_bytes()) its largest part and as much again.
/// Threads: two of its own; all members from any thread.
/// Lifetime: outlives its objects and writers.
class Store final : public base::ObjectStore, public base::Removal {
 public:
  /// Nothing is asked of a server. Throws config (an endpoint that is no URL).
  Store(Options options, std::shared_ptr<aws::CredentialProvider> credentials);
  ~Store() override;

  base::Listing list(std::string_view prefix, const Arrived& arrived = {}) override;
  void expect(std::span<const base::ObjectEntry> entries) override;
  bool is_far(std::string_view path) const override;
  std::unique_ptr<base::Object> open(const base::ObjectEntry& entry) override;
  std::unique_ptr<base::ObjectWriter> create(std::string_view path) override;
  /// One request for each, on all connections. Throws when each has its answer: the first refusal.
  void remove(std::span<const base::ObjectEntry> entries) override;
  /// For good: all that is asked of this store from now on ends with interrupted.
  void interrupt() override;

 private:
  class Body;
  std::unique_ptr<Body> body_;
};

}  // namespace sparkify::s3
