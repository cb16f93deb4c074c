#include "session/transaction.hpp"

#include <utility>

namespace sparkify::session {

char Transaction::letter() const {
  switch (state_) {
    case State::open:
      return 'T';
    case State::failed:
      return 'E';
    case State::none:
    case State::implicit:
      break;
  }
  return 'I';
}

void Transaction::begin_engine() {
  connection_.run(is_read_only_ ? "begin transaction read only" : "begin transaction");
}

void Transaction::begin_implicit() {
  if (state_ != State::none) return;
  begin_engine();
  state_ = State::implicit;
}

void Transaction::begin() {
  if (state_ == State::none) begin_engine();
  state_ = State::open;
}

void Transaction::commit() {
  if (!is_active()) {
    state_ = State::none;
    return;
  }
  state_ = State::none;
  try {
    is_read_only_ ? connection_.run_reading("commit") : connection_.run("commit");
  } catch (const base::Error&) {
    roll_engine_back();
    throw;
  }
}

void Transaction::rollback() noexcept {
  if (is_active()) roll_engine_back();
  state_ = State::none;
}

void Transaction::fail() noexcept {
  bool is_clients = state_ == State::open || state_ == State::failed;
  rollback();
  if (is_clients) state_ = State::failed;
}

void Transaction::roll_engine_back() noexcept {
  try {
    connection_.run("rollback");
  } catch (const base::Error&) {
    // The engine has rolled it back by itself.
  }
}

}  // namespace sparkify::session
