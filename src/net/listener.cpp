#include "net/listener.hpp"

#include <arpa/inet.h>
#include <fmt/format.h>
#include <netdb.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <charconv>
#include <chrono>
#include <memory>
#include <thread>

#include "base/error.hpp"
#include "net/local.hpp"

namespace sparkify::net {
namespace {

using base::Error;
using base::ErrorKind;

constexpr int backlog = 256;

struct FreeAddresses {
  void operator()(addrinfo* list) const { ::freeaddrinfo(list); }
};
using AddressList = std::unique_ptr<addrinfo, FreeAddresses>;

AddressList resolve(const Address& address) {
  addrinfo wanted{};
  wanted.ai_family = AF_UNSPEC;
  wanted.ai_socktype = SOCK_STREAM;
  wanted.ai_flags = AI_PASSIVE | AI_NUMERICSERV;
  bool is_any = address.host.empty() || address.host == "*";
  addrinfo* found = nullptr;
  int code = ::getaddrinfo(is_any ? nullptr : address.host.c_str(),
                           std::to_string(address.port).c_str(), &wanted, &found);
  if (code == 0) return AddressList(found);
  throw Error(ErrorKind::not_found,
              fmt::format("cannot listen on {}: {}", address.text(), ::gai_strerror(code)));
}

bool is_loopback_address(const sockaddr* address) {
  if (address->sa_family == AF_INET) {
    std::uint32_t number = ntohl(reinterpret_cast<const sockaddr_in*>(address)->sin_addr.s_addr);
    return number >> 24 == 127;
  }
  return address->sa_family == AF_INET6 &&
         IN6_IS_ADDR_LOOPBACK(&reinterpret_cast<const sockaddr_in6*>(address)->sin6_addr);
}

Error listen_error(int error_number, const std::string& where) {
  Error error = base::system_error(error_number, "listen on " + where, "");
  if (error_number == EADDRINUSE) {
    error.hint("another program listens there; give another port");
  }
  return error;
}

std::uint16_t port_of(int socket) {
  sockaddr_storage storage{};
  socklen_t size = sizeof storage;
  ::getsockname(socket, reinterpret_cast<sockaddr*>(&storage), &size);
  if (storage.ss_family == AF_INET6) {
    return ntohs(reinterpret_cast<sockaddr_in6*>(&storage)->sin6_port);
  }
  return ntohs(reinterpret_cast<sockaddr_in*>(&storage)->sin_port);
}

Descriptor bind_tcp(const addrinfo& info, const std::string& where) {
  Descriptor socket(::socket(info.ai_family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
  if (!socket) throw listen_error(errno, where);
  int on = 1;
  ::setsockopt(socket.get(), SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
  if (info.ai_family == AF_INET6) {
    ::setsockopt(socket.get(), IPPROTO_IPV6, IPV6_V6ONLY, &on, sizeof on);
  }
  if (::bind(socket.get(), info.ai_addr, info.ai_addrlen) != 0 ||
      ::listen(socket.get(), backlog) != 0) {
    throw listen_error(errno, where);
  }
  return socket;
}

/// Removes a socket file whose server is gone. Throws locked when one answers.
void remove_stale(const std::string& path) {
  struct stat found {};
  if (::lstat(path.c_str(), &found) != 0 || !S_ISSOCK(found.st_mode)) return;
  if (connect_local(path)) {
    throw Error(ErrorKind::locked, "another process serves this warehouse").at({path, 0, 0, {}});
  }
  ::unlink(path.c_str());
}

}  // namespace

std::string Address::text() const {
  bool is_v6 = host.find(':') != std::string::npos;
  return fmt::format("{}{}{}:{}", is_v6 ? "[" : "", host, is_v6 ? "]" : "", port);
}

std::optional<Address> parse_address(std::string_view text) {
  std::size_t colon = text.rfind(':');
  if (colon == std::string_view::npos) return std::nullopt;
  std::string_view host = text.substr(0, colon), port = text.substr(colon + 1);
  if (host.starts_with('[') && host.ends_with(']')) {
    host = host.substr(1, host.size() - 2);
  } else if (host.find(':') != std::string_view::npos) {
    return std::nullopt;
  }
  Address address{std::string(host), 0};
  auto [end, code] = std::from_chars(port.data(), port.data() + port.size(), address.port);
  if (host.empty() || code != std::errc() || end != port.data() + port.size()) return std::nullopt;
  return address;
}

Listener::Listener() : stop_(::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)) {
  if (!stop_) throw base::system_error(errno, "open", "an event");
}

Listener Listener::tcp(const Address& address) {
  Listener listener;
  listener.address_ = address;
  AddressList list = resolve(address);
  for (addrinfo* each = list.get(); each != nullptr; each = each->ai_next) {
    listener.is_loopback_ &= is_loopback_address(each->ai_addr);
    // All addresses of a name share the port that the first one got.
    if (address.port == 0 && !listener.sockets_.empty()) break;
    listener.sockets_.push_back(bind_tcp(*each, address.text()));
    listener.address_.port = port_of(listener.sockets_.back().get());
  }
  return listener;
}

Listener Listener::local(const std::string& path) {
  LocalAddress address(path);
  remove_stale(path);
  Listener listener;
  Descriptor socket(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
  if (!socket) throw listen_error(errno, path);
  // Of the socket itself before it has a name: at no time may others connect.
  ::fchmod(socket.get(), S_IRUSR | S_IWUSR);
  mode_t earlier = ::umask(S_IRWXG | S_IRWXO);
  int state = ::bind(socket.get(), address.get(), LocalAddress::size);
  int error_number = errno;
  ::umask(earlier);
  if (state != 0) throw listen_error(error_number, path);
  listener.path_ = path;
  if (::listen(socket.get(), backlog) != 0) throw listen_error(errno, path);
  listener.sockets_.push_back(std::move(socket));
  return listener;
}

Listener::~Listener() {
  if (!path_.empty() && stop_) ::unlink(path_.c_str());
}

std::optional<Descriptor> Listener::accept() {
  std::vector<pollfd> watched{{stop_.get(), POLLIN, 0}};
  for (const Descriptor& socket : sockets_) watched.push_back({socket.get(), POLLIN, 0});
  for (;;) {
    if (::poll(watched.data(), watched.size(), -1) < 0 && errno != EINTR) return std::nullopt;
    if ((watched[0].revents & POLLIN) != 0) return std::nullopt;
    for (const pollfd& each : watched) {
      if ((each.revents & POLLIN) == 0) continue;
      Descriptor taken(::accept4(each.fd, nullptr, nullptr, SOCK_CLOEXEC));
      if (taken) return taken;
      if (errno == EMFILE || errno == ENFILE || errno == ENOBUFS || errno == ENOMEM) {
        std::this_thread::sleep_for(std::chrono::milliseconds(100));
        return std::nullopt;
      }
    }
  }
}

void Listener::stop() {
  std::uint64_t one = 1;
  [[maybe_unused]] ssize_t ignored = ::write(stop_.get(), &one, sizeof one);
}

bool Listener::is_stopped() const {
  pollfd watched{stop_.get(), POLLIN, 0};
  return ::poll(&watched, 1, 0) > 0;
}

}  // namespace sparkify::net
