#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
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

/// An object in the making. It appears whole, at finish(), or not at all: a writer that is
/// destroyed before leaves nothing behind. One thread at a time.
class ObjectWriter {
 public:
  virtual ~ObjectWriter() = default;
  /// Throws denied, unavailable.
  virtual void write(std::string_view bytes) = 0;
  /// Throws as write().
  virtual void finish() = 0;
};

/// Where objects live. Seam number one: disk, S3, memory for tests. Threads: safe.
class ObjectStore {
 public:
  /// Takes objects while the listing goes on, in its order.
  using Arrived = std::function<void(std::span<const ObjectEntry>)>;

  virtual ~ObjectStore() = default;
  /// Every object whose path lies below `prefix`, at any depth; a prefix that names one object
  /// lists that object. In S3 a prefix is any beginning of keys, as COPY takes it.
  /// `arrived`, if any, gets all objects of the result, in parts.
  /// Throws not_found (nothing there), denied, unavailable.
  virtual Listing list(std::string_view prefix, const Arrived& arrived = {}) = 0;
  /// These will be opened and read from begin to end, about in this order: a store far away may
  /// begin to fetch them. What is never opened costs memory until the store is gone.
  virtual void expect(std::span<const ObjectEntry> entries) { (void)entries; }
  /// Whether objects at `path` lie behind a network: nothing is read there that need not be. Of
  /// such objects of one size, one version means one content, wherever they lie.
  virtual bool is_far(std::string_view /*path*/) const { return false; }
  /// Throws not_found, denied, unavailable.
  virtual std::unique_ptr<Object> open(const ObjectEntry& entry) = 0;
  /// Begins an object, with the folders above it where there are such; an earlier one of that path
  /// is replaced. Throws denied, unavailable.
  virtual std::unique_ptr<ObjectWriter> create(std::string_view path) = 0;
  /// What waits for a server now, or would next, ends with interrupted.
  virtual void interrupt() {}
};

/// The whole of one object, which `path` names exactly. Throws as list() and open() do, and
/// not_found (only longer names begin with it), bad_data (no object, or more than `most_bytes`).
std::string read_object(ObjectStore& store, const std::string& path,
                        std::uint64_t most_bytes = 64 << 20);

}  // namespace sparkify::base
