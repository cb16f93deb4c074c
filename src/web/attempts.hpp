#pragma once

#include <chrono>
#include <list>
#include <mutex>
#include <string>
#include <string_view>
#include <unordered_map>

namespace sparkify::web {

/// How many wrong passwords are heard: a few from one address, more from all of them, then one now
/// and then. Memory: 1,024 addresses; a further one takes the place of that longest silent.
/// Threads: all members from any.
class Attempts {
 public:
  using Clock = std::chrono::steady_clock;

  struct Rate {
    unsigned burst = 1;
    std::chrono::seconds pause{1};  ///< after these, for each
  };
  static constexpr Rate of_address{5, std::chrono::seconds(10)};
  static constexpr Rate of_all{100, std::chrono::seconds(1)};

  /// Counts an attempt, as if it were a wrong one; false: it is one too many, and is not to be
  /// looked at. An address of IPv6 counts with its neighbours, of which one client has many.
  bool begin(std::string_view address, Clock::time_point now);
  /// It was a right one.
  void forgive(std::string_view address);

 private:
  /// The time at which all is forgotten that was wrong: each attempt moves it away by a pause.
  struct Debt {
    Clock::time_point until{};
    std::list<std::string>::iterator place;
  };

  Debt& debt_of(const std::string& address);

  std::mutex mutex_;
  Clock::time_point all_until_{};
  std::unordered_map<std::string, Debt> debts_;
  std::list<std::string> order_;  ///< of the addresses, longest silent first
};

}  // namespace sparkify::web
