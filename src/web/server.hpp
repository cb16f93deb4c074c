#pragma once

#include <atomic>
#include <chrono>
#include <list>
#include <memory>
#include <mutex>
#include <string>
#include <thread>

#include "net/listener.hpp"
#include "warehouse/embedded.hpp"
#include "web/api.hpp"
#include "web/guard.hpp"
#include "web/outside.hpp"

namespace sparkify::web {

struct ServerOptions {
  net::Address listen{"127.0.0.1", 8080};
  std::chrono::milliseconds statement_time{60'000};
  std::chrono::milliseconds handshake_time{10'000};  ///< of TLS, for each of its steps
  Limits limits;
  bool is_writable = false;    ///< the SQL editor may change the warehouse
  std::string queries_folder;  ///< where it keeps queries; empty: nowhere
};

/// Serves the app to browsers, from the time it is made: on this machine over HTTP to whoever has
/// its link, to others over TLS to users with their passwords.
///
/// Memory: for each connection a request's head and 64 KiB of an answer; what statements need of
/// DuckDB's limit. Threads: one that accepts, one for each connection and statement.
class Server {
 public:
  /// Connections at a time: one more takes the place of one that waits for its next request or has
  /// not been let in with this one, or is turned away.
  static constexpr std::size_t most_connections = 64;

  /// Borrows what `outside` has, and the host. Throws what its demand() and net::Listener throw.
  Server(const ServerOptions& options, Outside outside, warehouse::SharedDatabase database,
         session::Host& host);
  /// Stops, and waits for all.
  ~Server();
  Server(const Server&) = delete;
  Server& operator=(const Server&) = delete;

  /// What opens the app in a browser. Holds a secret where no password is asked.
  const std::string& link() const { return guard_->link(); }
  /// Any thread, no signal handler.
  void stop();

 private:
  struct Connection;

  void accept();
  bool make_room();
  void serve(Connection& connection);
  void talk(Connection& connection, net::Stream& stream);
  void answer(Connection& connection, const Request& request, Exchange& exchange);

  Limits limits_;
  std::chrono::milliseconds handshake_time_;
  Outside outside_;
  net::Listener listener_;
  const net::TlsServer* tls_;  ///< nullptr on this machine
  std::unique_ptr<Guard> guard_;
  Api api_;
  std::mutex mutex_;
  std::list<Connection> connections_;  ///< guarded by mutex_
  std::jthread acceptor_;
};

}  // namespace sparkify::web
