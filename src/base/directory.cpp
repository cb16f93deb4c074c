#include "base/directory.hpp"

#include <cerrno>
#include <string_view>

#include "base/error.hpp"

namespace sparkify::base {

Directory::Directory(const std::string& path) : path_(path), stream_(::opendir(path.c_str())) {
  if (!stream_) throw system_error(errno, "list directory", path_);
}

const char* Directory::next() {
  for (;;) {
    errno = 0;
    const dirent* entry = ::readdir(stream_.get());
    if (entry == nullptr && errno != 0) throw system_error(errno, "list directory", path_);
    if (entry == nullptr) return nullptr;
    std::string_view name = entry->d_name;
    if (name != "." && name != "..") return entry->d_name;
  }
}

int Directory::descriptor() const { return ::dirfd(stream_.get()); }

void Directory::Close::operator()(DIR* stream) const { ::closedir(stream); }

}  // namespace sparkify::base
