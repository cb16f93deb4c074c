#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

namespace sparkify::base {

inline constexpr std::int64_t day_ms = 86'400'000;

/// `2018-11-01`, `2018-11-01T21:01:46` or `2018-11-01T21:01:46.796`, a trailing Z or none, a blank
/// instead of the T: milliseconds since 1970, in UTC. Nothing for anything else, or a date that no
/// calendar has.
std::optional<std::int64_t> parse_time_ms(std::string_view text);

}  // namespace sparkify::base
