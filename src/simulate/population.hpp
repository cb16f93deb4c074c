#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "simulate/truth.hpp"
#include "site/random.hpp"
#include "site/site.hpp"

namespace sparkify::simulate {

/// A point in time that never comes.
inline constexpr std::int64_t never_ms = INT64_MAX;

/// What a user is about to do: the event at `next_ms` in `state`.
struct User {
  site::Random random;
  double alpha_seconds = 0;  ///< mean time between two events of a session
  double beta_seconds = 0;   ///< mean time between two sessions, beyond the gap
  std::int64_t next_ms = never_ms;
  std::int64_t song_ends_ms = 0;      ///< the song that plays, if any, plays until then
  std::int64_t leaves_ms = never_ms;  ///< no session begins after it
  std::uint32_t session = 0;          ///< how many sessions came before
  std::uint32_t item = 0;
  std::uint32_t track = 0;
  std::uint16_t state = 0;
  // Written when events are put in order: the id of the session last numbered, and which it was.
  std::uint32_t session_id = 0;
  std::uint32_t numbered_session = UINT32_MAX;
  UserMarks generated, delivered;
};

/// The parts of an event line that are the user's, in the order of the line.
struct UserText {
  /// Parts: names and gender; last name; location; registration; agent and id.
  static constexpr int part_count = 5;
  std::string text;
  std::uint16_t ends[part_count] = {};

  std::string_view part(int number) const {
    std::size_t begin = number == 0 ? 0 : ends[number - 1];
    return std::string_view(text).substr(begin, ends[number] - begin);
  }
  /// `registration` is milliseconds since 1970, thirteen digits as all of 2001 to 2286 have.
  void set_registration(std::int64_t registration_ms);
};

struct PopulationOptions {
  std::uint64_t seed = 0;
  std::uint32_t user_count = 0;
  std::uint32_t first_user_id = 1;
  double growth_rate = 0;     ///< of users in a year: 0.1 is 10 % more
  double attrition_rate = 0;  ///< of users in a year who leave for good
  std::int64_t start_ms = 0;
};

/// The users of the site: those who are there at the start, and those who come later, at random
/// intervals that shorten as the site grows. Who a user is depends on seed and user id alone.
///
/// Memory: about 700 bytes a user.
class Population {
 public:
  /// Borrows `site`.
  Population(const site::Site& site, const PopulationOptions& options);

  /// Users by index; the user's id is the index beyond the first id.
  std::vector<User> users;
  std::vector<UserText> texts;  ///< of the same index
  UserText hidden_text;         ///< for lines that do not name the user

  /// Adds those who come before `end_ms`; returns the index of the first of them. Their sessions
  /// have not begun: next_ms is when they come.
  /// Throws usage when there are more than ids, which go up to 2147483647.
  std::size_t grow(std::int64_t end_ms);
  /// Whether anybody will ever come.
  bool is_growing() const { return next_arrival_ms_ != never_ms; }
  /// Where a user's first session begins, an index into Site::entries.
  std::uint16_t first_entry(User& user, std::size_t index) const;

 private:
  void add(std::int64_t comes_ms, bool is_new);
  void draw_next_arrival();

  const site::Site& site_;
  PopulationOptions options_;
  site::Random arrivals_;
  std::int64_t next_arrival_ms_ = never_ms;
};

}  // namespace sparkify::simulate
