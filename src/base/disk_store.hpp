#pragma once

#include "base/object_store.hpp"

namespace sparkify::base {

/// Files on local disk. Symbolic links are followed, a directory reached twice is listed once.
/// Threads: safe.
class DiskStore final : public ObjectStore {
 public:
  /// `prefix` names a directory or one file. What is no regular file, and links that lead nowhere,
  /// are passed over with the reason. Throws not_found, denied (a directory may not be read).
  Listing list(std::string_view prefix, const Arrived& arrived = {}) override;
  std::unique_ptr<Object> open(const ObjectEntry& entry) override;
  std::unique_ptr<ObjectWriter> create(std::string_view path) override;
};

}  // namespace sparkify::base
