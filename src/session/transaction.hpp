#pragma once

#include "duckdb/connection.hpp"

namespace sparkify::session {

/// The transaction a session is in, as PostgreSQL's clients see it.
class Transaction {
 public:
  enum class State {
    none,      ///< each statement by itself
    implicit,  ///< begun by the session around statements that came together
    open,      ///< begun by the client
    failed,    ///< begun by the client; rolled back, and it has not said so yet
  };

  /// Borrows the connection. Read-only: the engine refuses what would change more than temporary
  /// tables.
  Transaction(duckdb::Connection& connection, bool is_read_only)
      : connection_(connection), is_read_only_(is_read_only) {}

  State state() const { return state_; }
  /// Of ReadyForQuery: I, T or E.
  char letter() const;
  bool is_active() const { return state_ == State::implicit || state_ == State::open; }

  void begin_implicit();
  /// What was begun implicitly becomes the client's.
  void begin();
  /// Throws sql: then it is rolled back.
  void commit();
  void rollback() noexcept;
  /// After an error: rolled back, and for the client still there.
  void fail() noexcept;

 private:
  void begin_engine();
  void roll_engine_back() noexcept;

  duckdb::Connection& connection_;
  bool is_read_only_;
  State state_ = State::none;
};

}  // namespace sparkify::session
