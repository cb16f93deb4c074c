#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <list>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <thread>

#include "duckdb/connection.hpp"
#include "net/listener.hpp"
#include "serve/access.hpp"
#include "serve/served_file.hpp"
#include "session/host.hpp"
#include "warehouse/embedded.hpp"

namespace sparkify::serve {

struct ServerOptions {
  net::Address listen{"127.0.0.1", 5439};
  std::size_t most_clients = 500;
  std::chrono::milliseconds login_time{15'000};
  /// For statements that run when the server is told to stop.
  std::chrono::milliseconds grace{5'000};
  session::Limits limits;
  std::string database_name = "dev";
};

/// Owns the warehouse and lets clients of PostgreSQL work with it.
///
/// Memory: DuckDB's limit, and about 300 KiB for each client, more for one whose rows or messages
/// are longer. Threads: one for each client, one that accepts, one that looks after statements.
class Server {
 public:
  /// Opens the warehouse, making it when there is none, and listens.
  /// Throws what warehouse::open_file(), net::Listener and Access throw.
  Server(const warehouse::EmbeddedOptions& warehouse, ServerOptions options, AccessOptions access);
  ~Server();
  Server(const Server&) = delete;
  Server& operator=(const Server&) = delete;

  const net::Address& address() const { return listener_.address(); }
  const Access& access() const { return access_; }
  /// What sessions work with; changed before run() only.
  session::Host& host() { return host_; }
  /// The open warehouse, for others in this process: connections of their own.
  const warehouse::SharedDatabase& database() const { return file_.database(); }

  /// Serves until stop(); then statements have their grace and everybody is seen out.
  void run();
  /// Any thread, no signal handler.
  void stop();

 private:
  struct Connection;

  void welcome(net::Descriptor socket);
  void make_room();
  void serve(Connection& connection);
  void talk(Connection& connection);
  void admit(Connection& connection);
  void cancel(std::uint32_t process, std::uint32_t key);
  void look_after(const std::stop_token& stop);
  void see_out();

  ServerOptions options_;
  net::Listener listener_;
  Access access_;
  ServedFile file_;
  session::Host host_;
  std::mutex mutex_;
  std::list<Connection> connections_;  ///< guarded by mutex_
  std::uint32_t last_process_ = 0;
};

}  // namespace sparkify::serve
