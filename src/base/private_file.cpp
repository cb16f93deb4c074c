#include "base/private_file.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <cstring>

#include "base/error.hpp"

namespace sparkify::base {
namespace {

/// 0 or the number of what went wrong.
int write_all(int file, std::string_view bytes) {
  while (!bytes.empty()) {
    ssize_t count = ::write(file, bytes.data(), bytes.size());
    if (count < 0 && errno != EINTR) return errno;
    if (count > 0) bytes.remove_prefix(static_cast<std::size_t>(count));
  }
  return ::fsync(file) == 0 ? 0 : errno;
}

}  // namespace

void replace_file(const std::string& path, std::string_view bytes, mode_t mode) {
  std::string beside = path + ".XXXXXX";
  int file = ::mkostemp(beside.data(), O_CLOEXEC);  // of its owner alone from the beginning
  if (file < 0) throw system_error(errno, "write", path);
  int error_number = write_all(file, bytes);
  if (error_number == 0 && ::fchmod(file, mode) != 0) error_number = errno;
  ::close(file);
  if (error_number == 0 && std::rename(beside.c_str(), path.c_str()) != 0) error_number = errno;
  if (error_number == 0) return;
  ::unlink(beside.c_str());
  throw system_error(error_number, "write", path);
}

void wipe(std::string& secret) {
  ::explicit_bzero(secret.data(), secret.size());
  secret.clear();
}

}  // namespace sparkify::base
