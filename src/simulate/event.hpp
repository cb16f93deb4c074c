#pragma once

#include <cstdint>

namespace sparkify::simulate {

/// What is wrong with a record as it is delivered.
enum class Dirt : std::uint8_t {
  none,
  malformed,    ///< its line does not parse; the record is lost
  wrong_type,   ///< a value no warehouse can take; the record is lost
  repeated,     ///< a second time in the same file
  redelivered,  ///< a second time in another file
  late,         ///< in a file of the second delivery
};
inline constexpr int dirt_count = 6;

constexpr bool is_lost(Dirt dirt) { return dirt == Dirt::malformed || dirt == Dirt::wrong_type; }

/// One event before it is a line of text.
struct Event {
  std::int64_t time_ms = 0;   ///< since 1970, UTC
  std::uint32_t user = 0;     ///< index, from 0
  std::uint32_t session = 0;  ///< at first the user's own count, from 0; then the session's id
  std::uint32_t item = 0;     ///< item in session
  std::uint32_t track = 0;    ///< index into Catalogue::tracks; only if the state is a play
  std::uint16_t state = 0;    ///< index into Site::states
  Dirt dirt = Dirt::none;
};

}  // namespace sparkify::simulate
