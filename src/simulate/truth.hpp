#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "base/json.hpp"
#include "simulate/catalogue.hpp"
#include "simulate/event.hpp"
#include "simulate/site.hpp"

namespace sparkify::simulate {

/// What a tally has to remember of one user. About 40 bytes.
struct UserMarks {
  std::int32_t last_day = -1;  ///< of the last event that names the user; days since 1970
  std::int32_t first_week = -1, last_week = -1;  ///< weeks since 1970, begun on a Monday
  std::int64_t last_session = -1;                ///< of any event of the user's sessions
  std::uint8_t level = 0;        ///< of the last event that names the user; 0: none yet
  std::uint8_t version = 0;      ///< level or cancelled, as user_history has it; 0: none yet
  std::uint8_t last_submit = 0;  ///< whether the previous event announced a change
};

/// Counts events as they are generated, without the warehouse's code: the answer key.
///
/// Memory: a few KiB, 4 bytes a track, and some for each day and cohort.
/// Threads: one tally per thread, merged at the end; a user's marks belong to one thread at a time.
class Tally {
 public:
  /// Borrows both.
  Tally(const Site& site, const Catalogue& catalogue);

  /// Events of one user come in the order of time; users in any.
  void add(UserMarks& marks, const Event& event);
  /// Takes in what another tally of the same site and catalogue counted.
  void merge(const Tally& other);

  std::uint64_t event_count() const;
  /// Sections of the answer key: name -> {key: count}.
  base::Json sections() const;
};

}  // namespace sparkify::simulate
