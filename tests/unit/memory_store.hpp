#pragma once

#include <functional>
#include <map>
#include <mutex>
#include <string>
#include <vector>

#include "base/object_store.hpp"

/// A store in memory that tells what was asked of it, for the tests of what lies above stores.
namespace memory_test {

/// Far objects as S3 has them: versions are made from the content. Paths that begin with `disk/`
/// are near.
class MemoryStore final : public sparkify::base::ObjectStore {
 public:
  using Entry = sparkify::base::ObjectEntry;

  /// `salt` changes the version but not the content, as another key of encryption does.
  void put(const std::string& path, const std::string& text, const std::string& salt = {});
  std::string text(const std::string& path) const;
  std::vector<std::string> paths() const;

  sparkify::base::Listing list(std::string_view prefix, const Arrived& arrived = {}) override;
  void expect(std::span<const Entry> entries) override;
  bool is_far(std::string_view path) const override { return !path.starts_with("disk/"); }
  std::unique_ptr<sparkify::base::Object> open(const Entry& entry) override;
  std::unique_ptr<sparkify::base::ObjectWriter> create(std::string_view path) override;
  void interrupt() override { ++interrupts; }

  std::size_t page_size = 1000;
  /// Called before a page is handed out, with its number from 0.
  std::function<void(std::size_t)> before_page;
  /// Called before an object is read; may throw.
  std::function<void(const std::string&)> before_read;
  /// Called before bytes are written; may throw.
  std::function<void(const std::string&)> before_write;

  std::vector<std::string> expected, opened;  ///< in order
  int interrupts = 0;

 private:
  class Reader;
  class Writer;
  struct Stored {
    std::string text, version;
  };
  mutable std::mutex mutex_;  ///< guards all
  std::map<std::string, Stored> objects_;
};

}  // namespace memory_test
