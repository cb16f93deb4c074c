#pragma once

#include <dirent.h>

#include <memory>
#include <string>

namespace sparkify::base {

/// The names in a directory. Unlike readdir alone, tells the end from a file system that failed:
/// nothing is passed over in silence.
class Directory {
 public:
  /// Throws not_found, denied, unavailable.
  explicit Directory(const std::string& path);

  /// The next name but `.` and `..`, in no order; nullptr at the end. Borrowed until the next call.
  /// Throws unavailable, denied.
  const char* next();
  int descriptor() const;

 private:
  struct Close {
    void operator()(DIR* stream) const;
  };

  std::string path_;
  std::unique_ptr<DIR, Close> stream_;
};

}  // namespace sparkify::base
