#include "session/locks.hpp"

#include <chrono>

namespace sparkify::session {

void Locks::take(const std::string& table, const void* session,
                 const std::function<void()>& check) {
  using namespace std::chrono_literals;
  std::unique_lock lock(mutex_);
  for (;;) {
    const void*& holder = holders_[table];
    if (holder == nullptr || holder == session) {
      holder = session;
      return;
    }
    released_.wait_for(lock, 20ms);
    check();
  }
}

void Locks::release(const void* session) noexcept {
  std::lock_guard lock(mutex_);
  bool had_any =
      std::erase_if(holders_, [&](const auto& held) { return held.second == session; }) > 0;
  if (had_any) released_.notify_all();
}

}  // namespace sparkify::session
