#include "simulate/behaviour.hpp"

#include <algorithm>
#include <numbers>

#include "base/time.hpp"

namespace sparkify::simulate {
namespace {

using namespace std::chrono;

constexpr double minute_ms = 60'000;
constexpr double wave_begins_ms = 3 * 60 * minute_ms;
/// Longer than any rest of a simulation; keeps times from overflowing.
constexpr double longest_wait_ms = 1e14;

std::int64_t whole_ms(double ms) {
  return static_cast<std::int64_t>(std::min(ms, longest_wait_ms));
}

/// The holiday itself, or the weekday on which it is observed.
bool is_observed(sys_days day, month month, unsigned date) {
  sys_days holiday = year_month_day(year_month_day(day).year(), month, std::chrono::day(date));
  weekday weekday(holiday);
  if (weekday == Saturday) holiday -= days(1);
  if (weekday == Sunday) holiday += days(1);
  return day == holiday;
}

}  // namespace

bool is_day_off(sys_days day) {
  weekday weekday(day);
  if (weekday == Saturday || weekday == Sunday) return true;
  year_month_day date(day);
  auto is = [&](auto rule) { return day == sys_days(rule); };
  year year = date.year();
  // Title 5 of the United States Code, section 6103.
  return is_observed(day, January, 1) || is(year / January / Monday[3]) ||
         is(year / February / Monday[3]) || is(year / May / Monday[last]) ||
         (date >= std::chrono::year(2021) / June / 19 && is_observed(day, June, 19)) ||
         is_observed(day, July, 4) || is(year / September / Monday[1]) ||
         is(year / October / Monday[2]) || is_observed(day, November, 11) ||
         is(year / November / Thursday[4]) || is_observed(day, December, 25) ||
         (date.month() == December && date.day() == std::chrono::day(31) && weekday == Friday);
}

Arrivals::Arrivals(const site::Site& site)
    : damping_(site.damping),
      weekend_damping_(site.weekend_damping),
      offset_ms_(site.weekend_damping_offset * minute_ms),
      scale_ms_(site.weekend_damping_scale * minute_ms),
      gap_ms_(site.session_gap * 1000.0) {
  sys_days first = sys_days(year(1970) / January / 1), end = sys_days(year(2200) / January / 1);
  for (sys_days day = first; day < end; day += days(1)) days_off_.push_back(is_day_off(day));
}

bool Arrivals::is_off(std::int64_t day) const {
  bool is_listed = day >= 0 && day < static_cast<std::int64_t>(days_off_.size());
  return is_listed ? days_off_[static_cast<std::size_t>(day)]
                   : is_day_off(sys_days(days(static_cast<int>(day))));
}

double Arrivals::thinning(std::int64_t time_ms) const {
  if (weekend_damping_ == 0) return 0;
  std::int64_t day = time_ms / base::day_ms;
  auto within = static_cast<double>(time_ms % base::day_ms);
  // The change at a midnight is a slope that ends offset_ms_ after it.
  auto slope = [&](std::int64_t before, std::int64_t after, double since_end) {
    double share = scale_ms_ == 0 ? 1 : std::clamp(1 + since_end / scale_ms_, 0.0, 1.0);
    return weekend_damping_ * (is_off(before) * (1 - share) + is_off(after) * share);
  };
  if (within < offset_ms_) return slope(day - 1, day, within - offset_ms_);
  double since_next_end = within - static_cast<double>(base::day_ms) - offset_ms_;
  if (-since_next_end < scale_ms_) return slope(day, day + 1, since_next_end);
  return is_off(day) * weekend_damping_;
}

std::int64_t Arrivals::warp(std::int64_t time_ms) const {
  if (damping_ == 0) return time_ms;
  constexpr double turn = 2 * std::numbers::pi / static_cast<double>(base::day_ms);
  double angle = (static_cast<double>(time_ms % base::day_ms) - wave_begins_ms) * turn;
  return time_ms +
         static_cast<std::int64_t>(damping_ * static_cast<double>(base::day_ms) * std::sin(angle));
}

std::int64_t Arrivals::next(site::Random& random, std::int64_t last_ms, double beta_seconds) const {
  std::int64_t earliest = last_ms + whole_ms(gap_ms_);
  std::int64_t candidate = earliest;
  while (candidate - last_ms < whole_ms(longest_wait_ms)) {
    candidate += whole_ms(random.exponential(beta_seconds * 1000)) + 1;
    std::int64_t bent = warp(candidate);
    if (bent < earliest) continue;
    double thinned = thinning(bent);
    if (thinned == 0 || !random.chance(thinned)) return bent;
    candidate = std::max(candidate, bent);
  }
  return never_ms;
}

Behaviour::Behaviour(const site::Site& site, const site::Catalogue& catalogue)
    : site_(site), catalogue_(catalogue), arrivals_(site) {
  for (const site::Track& track : catalogue.tracks)
    length_ms_.push_back(whole_ms(track.length_seconds * 1000));
}

void Behaviour::settle(User& user, std::uint16_t entry, std::int64_t start_ms) const {
  // Sessions last half a day at most, but for users of millions of events a day less will do.
  constexpr double most_events = 100'000;
  const std::int64_t longest_session_ms =
      std::min(base::day_ms / 2, whole_ms(user.alpha_seconds * 1000 * most_events));
  // Two mean intervals earlier the rhythm has forgotten where it began.
  std::int64_t session_ms = start_ms - longest_session_ms - whole_ms(user.beta_seconds * 2000);
  while (session_ms < start_ms - longest_session_ms) {
    session_ms = arrivals_.next(user.random, session_ms, user.beta_seconds);
  }
  user.next_ms = session_ms;
  if (user.next_ms != never_ms) start_session(user, entry);
  while (user.next_ms < start_ms) advance(user);
}

void Behaviour::advance(User& user) const {
  const site::State& from = site_.states[user.state];
  std::uint16_t to = site::no_state;
  if (from.choice.size() > 0) to = from.next[from.choice.draw(user.random)];
  if (to == site::no_state) {
    end_session(user);
    return;
  }
  ++user.item;
  user.next_ms += pause_ms(user, site_.states[to]);
  arrive(user, to);
}

std::int64_t Behaviour::pause_ms(User& user, const site::State& next) const {
  if (next.is_redirect) return 1000;
  if (next.is_play && user.song_ends_ms > user.next_ms) return user.song_ends_ms - user.next_ms;
  return whole_ms(user.random.lognormal(user.alpha_seconds * 1000, sigma)) + 1;
}

void Behaviour::end_session(User& user) const {
  std::uint16_t entry = site_.states[user.state].entry;
  if (entry == site::no_entry) {
    user.next_ms = never_ms;
    return;
  }
  user.next_ms = arrivals_.next(user.random, user.next_ms, user.beta_seconds);
  if (user.next_ms > user.leaves_ms) user.next_ms = never_ms;
  if (user.next_ms == never_ms) return;
  ++user.session;
  start_session(user, entry);
}

void Behaviour::start_session(User& user, std::uint16_t entry) const {
  const site::Entry& begin = site_.entries[entry];
  user.item = 0;
  user.song_ends_ms = 0;
  arrive(user, begin.states[begin.choice.draw(user.random)]);
}

void Behaviour::arrive(User& user, std::uint16_t state) const {
  user.state = state;
  if (!site_.states[state].is_play) return;
  user.track = catalogue_.popularity.draw(user.random);
  user.song_ends_ms = user.next_ms + length_ms_[user.track];
}

}  // namespace sparkify::simulate
