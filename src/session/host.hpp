#pragma once

#include <atomic>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>

#include "base/object_store.hpp"
#include "duckdb/connection.hpp"
#include "load/environment.hpp"
#include "net/stream.hpp"
#include "session/locks.hpp"

namespace sparkify::session {

/// What one client may use.
struct Limits {
  std::size_t message_bytes = 64 << 20;
  /// A client that takes or sends nothing for so long, within a message, is let go.
  std::chrono::milliseconds stall_time{120'000};
  /// Of a statement; 0: none. A client's statement_timeout may be shorter.
  std::chrono::milliseconds statement_time{0};
};

/// What the server lends its sessions. Threads: all members from any.
struct Host {
  duckdb_database database = nullptr;
  std::string database_name;
  Limits limits;
  // What COPY and UNLOAD work with; load/environment.hpp says what they are.
  std::function<std::shared_ptr<base::ObjectStore>(const transfer::Access&)> open_store;
  base::ObjectStore* files = nullptr;
  std::string scratch_folder;
  /// Takes a line about a statement that has run; empty: nobody wants to know.
  std::function<void(std::string_view line)> log_statement;
  std::atomic<std::int64_t> last_query_id = 0;
  /// Grows whenever tables, views or schemas are made, changed or dropped, and again when the
  /// transaction that did so ends: what was translated before may be wrong now.
  std::atomic<std::uint64_t> definition_count = 0;
  std::atomic<bool> is_stopping = false;
  Locks locks;
};

/// What a session is doing, for those who may have to stop it.
/// Threads: begin() and end() on the session's, the others on any.
class Activity {
 public:
  using Clock = std::chrono::steady_clock;
  enum class Stop { no, cancelled, timed_out, hung_up, shutting_down };

  explicit Activity(int socket) : socket_(socket) {}

  /// A statement runs on `connection` from now until end().
  void begin(duckdb::Connection& connection, std::optional<Clock::time_point> deadline);
  /// Returns why it was stopped, if it was.
  Stop end();
  /// What runs now waits for this store as well; stopping the statement interrupts it.
  void waits_for(std::weak_ptr<base::ObjectStore> store);
  /// What the running statement was told. no: nothing, or nothing runs.
  Stop stop() const;
  bool is_running() const;

  /// Stops what runs now; does nothing when nothing does.
  void request(Stop why);
  /// Looks after the statement that runs: its time, whether its client is still there. Repeats the
  /// interrupt of one that was stopped: the engine may have been between two steps.
  void look_after(Clock::time_point now);

  int socket() const { return socket_; }

 private:
  void interrupt();

  mutable std::mutex mutex_;
  int socket_;  ///< -1: none
  duckdb::Connection* connection_ = nullptr;
  std::optional<Clock::time_point> deadline_;
  std::weak_ptr<base::ObjectStore> store_;
  Stop stop_ = Stop::no;
};

}  // namespace sparkify::session
