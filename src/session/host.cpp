#include "session/host.hpp"

#include <utility>

namespace sparkify::session {

void Activity::begin(duckdb::Connection& connection, std::optional<Clock::time_point> deadline) {
  std::lock_guard lock(mutex_);
  connection_ = &connection;
  deadline_ = deadline;
  stop_ = Stop::no;
}

Activity::Stop Activity::end() {
  std::lock_guard lock(mutex_);
  connection_ = nullptr;
  store_.reset();
  return std::exchange(stop_, Stop::no);
}

Activity::Stop Activity::stop() const {
  std::lock_guard lock(mutex_);
  return stop_;
}

bool Activity::is_running() const {
  std::lock_guard lock(mutex_);
  return connection_ != nullptr;
}

void Activity::request(Stop why) {
  std::lock_guard lock(mutex_);
  if (connection_ == nullptr) return;
  if (stop_ == Stop::no) stop_ = why;
  interrupt();
}

/// With the mutex held.
void Activity::interrupt() {
  connection_->interrupt();
  if (auto store = store_.lock()) store->interrupt();
}

void Activity::waits_for(std::weak_ptr<base::ObjectStore> store) {
  std::lock_guard lock(mutex_);
  store_ = std::move(store);
}

void Activity::look_after(Clock::time_point now) {
  std::lock_guard lock(mutex_);
  if (connection_ == nullptr) return;
  if (stop_ == Stop::no && deadline_ && now >= *deadline_) stop_ = Stop::timed_out;
  if (stop_ == Stop::no && socket_ >= 0 && net::is_hung_up(socket_)) stop_ = Stop::hung_up;
  if (stop_ != Stop::no) interrupt();
}

}  // namespace sparkify::session
