#include "infra/reach.hpp"

#include <fmt/format.h>
#include <netdb.h>
#include <poll.h>
#include <sys/socket.h>

#include <array>
#include <cerrno>
#include <cstring>
#include <memory>
#include <string_view>

#include "base/error.hpp"
#include "net/stream.hpp"

namespace sparkify::infra {
namespace {

using base::Error;
using base::ErrorKind;

/// SSLRequest: its length, 8, and the code 1234.5679. Source: "Message Formats" of PostgreSQL.
constexpr std::string_view ssl_request{"\0\0\0\x08\x04\xd2\x16\x2f", 8};

Error no_way(const std::string& host, const std::string& port, std::string_view why) {
  return Error(ErrorKind::unavailable, fmt::format("{}:{} does not answer: {}", host, port, why));
}

using Addresses = std::unique_ptr<addrinfo, decltype(&::freeaddrinfo)>;

Addresses look_up(const std::string& host, const std::string& port) {
  addrinfo hints{};
  hints.ai_socktype = SOCK_STREAM;
  addrinfo* found = nullptr;
  int failure = ::getaddrinfo(host.c_str(), port.c_str(), &hints, &found);
  if (failure != 0) throw no_way(host, port, ::gai_strerror(failure));
  return {found, &::freeaddrinfo};
}

/// Empty when `address` cannot be reached in time; errno says why.
net::Descriptor connect(const addrinfo& address, std::chrono::milliseconds patience) {
  net::Descriptor socket(
      ::socket(address.ai_family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
  if (!socket) return {};
  if (::connect(socket.get(), address.ai_addr, address.ai_addrlen) == 0) return socket;
  if (errno != EINPROGRESS) return {};
  pollfd waiting{socket.get(), POLLOUT, 0};
  int ready = ::poll(&waiting, 1, static_cast<int>(patience.count()));
  int outcome = ready == 0 ? ETIMEDOUT : errno;
  socklen_t size = sizeof outcome;
  if (ready > 0) ::getsockopt(socket.get(), SOL_SOCKET, SO_ERROR, &outcome, &size);
  if (ready > 0 && outcome == 0) return socket;
  errno = outcome;
  return {};
}

}  // namespace

void require_listener(const std::string& host, const std::string& port,
                      std::chrono::milliseconds patience) {
  Addresses addresses = look_up(host, port);
  net::Descriptor socket;
  for (const addrinfo* each = addresses.get(); each != nullptr && !socket; each = each->ai_next) {
    socket = connect(*each, patience);
  }
  if (!socket) throw no_way(host, port, std::strerror(errno));
  net::SocketStream stream(std::move(socket));
  stream.write(ssl_request, patience);
  std::array<char, 1> answer{};
  std::size_t count = stream.read(answer, patience);
  if (count == 1 && answer[0] == 'S') return;
  throw no_way(host, port,
               count == 1 && answer[0] == 'N' ? "it speaks no TLS" : "it is no Redshift");
}

}  // namespace sparkify::infra
