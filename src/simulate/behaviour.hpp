#pragma once

#include <chrono>
#include <cstdint>
#include <vector>

#include "simulate/population.hpp"
#include "site/catalogue.hpp"
#include "site/site.hpp"

namespace sparkify::simulate {

/// True on Saturdays, Sundays and the federal holidays of the United States.
bool is_day_off(std::chrono::sys_days day);

/// When users come. Sessions are a Poisson process of the user's own rate, with a least gap after
/// each session, bent by the time of day and thinned on days off:
/// - a time t becomes t + damping days * sin(2 pi (t - 3 h) / 1 day), so that most sessions begin
///   in the afternoon and fewest at three in the night;
/// - on a day off a session does not happen with probability weekend_damping. The probability
///   rises and falls linearly over weekend_damping_scale minutes, up to weekend_damping_offset
///   minutes after the midnight that begins or ends the days off.
/// Threads: const, any number.
class Arrivals {
 public:
  explicit Arrivals(const site::Site& site);

  /// The start of the session after one that ended at `last_ms`, at least the gap later.
  std::int64_t next(site::Random& random, std::int64_t last_ms, double beta_seconds) const;
  /// Probability that a session at `time_ms` does not happen.
  double thinning(std::int64_t time_ms) const;

 private:
  std::int64_t warp(std::int64_t time_ms) const;
  bool is_off(std::int64_t day) const;

  double damping_, weekend_damping_;
  double offset_ms_, scale_ms_, gap_ms_;
  std::vector<bool> days_off_;  ///< 1970 to 2199, by days since 1970; others are worked out
};

/// What users do: walks each through the site's states, with the time each step takes.
/// Between two pages of a session passes a log-normal time of the user's mean alpha and sigma 1;
/// a redirect takes one second; a song begins where the song before it ends, if one still plays.
/// Threads: const, any number; a user belongs to one thread at a time.
class Behaviour {
 public:
  static constexpr double sigma = 1.0;

  /// Borrows both.
  Behaviour(const site::Site& site, const site::Catalogue& catalogue);

  /// Begins the life of a user who is there at `start_ms`: somewhere within its rhythm of
  /// sessions, with events that may lie before.
  void settle(User& user, std::uint16_t entry, std::int64_t start_ms) const;
  /// Begins the first session of a new user, at next_ms.
  void begin(User& user, std::uint16_t entry) const { start_session(user, entry); }
  /// Goes from the event at hand to the next one of the session or of the next session; next_ms
  /// becomes never_ms when the user is gone for good.
  void advance(User& user) const;

 private:
  void start_session(User& user, std::uint16_t entry) const;
  void end_session(User& user) const;
  void arrive(User& user, std::uint16_t state) const;
  std::int64_t pause_ms(User& user, const site::State& next) const;

  const site::Site& site_;
  const site::Catalogue& catalogue_;
  std::vector<std::int64_t> length_ms_;  ///< by track
  Arrivals arrivals_;
};

}  // namespace sparkify::simulate
