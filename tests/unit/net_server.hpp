#pragma once

#include <atomic>
#include <functional>
#include <mutex>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

namespace sparkify::net {

/// One connection to a ScriptedServer, as its script sees it.
class ServerConnection {
 public:
  explicit ServerConnection(int socket) : socket_(socket) {}

  /// The next request's head, up to and with the blank line; empty when the client is gone.
  std::string read_head();
  /// So many bytes more.
  std::string read_body(std::size_t bytes);
  /// Whether the client took them.
  bool write(std::string_view bytes);
  /// Ends the connection with a reset instead of a FIN.
  void reset();
  /// No more is sent, and what arrives is not read.
  void hang_up();
  /// Waits until the client hangs up: no byte is sent.
  void wait_for_end();

 private:
  int socket_;
  std::string read_;  ///< and not yet taken
};

/// A server on 127.0.0.1 whose every connection is a run of `script`, on a thread of its own.
class ScriptedServer {
 public:
  using Script = std::function<void(ServerConnection&)>;

  explicit ScriptedServer(Script script);
  ~ScriptedServer();

  /// `http://127.0.0.1:PORT/path`.
  std::string url(std::string_view path) const;
  int port() const { return port_; }
  int connection_count() const { return connection_count_; }

 private:
  void accept_all();
  void serve(int socket);

  Script script_;
  int listener_ = -1;
  int port_ = 0;
  std::atomic<int> connection_count_ = 0;
  std::mutex mutex_;
  std::vector<int> open_;  ///< guarded by mutex_
  std::vector<std::jthread> workers_;
  std::jthread acceptor_;
};

/// `HTTP/1.1 200 OK` with Content-Length and the body.
std::string ok_response(std::string_view body, std::string_view headers = {});

}  // namespace sparkify::net
