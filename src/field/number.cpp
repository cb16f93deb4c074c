#include "field/number.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <limits>

#include "base/text.hpp"

namespace sparkify::field {
namespace {

constexpr unsigned most_digits = 38;
/// Far beyond every type, far from overflow.
constexpr int exponent_limit = 100'000;

Int128 power_of_ten(unsigned exponent) {
  Int128 power = 1;
  for (; exponent > 0; --exponent) power *= 10;
  return power;
}

std::string_view type_word(Type type) {
  switch (type) {
    case Type::int2:
      return "Short";
    case Type::int4:
      return "Integer";
    case Type::int8:
      return "Long";
    case Type::numeric:
      return "Decimal";
    case Type::float4:
      return "Float";
    default:
      return "Double";
  }
}

bool refuse_digit(std::string_view text, std::size_t stop, std::size_t field_at, Type type,
                  Fault& fault) {
  std::string value = stop < text.size() ? std::string(1, text[stop]) : std::string();
  if (!value.empty() && (value[0] < ' ' || value[0] > '~')) value = ".";
  fault = {1207, fmt::format("Invalid digit, Value '{}', Pos {}, Type: {}", value, field_at + stop,
                             type_word(type))};
  return false;
}

struct Bounds {
  std::int64_t least, greatest;
};
Bounds bounds_of(Type type) {
  using Short = std::numeric_limits<std::int16_t>;
  using Integer = std::numeric_limits<std::int32_t>;
  using Long = std::numeric_limits<std::int64_t>;
  if (type == Type::int2) return {Short::min(), Short::max()};
  if (type == Type::int4) return {Integer::min(), Integer::max()};
  return {Long::min(), Long::max()};
}

bool refuse_range(Type type, Fault& fault) {
  Bounds bounds = bounds_of(type);
  fault = {1204, fmt::format("Overflow ({} valid range {} to {})", type_word(type), bounds.least,
                             bounds.greatest)};
  return false;
}

/// Digits only, few enough to fit: the usual case.
bool read_plain(std::string_view text, std::int64_t& number) {
  bool is_negative = text.front() == '-';
  if (is_negative) text.remove_prefix(1);
  if (text.empty() || text.size() > 18) return false;
  std::int64_t value = 0;
  for (char c : text) {
    if (!base::is_digit(c)) return false;
    value = value * 10 + (c - '0');
  }
  number = is_negative ? -value : value;
  return true;
}

/// `written` times 10^scale as a whole number; digits behind the point are cut off, or rounded.
/// Nothing when it is beyond 38 digits.
std::optional<Int128> scaled(const Written& written, unsigned scale, bool is_rounded) {
  Int128 value = written.digits;
  int shift = written.exponent + static_cast<int>(scale);
  if (value == 0) return 0;
  for (; shift > 0; --shift) {
    if (value >= power_of_ten(most_digits) / 10) return std::nullopt;
    value *= 10;
  }
  if (shift < -static_cast<int>(most_digits)) return 0;
  Int128 divisor = power_of_ten(static_cast<unsigned>(-shift));
  bool is_up = is_rounded && (value % divisor) * 2 >= divisor && divisor > 1;
  value = value / divisor + (is_up ? 1 : 0);
  return written.is_negative ? -value : value;
}

bool is_whole(const Written& written) {
  if (written.digits == 0 || written.exponent >= 0) return written.is_exact;
  if (written.exponent < -static_cast<int>(most_digits)) return false;
  return written.is_exact &&
         written.digits % power_of_ten(static_cast<unsigned>(-written.exponent)) == 0;
}

}  // namespace

std::optional<Written> read_number(std::string_view text, bool allows_exponent, std::size_t& stop) {
  Written written;
  std::size_t at = 0, digit_count = 0;
  if (text[0] == '-' || text[0] == '+') written.is_negative = text[at++] == '-';
  const Int128 limit = power_of_ten(most_digits) / 10;
  bool is_behind_point = false;
  for (; at < text.size(); ++at) {
    if (text[at] == '.' && !is_behind_point) {
      is_behind_point = true;
      continue;
    }
    if (!base::is_digit(text[at])) break;
    ++digit_count;
    if (written.digits < limit) {
      written.digits = written.digits * 10 + (text[at] - '0');
      written.exponent -= is_behind_point ? 1 : 0;
    } else {
      written.exponent += is_behind_point ? 0 : 1;
      written.is_exact &= text[at] == '0';
    }
  }
  stop = at;
  if (digit_count == 0) return std::nullopt;
  if (at == text.size()) return written;
  if (!allows_exponent || (text[at] != 'e' && text[at] != 'E')) return std::nullopt;
  bool is_down = at + 1 < text.size() && text[at + 1] == '-';
  at += 1 + (at + 1 < text.size() && (is_down || text[at + 1] == '+') ? 1 : 0);
  int exponent = 0;
  std::size_t begin = at;
  for (; at < text.size() && base::is_digit(text[at]); ++at) {
    exponent = std::min(exponent * 10 + (text[at] - '0'), exponent_limit);
  }
  stop = at;
  if (at == begin || at < text.size()) return std::nullopt;
  written.exponent += is_down ? -exponent : exponent;
  return written;
}

bool to_whole(std::string_view text, std::size_t field_at, bool is_json, const Column& column,
              std::int64_t& number, Fault& fault) {
  Bounds bounds = bounds_of(column.type);
  if (read_plain(text, number)) {
    bool is_inside = number >= bounds.least && number <= bounds.greatest;
    return is_inside || refuse_range(column.type, fault);
  }
  std::size_t stop = 0;
  std::optional<Written> written = read_number(text, is_json, stop);
  // A point is a digit that is none, unless nothing but zeros follows in a JSON number.
  std::size_t point = text.find('.');
  bool has_fraction = point < stop && !(is_json && written && is_whole(*written));
  if (has_fraction) return refuse_digit(text, point, field_at, column.type, fault);
  if (!written) return refuse_digit(text, stop, field_at, column.type, fault);
  bool is_beyond = !written->is_exact && written->exponent >= 0;
  if (is_beyond) return refuse_range(column.type, fault);
  if (!is_whole(*written)) {
    return refuse_digit(text, text.find_first_of("eE"), field_at, column.type, fault);
  }
  std::optional<Int128> value = scaled(*written, 0, false);
  if (!value || *value < bounds.least || *value > bounds.greatest) {
    return refuse_range(column.type, fault);
  }
  number = static_cast<std::int64_t>(*value);
  return true;
}

bool to_decimal(std::string_view text, std::size_t field_at, bool is_json, const Column& column,
                bool is_rounded, Int128& number, Fault& fault) {
  std::size_t stop = 0;
  std::optional<Written> written = read_number(text, is_json, stop);
  if (!written) return refuse_digit(text, stop, field_at, column.type, fault);
  std::optional<Int128> value = scaled(*written, column.scale, is_rounded);
  Int128 limit = power_of_ten(column.precision);
  if (!value || *value >= limit || *value <= -limit) {
    fault = {1204, fmt::format("Overflow for NUMERIC({},{})", column.precision, column.scale)};
    return false;
  }
  number = *value;
  return true;
}

bool to_real(std::string_view text, std::size_t field_at, const Column& column, double& number,
             Fault& fault) {
  bool is_single = column.type == Type::float4;
  const char* end = text.data() + text.size();
  const char* begin = text.data() + (text.front() == '+' && text.size() > 1 ? 1 : 0);
  bool is_signed_twice = begin != text.data() && (*begin == '-' || *begin == '+');
  float single = 0;
  auto [behind, failure] =
      is_single ? std::from_chars(begin, end, single) : std::from_chars(begin, end, number);
  if (is_single) number = single;
  if (failure == std::errc::invalid_argument || behind != end || is_signed_twice) {
    auto stop = static_cast<std::size_t>(behind - text.data());
    return refuse_digit(text, is_signed_twice ? 1 : stop, field_at, column.type, fault);
  }
  if (failure != std::errc::result_out_of_range) return true;
  // The library does not say on which side.
  std::size_t stop = 0;
  std::optional<Written> written = read_number(text, true, stop);
  if (!written || written->exponent < 0) {
    number = 0;
    return true;
  }
  fault = {1204, is_single ? "Overflow (Float valid range 1.175494351e-38 to 3.402823466e+38)"
                           : "Overflow (Double valid range 2.2250738585072014e-308 to "
                             "1.7976931348623158e+308)"};
  return false;
}

bool to_boolean(std::string_view text, std::int64_t& number, Fault& fault) {
  static constexpr std::array<std::string_view, 5> yes = {"t", "true", "y", "yes", "1"};
  static constexpr std::array<std::string_view, 5> no = {"f", "false", "n", "no", "0"};
  constexpr std::size_t most_bytes = 5;
  std::string word = text.size() > most_bytes ? std::string() : base::to_lower(text);
  bool is_yes = std::find(yes.begin(), yes.end(), word) != yes.end();
  if (!is_yes && std::find(no.begin(), no.end(), word) == no.end()) {
    fault = {1210, "Unknown boolean format"};
    return false;
  }
  number = is_yes ? 1 : 0;
  return true;
}

}  // namespace sparkify::field
