#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <vector>

#include "base/json.hpp"
#include "simulate/event.hpp"
#include "site/catalogue.hpp"
#include "site/site.hpp"

namespace sparkify::simulate {

/// What tallies have to remember of one user. The user's events may go to several tallies, always
/// with the same marks; the sums are right once the tallies are merged.
struct UserMarks {
  static constexpr std::int32_t none = INT32_MIN;

  std::int32_t last_day = none;  ///< of the last event that names the user; days since 1970
  std::int32_t first_week = none, last_week = none;  ///< weeks of 1970, begun on a Monday
  std::uint32_t last_session = UINT32_MAX;           ///< of any event of the user's sessions
  std::uint16_t level = 0;       ///< of the last event that names the user; 0: none yet
  std::uint16_t stay = 0;        ///< level or cancelled, as user_history has it; 0: none yet
  std::uint8_t last_submit = 0;  ///< which change the previous event announced, if any
};

/// Values by a whole number that lies in some range, such as a day. Grows at both ends.
template <typename Value>
class Timeline {
 public:
  Value& at(std::int32_t position) {
    if (values_.empty()) first_ = position;
    if (position < first_) {
      values_.insert(values_.begin(), static_cast<std::size_t>(first_ - position), Value());
      first_ = position;
    }
    auto index = static_cast<std::size_t>(position - first_);
    if (index >= values_.size()) values_.resize(index + 1);
    return values_[index];
  }
  /// Calls visit(position, value) for each, in order.
  template <typename Visit>
  void for_each(Visit visit) const {
    for (std::size_t i = 0; i < values_.size(); ++i) {
      visit(first_ + static_cast<std::int32_t>(i), values_[i]);
    }
  }

 private:
  std::int32_t first_ = 0;
  std::vector<Value> values_;
};

/// Counts events as they are generated, without the warehouse's code: the answer key.
/// Means by user, level, stay, change, session and match what docs/warehouse.md means.
///
/// Memory: a few KiB, 4 bytes a track, 8 for each day, and 8 for each week of each cohort.
/// Threads: one tally per thread, merged at the end; a user's marks belong to one thread at a time.
class Tally {
 public:
  /// Borrows both.
  Tally(const site::Site& site, const site::Catalogue& catalogue);

  /// Events of one user come in the order of time, no two at the same; users in any.
  void add(UserMarks& marks, const Event& event);
  /// Takes in what another tally of the same site and catalogue counted.
  void merge(const Tally& other);

  std::uint64_t event_count() const;
  /// Sections of the answer key: name -> {key: count}; keys in byte order, counts above 0 (in
  /// `counts` also 0). sql/truth holds the question to each section.
  base::Json sections() const;

 private:
  struct StateCodes {
    std::uint16_t level = 0;  ///< 1 + index into levels_
    std::uint16_t stay = 0;   ///< the same; 0 opens no stay
    std::uint8_t submit = 0;
    bool shows_user = false;
    bool is_play = false;  ///< of a known user
  };
  static constexpr std::size_t kind_count = 4, evidence_count = 2;
  static constexpr std::size_t hours_of_week = 168;  ///< from Sunday, 0:00

  std::uint16_t code_of(const std::string& level);
  void note_day(UserMarks& marks, std::int32_t day);
  void note_stay(UserMarks& marks, std::uint16_t stay);

  void put_states(base::Json& sections) const;
  void put_plays(base::Json& sections) const;
  void put_days(base::Json& sections) const;
  void put_users(base::Json& sections) const;
  base::Json counts() const;

  const site::Site* site_;
  const site::Catalogue* catalogue_;
  std::vector<StateCodes> codes_;    ///< by state
  std::vector<std::string> levels_;  ///< each text once
  std::uint16_t cancelled_ = 0, paid_ = 0;

  std::vector<std::uint64_t> events_by_state_;
  std::vector<std::uint32_t> plays_by_track_;
  std::array<std::uint64_t, hours_of_week> plays_by_hour_of_week_{};
  std::array<std::array<std::uint64_t, evidence_count>, kind_count> changes_{};
  // A user's marks may come from another tally: a difference may be negative until the merge.
  std::vector<std::int64_t> users_by_level_;
  std::uint64_t users_ = 0, sessions_ = 0, stays_ = 0;
  Timeline<std::uint64_t> users_by_day_;
  Timeline<Timeline<std::uint64_t>> users_by_cohort_;  ///< first week -> week -> users
};

}  // namespace sparkify::simulate
