#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace sparkify::base {

/// One object (a file on disk, a key in a bucket) as a listing shows it.
struct ObjectEntry {
  std::string path;              ///< as the user would type it to reach this object
  std::uint64_t size_bytes = 0;  ///< as stored, that is before decompression
  /// Changes whenever the content may have changed; cheap to obtain, never a hash of the content.
  /// Disk: size, mtime, ctime and inode. S3: ETag.
  std::string version;
};

/// What a listing found below a prefix.
struct Listing {
  std::vector<ObjectEntry> objects;  ///< sorted by path, code-point order
  /// Entries that are no readable object, with the reason in words (`broken symbolic link`).
  struct Passed {
    std::string path;
    std::string reason;
  };
  std::vector<Passed> passed_over;
};

/// An object opened for reading at any offset. Thread-safe: many threads may read at once.
class Object {
 public:
  virtual ~Object() = default;
  /// Reads up to `buffer.size()` bytes at `offset`; 0 only at the end of the object.
  /// Throws unavailable (read failed).
  virtual std::size_t read(std::uint64_t offset, std::span<char> buffer) = 0;
  /// Throws unavailable when the object is no longer the version that was listed.
  virtual void verify_unchanged() = 0;
};

/// Where objects live. Seam number one: disk, S3, memory for tests.
class ObjectStore {
 public:
  virtual ~ObjectStore() = default;
  /// Every object whose path lies below `prefix`, at any depth; a prefix that names one object
  /// lists that object. Throws not_found (nothing there), denied, unavailable.
  virtual Listing list(std::string_view prefix) = 0;
  /// Throws not_found, denied, unavailable.
  virtual std::unique_ptr<Object> open(const ObjectEntry& entry) = 0;
};

}  // namespace sparkify::base
