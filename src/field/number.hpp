#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "field/value.hpp"

namespace sparkify::field {

/// A number as it is written, taken apart: (-1)^is_negative * D * 10^exponent, where D are its
/// significant digits as a whole number.
struct Written {
  bool is_negative = false;
  Int128 digits = 0;     ///< the first 38 at most
  int exponent = 0;      ///< of what `digits` leaves out, too
  bool is_exact = true;  ///< else digits other than zeros were left out
};

/// `[+-]digits[.digits]`, with an exponent where that is allowed. On failure `stop` is the place of
/// the byte that does not fit (the text's size when it ends too early).
std::optional<Written> read_number(std::string_view text, bool allows_exponent, std::size_t& stop);

// Values without blanks around them, not empty. `field_at`: where the text begins in its field, for
// the place in a fault. `is_json`: a JSON number, which may have an exponent and a fraction of 0.

bool to_whole(std::string_view text, std::size_t field_at, bool is_json, const Column& column,
              std::int64_t& number, Fault& fault);
/// Digits beyond the scale are cut off, or rounded.
bool to_decimal(std::string_view text, std::size_t field_at, bool is_json, const Column& column,
                bool is_rounded, Int128& number, Fault& fault);
bool to_real(std::string_view text, std::size_t field_at, const Column& column, double& number,
             Fault& fault);
bool to_boolean(std::string_view text, std::int64_t& number, Fault& fault);

}  // namespace sparkify::field
