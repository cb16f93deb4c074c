#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "site/random.hpp"

namespace sparkify::site {

/// One state of the site's state machine, that is what an event line says of its page.
struct State {
  std::string page, method, auth, level;
  int status = 200;
  bool shows_user = false;   ///< whether the line names the user (`show-user-details`)
  bool is_play = false;      ///< page NextSong
  bool is_redirect = false;  ///< status 300 to 399: reached one second after the page before it
  bool is_churned = false;   ///< auth is the `churned-state`: a session that ends here is the last
  /// How a session goes on: draw from `choice`, look up in `next`; no_state ends the session.
  Choice choice;
  std::vector<std::uint16_t> next;
  /// Index into Site::entries: where the user's next session begins; no_entry when it is churned,
  /// or when no session ends here.
  std::uint16_t entry = 0;
};

inline constexpr std::uint16_t no_state = 0xFFFF;
inline constexpr std::uint16_t no_entry = 0xFFFF;

/// The pages on which sessions of users with one auth and level begin (`new-session`).
struct Entry {
  std::string auth, level;
  Choice choice;
  std::vector<std::uint16_t> states;
};

/// A music site as eventsim's configuration files describe it
/// (github.com/Interana/eventsim, README, "Config File"). Every index in it is valid, every state
/// can be reached, every user always has a next session unless it is churned.
struct Site {
  double alpha = 60;             ///< mean seconds between two events of a session, of the mean user
  double beta = 259200;          ///< mean seconds between two sessions, beyond session_gap
  double damping = 0.0625;       ///< depth of the daily wave, as a share of a day; 0 to 1 / (2 pi)
  double weekend_damping = 0.5;  ///< share of sessions that do not happen on a weekend or holiday
  int weekend_damping_offset = 180;  ///< minutes after midnight at which a weekend begins and ends
  int weekend_damping_scale = 360;   ///< minutes over which traffic falls or rises before that
  int session_gap = 1800;            ///< least seconds between two sessions of a user

  std::vector<State> states;
  std::vector<Entry> entries;
  /// Where users who are there from the start begin: draw, then look up an index into entries.
  Choice initial;
  std::vector<std::uint16_t> initial_entries;
  std::uint16_t new_user_entry = 0;  ///< where those who come later begin

  // What a configuration may also say; flags stand above it.
  std::optional<std::uint64_t> seed;
  std::optional<std::string> start_date, end_date;  ///< ISO 8601
  std::optional<std::uint32_t> user_count, first_user_id;
  std::optional<double> growth_rate;
  std::optional<std::string> tag;
};

/// Reads a configuration of eventsim. `file` names it in errors.
///
/// What a state's probabilities leave of 1 is the end of the session. Transitions of one pair of
/// states add up, weights of one name too. Without `show-user-details` lines of Logged In and
/// Cancelled name the user; an auth that it leaves out does not. Without `new-user-...` new users
/// begin as (Guest, free), or with the first entry where nobody begins so. `upgrades` and
/// `downgrades` are passed over: a level is a part of its states. Dates are only copied.
/// Throws config, with line and column: no JSON, an unknown key, a wrong type, a value out of its
/// range, probabilities of one state over 1 together, weights that are all 0, a state that cannot
/// be reached, a user without a next session, more than 60,000 states.
Site parse_site(std::string_view text, const std::string& file);

/// The built-in site: assets/simulate/site.json.
Site default_site();

}  // namespace sparkify::site
