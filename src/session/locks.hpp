#pragma once

#include <condition_variable>
#include <functional>
#include <map>
#include <mutex>
#include <string>

namespace sparkify::session {

/// Tables that sessions hold by LOCK. Only LOCK looks here: sessions that lock a table take turns,
/// others read and write it meanwhile. Two sessions that wait for each other wait until one of them
/// is stopped.
///
/// Threads: all members from any.
class Locks {
 public:
  /// Waits until no other session holds the table; one may take it again. `check`, called now and
  /// then, may throw to stop waiting.
  void take(const std::string& table, const void* session, const std::function<void()>& check);
  /// What this session holds is free.
  void release(const void* session) noexcept;

 private:
  std::mutex mutex_;
  std::condition_variable released_;
  std::map<std::string, const void*> holders_;  ///< guarded by mutex_
};

}  // namespace sparkify::session
