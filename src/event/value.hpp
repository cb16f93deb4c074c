#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

#include "event/reader.hpp"
#include "event/record.hpp"
#include "event/reject.hpp"

namespace sparkify::event {

/// What became of a token. Absent, null and blank are `null` everywhere.
struct Verdict {
  enum class Outcome : std::uint8_t { value, null, refused };
  Outcome outcome = Outcome::value;
  Reason reason = Reason::wrong_type;  ///< of refused
};

/// Instants from 0001-01-01 up to, not including, 9999-12-31 (which stands for "no end").
inline constexpr std::int64_t least_timestamp_ms = -62'135'596'800'000;
inline constexpr std::int64_t greatest_timestamp_ms = 253'402'214'399'999;

/// Without trailing blanks; a number as it is written. Text with escapes is written to `scratch`,
/// which is moved on behind it and must have room for the token's bytes; other text borrows the
/// record.
Verdict to_text(const Token& token, std::size_t max_bytes, char*& scratch, std::string_view& text);
/// Exact, whatever way the number is written: 1e3, 1540919166796.0, "12".
Verdict to_integer(const Token& token, std::int32_t& number);
/// Epoch milliseconds, as an integer, into microseconds.
Verdict to_timestamp(const Token& token, std::int64_t& microseconds);
/// The nearest double; too small a number is 0, too large a one is out_of_range.
Verdict to_real(const Token& token, double& number);

/// Writes a token's value and whether it is NULL into a row that is there already. A required
/// column refuses NULL.
Verdict to_column(const Token& token, const Column& column, Batch::Values& values, std::size_t row,
                  char*& scratch);

}  // namespace sparkify::event
