#pragma once

#include <string>
#include <string_view>

#include "base/object_store.hpp"

namespace sparkify::copy {

/// What the names of these folders begin with, by which those are known that nobody removed.
inline constexpr std::string_view scratch_prefix = "sparkify-copy-";

/// A folder of its own that is gone with all it holds when the owner is.
class ScratchFolder {
 public:
  /// Below `parent`; empty: the system's folder for temporary files. Throws denied, unavailable.
  explicit ScratchFolder(const std::string& parent);
  ~ScratchFolder();
  ScratchFolder(const ScratchFolder&) = delete;
  ScratchFolder& operator=(const ScratchFolder&) = delete;

  /// The path of a file in it.
  std::string file(const std::string& name) const { return path_ + "/" + name; }
  const std::string& path() const { return path_; }

 private:
  std::string path_;
};

/// Copies an object into a file. Throws unavailable, denied.
void fetch(base::ObjectStore& store, const base::ObjectEntry& entry, const std::string& path);
/// Copies a file into what `writer` writes, without its end; returns its size.
std::uint64_t pour(const std::string& path, base::ObjectWriter& writer);
/// Copies a file into an object; returns its size.
std::uint64_t send(const std::string& path, base::ObjectStore& store, const std::string& to);

}  // namespace sparkify::copy
