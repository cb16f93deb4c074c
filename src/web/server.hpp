#pragma once

#include <atomic>
#include <chrono>
#include <list>
#include <mutex>
#include <string>
#include <thread>

#include "net/listener.hpp"
#include "warehouse/embedded.hpp"
#include "web/api.hpp"
#include "web/guard.hpp"

namespace sparkify::web {

struct ServerOptions {
  net::Address listen{"127.0.0.1", 8080};
  std::chrono::milliseconds statement_time{60'000};
  Limits limits;
};

/// Serves the app to browsers on this machine, from the time it is made.
///
/// Memory: for each connection a request's head and 64 KiB of an answer; what statements need of
/// DuckDB's limit. Threads: one that accepts, one for each connection and statement.
class Server {
 public:
  /// Connections at a time: one more takes the place of one that waits for its next request, or is
  /// turned away.
  static constexpr std::size_t most_connections = 64;

  /// Throws config (others could reach the address), what net::Listener throws.
  Server(const ServerOptions& options, warehouse::SharedDatabase database);
  /// Stops, and waits for all.
  ~Server();
  Server(const Server&) = delete;
  Server& operator=(const Server&) = delete;

  /// What opens the app in a browser. Holds a secret.
  const std::string& link() const { return guard_.link(); }
  /// Any thread, no signal handler.
  void stop();

 private:
  struct Connection;

  void accept();
  bool make_room();
  void serve(Connection& connection);
  void reap();

  Limits limits_;
  net::Listener listener_;
  Guard guard_;
  Api api_;
  std::mutex mutex_;
  std::list<Connection> connections_;  ///< guarded by mutex_
  std::jthread acceptor_;
};

}  // namespace sparkify::web
