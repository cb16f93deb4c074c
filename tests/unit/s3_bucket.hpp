#pragma once

#include <atomic>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "aws/credentials.hpp"
#include "base/error.hpp"
#include "net_server.hpp"
#include "s3/store.hpp"

namespace sparkify::s3 {

/// A request as the bucket sees it.
struct BucketRequest {
  std::string method;
  std::string target;                                 ///< as it came
  std::string key;                                    ///< decoded
  std::map<std::string, std::string> query, headers;  ///< decoded; names in lower case
  std::string body;
};

/// One bucket in memory, `music`, behind a real HTTP server at a path-style endpoint. It pages,
/// knows ranges, If-Match, uploads in parts, refuses parts whose CRC32C is wrong, and tells
/// CRC64NVME of objects. It looks at no signature.
class MemoryBucket {
 public:
  /// May answer in the bucket's stead: true when it did.
  using Meddler = std::function<bool(net::ServerConnection&, const BucketRequest&)>;

  explicit MemoryBucket(Meddler meddler = {});

  std::string endpoint() const { return server_.url(""); }
  void put(const std::string& key, std::string data);
  std::optional<std::string> get(const std::string& key);
  std::size_t upload_count();  ///< begun, and neither completed nor aborted
  std::size_t part_count();    ///< stored in the completed uploads
  std::vector<BucketRequest> requests();
  /// With this method, and this text in the target.
  std::size_t count(const std::string& method, const std::string& text = "");

  std::size_t page_size = 1000;
  bool tells_checksums = true;

 private:
  struct Upload {
    std::string key;
    std::map<int, std::string> parts;
  };

  void serve(net::ServerConnection& connection);
  std::string answer(const BucketRequest& request);
  std::string list(const BucketRequest& request);
  std::string read(const BucketRequest& request);
  std::string write(const BucketRequest& request);
  std::string complete(const BucketRequest& request);

  Meddler meddler_;
  std::mutex mutex_;
  std::map<std::string, std::string> objects_;
  std::map<std::string, Upload> uploads_;
  std::size_t part_count_ = 0;
  std::vector<BucketRequest> requests_;
  net::ScriptedServer server_;
};

/// `HTTP/1.1 403 ...` with S3's XML.
std::string refusal(int status, const std::string& code, const std::string& more = "",
                    const std::string& headers = "");

/// Credentials that a test hands out; nothing when `key` is empty.
class TestCredentials final : public aws::CredentialProvider {
 public:
  explicit TestCredentials(std::string key = "AKIDEXAMPLE") : key_(std::move(key)) {}
  std::optional<aws::Credentials> credentials() override;
  void refuse(const aws::Credentials& refused) override;
  std::string origin() override { return "environment"; }
  int refused_count() const { return refused_count_; }

 private:
  std::string key_;
  std::atomic<int> refused_count_ = 0;
};

/// Options for a store that asks `bucket`.
Options options_for(const MemoryBucket& bucket);

/// Repeatable bytes that differ everywhere.
std::string pattern(std::size_t size, unsigned seed = 1);

/// Runs and returns what it threw; fails the test when it threw nothing.
base::Error error_of(const std::function<void()>& action);

/// All of an object, in steps of `step` bytes.
std::string read_all(base::ObjectStore& store, const base::ObjectEntry& entry,
                     std::size_t step = 1 << 20);

}  // namespace sparkify::s3
