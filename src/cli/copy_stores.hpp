#pragma once

#include <cstddef>
#include <memory>
#include <mutex>
#include <vector>

#include "aws/identity.hpp"
#include "base/object_store.hpp"
#include "config/settings.hpp"
#include "s3/store.hpp"
#include "transfer/statement.hpp"

namespace sparkify::cli {

/// Stores of S3 for the server's COPY and UNLOAD: one for each statement that runs, with the keys
/// the statement gives, else with the server's own credentials, which are found at the first
/// statement and shared by all. A role is accepted and means the server's own.
///
/// Memory: 256 MiB of read-ahead shared by the statements that run, at least 32 MiB each.
/// Threads: all members from any.
class CopyStores {
 public:
  /// Borrows the settings.
  explicit CopyStores(const config::Settings& settings) : settings_(settings) {}

  /// Throws config.
  std::shared_ptr<base::ObjectStore> open(const transfer::Access& access);
  /// What waits for S3 ends with interrupted, now and from now on.
  void interrupt();

 private:
  void find_out();

  const config::Settings& settings_;
  std::mutex mutex_;
  std::unique_ptr<aws::Identity> identity_;  ///< guarded by mutex_, as what follows
  s3::Options options_;
  std::vector<std::weak_ptr<base::ObjectStore>> open_;
  bool is_interrupted_ = false;
};

}  // namespace sparkify::cli
