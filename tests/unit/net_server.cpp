#include "net_server.hpp"

#include <arpa/inet.h>
#include <fmt/format.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <stdexcept>

namespace sparkify::net {
namespace {

/// Appends what arrives next; false at the end.
bool receive(int socket, std::string& text) {
  std::array<char, 65536> block;
  ssize_t count = ::recv(socket, block.data(), block.size(), 0);
  if (count > 0) text.append(block.data(), static_cast<std::size_t>(count));
  return count > 0;
}

}  // namespace

std::string ServerConnection::read_head() {
  std::size_t end;
  while ((end = read_.find("\r\n\r\n")) == std::string::npos) {
    if (!receive(socket_, read_)) return {};
  }
  std::string head = read_.substr(0, end + 4);
  read_.erase(0, end + 4);
  return head;
}

std::string ServerConnection::read_body(std::size_t bytes) {
  while (read_.size() < bytes) {
    if (!receive(socket_, read_)) return {};
  }
  std::string body = read_.substr(0, bytes);
  read_.erase(0, bytes);
  return body;
}

bool ServerConnection::write(std::string_view bytes) {
  while (!bytes.empty()) {
    ssize_t count = ::send(socket_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
    if (count <= 0) return false;
    bytes.remove_prefix(static_cast<std::size_t>(count));
  }
  return true;
}

void ServerConnection::reset() {
  linger at_once{1, 0};
  ::setsockopt(socket_, SOL_SOCKET, SO_LINGER, &at_once, sizeof at_once);
}

void ServerConnection::hang_up() { ::shutdown(socket_, SHUT_RDWR); }

void ServerConnection::wait_for_end() {
  while (receive(socket_, read_)) read_.clear();
}

ScriptedServer::ScriptedServer(Script script) : script_(std::move(script)) {
  listener_ = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t size = sizeof address;
  auto* generic = reinterpret_cast<sockaddr*>(&address);
  if (::bind(listener_, generic, size) != 0 || ::listen(listener_, 256) != 0 ||
      ::getsockname(listener_, generic, &size) != 0) {
    throw std::runtime_error("no port to listen on");
  }
  port_ = ntohs(address.sin_port);
  acceptor_ = std::jthread([this] { accept_all(); });
}

ScriptedServer::~ScriptedServer() {
  ::shutdown(listener_, SHUT_RDWR);
  acceptor_.join();
  ::close(listener_);
  {
    std::lock_guard lock(mutex_);
    for (int socket : open_) ::shutdown(socket, SHUT_RDWR);
  }
  workers_.clear();
}

std::string ScriptedServer::url(std::string_view path) const {
  return fmt::format("http://127.0.0.1:{}{}", port_, path);
}

void ScriptedServer::accept_all() {
  for (;;) {
    int socket = ::accept4(listener_, nullptr, nullptr, SOCK_CLOEXEC);
    if (socket < 0) return;
    ++connection_count_;
    std::lock_guard lock(mutex_);
    open_.push_back(socket);
    workers_.emplace_back([this, socket] { serve(socket); });
  }
}

void ScriptedServer::serve(int socket) {
  ServerConnection connection(socket);
  script_(connection);
  std::lock_guard lock(mutex_);
  open_.erase(std::find(open_.begin(), open_.end(), socket));
  ::close(socket);
}

std::string ok_response(std::string_view body, std::string_view headers) {
  return fmt::format("HTTP/1.1 200 OK\r\nContent-Length: {}\r\n{}\r\n{}", body.size(), headers,
                     body);
}

}  // namespace sparkify::net
