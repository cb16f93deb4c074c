#include "net/local.hpp"

#include <fcntl.h>

#include <cerrno>
#include <cstring>
#include <optional>

#include "base/error.hpp"

namespace sparkify::net {

LocalAddress::LocalAddress(const std::string& path) {
  address_.sun_family = AF_UNIX;
  std::string reached = path;
  if (path.size() >= sizeof address_.sun_path) {
    std::size_t name_at = path.rfind('/') + 1;  // 0 for a name alone
    std::string folder = name_at == 0 ? "." : path.substr(0, name_at);
    folder_ = Descriptor(::open(folder.c_str(), O_PATH | O_DIRECTORY | O_CLOEXEC));
    if (!folder_) throw base::system_error(errno, "open", folder);
    reached = "/proc/self/fd/" + std::to_string(folder_.get()) + "/" + path.substr(name_at);
  }
  if (reached.size() >= sizeof address_.sun_path) {
    throw base::Error(base::ErrorKind::unavailable, "the name is too long for a socket")
        .at({path, 0, 0, {}});
  }
  std::memcpy(address_.sun_path, reached.c_str(), reached.size() + 1);
}

Descriptor connect_local(const std::string& path) {
  std::optional<LocalAddress> address;
  try {
    address.emplace(path);
  } catch (const base::Error& error) {
    if (error.kind() == base::ErrorKind::unavailable) throw;
    return {};  // no such folder
  }
  Descriptor socket(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0));
  if (!socket) throw base::system_error(errno, "open", "a socket");
  if (::connect(socket.get(), address->get(), LocalAddress::size) == 0) return socket;
  bool is_nobody = errno == ENOENT || errno == ECONNREFUSED || errno == ENOTDIR ||
                   errno == ENOTSOCK || errno == EACCES;
  if (is_nobody) return {};
  throw base::system_error(errno, "connect to", path);
}

ucred peer_of(int socket) {
  ucred peer{};
  socklen_t size = sizeof peer;
  if (::getsockopt(socket, SOL_SOCKET, SO_PEERCRED, &peer, &size) != 0) {
    throw base::system_error(errno, "ask who uses", "a socket");
  }
  return peer;
}

}  // namespace sparkify::net
