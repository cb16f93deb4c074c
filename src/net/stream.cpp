#include "net/stream.hpp"

#include <netdb.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <fcntl.h>
#include <algorithm>
#include <array>
#include <cerrno>

#include "base/error.hpp"
#include "net/link.hpp"

namespace sparkify::net {
namespace {

using base::Error;
using base::ErrorKind;
using Clock = std::chrono::steady_clock;

void set_option(int socket, int level, int name, int value) {
  // A Unix socket has no such options, and none of them is needed for the bytes to be right.
  (void)::setsockopt(socket, level, name, &value, sizeof value);
}

/// A peer that does not answer for about two minutes is gone.
void notice_lost_peer(int socket) {
  set_option(socket, SOL_SOCKET, SO_KEEPALIVE, 1);
  set_option(socket, IPPROTO_TCP, TCP_KEEPIDLE, 60);
  set_option(socket, IPPROTO_TCP, TCP_KEEPINTVL, 10);
  set_option(socket, IPPROTO_TCP, TCP_KEEPCNT, 6);
  set_option(socket, IPPROTO_TCP, TCP_USER_TIMEOUT, 120'000);
}

bool is_again(int error_number) { return error_number == EAGAIN || error_number == EWOULDBLOCK; }

}  // namespace

Descriptor& Descriptor::operator=(Descriptor&& other) noexcept {
  if (this != &other) {
    close();
    number_ = std::exchange(other.number_, -1);
  }
  return *this;
}

void Descriptor::close() {
  if (number_ >= 0) ::close(std::exchange(number_, -1));
}

SocketStream::SocketStream(Descriptor socket) : socket_(std::move(socket)) {
  int flags = ::fcntl(socket_.get(), F_GETFL);
  ::fcntl(socket_.get(), F_SETFL, flags | O_NONBLOCK);
  set_option(socket_.get(), IPPROTO_TCP, TCP_NODELAY, 1);
  notice_lost_peer(socket_.get());
}

void SocketStream::wait(short events, Patience patience) const {
  auto deadline = Clock::now() + patience.value_or(std::chrono::milliseconds(0));
  for (;;) {
    int timeout = -1;
    if (patience) {
      auto left = std::chrono::ceil<std::chrono::milliseconds>(deadline - Clock::now());
      timeout = static_cast<int>(std::clamp<std::int64_t>(left.count(), 0, 1'000'000'000));
    }
    pollfd watched{socket_.get(), events, 0};
    int ready = ::poll(&watched, 1, timeout);
    if (ready > 0) return;  // also for an error: the next call names it
    if (ready == 0) {
      throw Error(ErrorKind::unavailable, "the other side does not answer").sql_state(link_lost);
    }
    if (errno != EINTR) {
      throw base::system_error(errno, "wait for", "a connection").sql_state(link_lost);
    }
  }
}

std::size_t SocketStream::read(std::span<char> buffer, Patience patience) {
  for (;;) {
    ssize_t count = ::recv(socket_.get(), buffer.data(), buffer.size(), 0);
    if (count >= 0) return static_cast<std::size_t>(count);
    if (errno == ECONNRESET) return 0;
    if (is_again(errno)) {
      wait(POLLIN, patience);
    } else if (errno != EINTR) {
      throw base::system_error(errno, "read from", "a connection").sql_state(link_lost);
    }
  }
}

void SocketStream::write(std::string_view bytes, Patience patience) {
  while (!bytes.empty()) {
    ssize_t count = ::send(socket_.get(), bytes.data(), bytes.size(), MSG_NOSIGNAL);
    if (count >= 0) {
      bytes.remove_prefix(static_cast<std::size_t>(count));
    } else if (is_again(errno)) {
      wait(POLLOUT, patience);
    } else if (errno != EINTR) {
      throw base::system_error(errno, "write to", "a connection").sql_state(link_lost);
    }
  }
}

std::string peer_address(int socket) {
  sockaddr_storage peer{};
  socklen_t size = sizeof peer;
  std::array<char, NI_MAXHOST> text{};
  auto* address = reinterpret_cast<sockaddr*>(&peer);
  if (::getpeername(socket, address, &size) != 0) return {};
  if (::getnameinfo(address, size, text.data(), text.size(), nullptr, 0, NI_NUMERICHOST) != 0) {
    return {};
  }
  return text.data();
}

bool is_hung_up(int socket) {
  pollfd watched{socket, POLLRDHUP, 0};
  return ::poll(&watched, 1, 0) > 0 && (watched.revents & (POLLRDHUP | POLLHUP | POLLERR)) != 0;
}

void end_reading(int socket) { ::shutdown(socket, SHUT_RD); }
void end_all(int socket) { ::shutdown(socket, SHUT_RDWR); }

}  // namespace sparkify::net
