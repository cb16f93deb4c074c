#pragma once

#include <functional>
#include <memory>
#include <mutex>
#include <span>
#include <string>
#include <string_view>

#include "aws/identity.hpp"
#include "base/disk_store.hpp"
#include "base/object_store.hpp"
#include "config/settings.hpp"
#include "s3/store.hpp"

namespace sparkify::cli {

/// `s3://` for `s3a://` and `s3n://`, in any case: so that an object has one path, by which the
/// ledger knows it. Other paths as they are.
std::string canonical_path(std::string_view path);

/// Disk and S3 as one store: the path says which. Who asks is found out, and a server asked, when
/// the first path of S3 comes. Threads: safe.
class Stores final : public base::ObjectStore {
 public:
  using Make = std::function<std::unique_ptr<base::ObjectStore>()>;
  /// `make_s3` is called at most once, unless it throws.
  explicit Stores(Make make_s3) : make_s3_(std::move(make_s3)) {}

  base::Listing list(std::string_view prefix, const Arrived& arrived = {}) override;
  void expect(std::span<const base::ObjectEntry> entries) override;
  bool is_far(std::string_view path) const override;
  std::unique_ptr<base::Object> open(const base::ObjectEntry& entry) override;
  std::unique_ptr<base::ObjectWriter> create(std::string_view path) override;
  void interrupt() override;

 private:
  base::ObjectStore& at(std::string_view path);

  base::DiskStore disk_;
  Make make_s3_;
  std::mutex mutex_;
  std::unique_ptr<base::ObjectStore> s3_;  ///< guarded by mutex_, as what follows
  bool is_interrupted_ = false;
};

/// The whole text at a path: a file, a pipe, an object of S3, or (`-`) standard input.
/// Throws not_found, denied, unavailable, bad_data (that is more than one object).
std::string read_text(Stores& store, const std::string& path);

/// How S3 is asked, as settings describe it. Throws config, usage.
s3::Options s3_options(const aws::Identity& identity, const config::Settings& settings);
/// S3 as settings describe it. Throws config, usage.
std::unique_ptr<base::ObjectStore> open_s3(const config::Settings& settings);

}  // namespace sparkify::cli
