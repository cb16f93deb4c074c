#pragma once

#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/object_store.hpp"

namespace sparkify::redshift {

/// A folder of this load's own in the staging place, removed with what is in it when this ends.
/// Threads: one, and interrupt() from any.
class Folder {
 public:
  using OpenStore = std::function<std::unique_ptr<base::ObjectStore>()>;
  using Noted = std::function<void(std::string_view text)>;

  /// `staging` is `s3://bucket/prefix`. `noted` hears of what could not be removed.
  Folder(OpenStore open_store, std::string_view staging, Noted noted);
  ~Folder();
  Folder(const Folder&) = delete;
  Folder& operator=(const Folder&) = delete;

  const std::string& path() const { return path_; }
  base::ObjectStore& store() { return *store_; }

  /// Writes an object and returns its path.
  std::string write(std::string_view name, std::string_view text);
  /// A manifest of objects that must all be there.
  std::string write_manifest(std::string_view name, const std::vector<std::string>& paths);
  /// Objects that others have written here are removed with it.
  void remove_later(const std::function<std::vector<std::string>()>& paths) noexcept;
  /// What is written fails. Any thread.
  void interrupt() { store_->interrupt(); }

 private:
  OpenStore open_store_;
  Noted noted_;
  std::string path_;
  std::unique_ptr<base::ObjectStore> store_;
  std::vector<std::string> written_;
};

}  // namespace sparkify::redshift
