#pragma once

#include <chrono>
#include <map>
#include <mutex>
#include <optional>
#include <string>

#include "web/attempts.hpp"
#include "web/outside.hpp"
#include "web/request.hpp"

namespace sparkify::web {

/// The users who are logged in, and how they come and go: a page with a form at `/login`, which
/// posts to itself, and POST to `/logout`. A session ends when its user or the password is
/// changed, after twelve hours without a request, and with the server.
///
/// Memory: 1,000 sessions of some hundred bytes; one more ends that which is silent longest.
/// Threads: all members from any.
class Login {
 public:
  using Clock = std::chrono::steady_clock;
  static constexpr std::size_t most_sessions = 1000;
  static constexpr std::chrono::hours idle_time{12};

  /// Borrows `outside`. `port` is the server's.
  Login(const Outside& outside, std::uint16_t port);

  /// What to answer instead of what was asked for; nullopt: somebody asks who is logged in.
  /// `address` is the client's.
  std::optional<Response> judge(const Request& request, std::string_view address);

 private:
  struct Session {
    std::string user, mark;
    Clock::time_point last;
  };

  std::optional<std::string> user_of(const Request& request);
  Response enter(const Request& request, std::string_view address);
  Response leave(const Request& request);
  std::string begin_session(std::string user, std::string mark);
  std::string cookie(std::string_view value, std::string_view more) const;

  const Outside& outside_;
  std::string cookie_name_;
  Attempts attempts_;
  std::mutex entering_;  ///< one password is looked at at a time
  std::mutex mutex_;
  std::map<std::string, Session, std::less<>> sessions_;  ///< by their key; guarded by mutex_
};

}  // namespace sparkify::web
