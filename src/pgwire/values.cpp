#include "pgwire/values.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <cstring>
#include <limits>

namespace sparkify::pgwire {
namespace {

__extension__ using Uint128 = unsigned __int128;

char* write_text(char* out, std::string_view text) {
  std::memcpy(out, text.data(), text.size());
  return out + text.size();
}

constexpr auto digit_pairs = [] {
  std::array<char, 200> pairs{};
  for (std::size_t i = 0; i < 100; ++i) {
    pairs[2 * i] = static_cast<char>('0' + i / 10);
    pairs[2 * i + 1] = static_cast<char>('0' + i % 10);
  }
  return pairs;
}();

char* write_two(char* out, unsigned value) {
  std::memcpy(out, &digit_pairs[std::size_t{2} * value], 2);
  return out + 2;
}

/// At least `width` digits.
char* write_padded(char* out, std::uint64_t value, std::size_t width) {
  std::array<char, 20> digits;
  auto end = std::to_chars(digits.data(), digits.data() + digits.size(), value).ptr;
  auto count = static_cast<std::size_t>(end - digits.data());
  for (std::size_t i = count; i < width; ++i) *out++ = '0';
  return write_text(out, {digits.data(), count});
}

/// `.796`: millionths without zeros at the end; nothing for 0.
char* write_fraction(char* out, std::int64_t micros) {
  if (micros == 0) return out;
  *out++ = '.';
  out = write_padded(out, static_cast<std::uint64_t>(micros), 6);
  while (out[-1] == '0') --out;
  return out;
}

struct Day {
  std::int64_t year;
  unsigned month, day;
};

/// The calendar day. Source: Howard Hinnant, "chrono-Compatible Low-Level Date Algorithms".
Day day_of(std::int64_t days) {
  std::int64_t shifted = days + 719'468;
  std::int64_t era = (shifted >= 0 ? shifted : shifted - 146'096) / 146'097;
  auto of_era = static_cast<unsigned>(shifted - era * 146'097);
  unsigned year = (of_era - of_era / 1'460 + of_era / 36'524 - of_era / 146'096) / 365;
  unsigned of_year = of_era - (365 * year + year / 4 - year / 100);
  unsigned shifted_month = (5 * of_year + 2) / 153;
  unsigned month = shifted_month < 10 ? shifted_month + 3 : shifted_month - 9;
  return {static_cast<std::int64_t>(year) + era * 400 + (month <= 2 ? 1 : 0), month,
          of_year - (153 * shifted_month + 2) / 5 + 1};
}

char* write_day(char* out, Day day) {
  std::int64_t year = day.year > 0 ? day.year : 1 - day.year;
  if (year < 10'000) {
    out = write_two(out, static_cast<unsigned>(year / 100));
    out = write_two(out, static_cast<unsigned>(year % 100));
  } else {
    out = write_padded(out, static_cast<std::uint64_t>(year), 4);
  }
  *out++ = '-';
  out = write_two(out, day.month);
  *out++ = '-';
  return write_two(out, day.day);
}

/// Scientific digits laid out as printf's %g does, with `precision` for the choice.
template <typename Real>
char* write_shortest(char* out, Real value, int precision) {
  if (std::isnan(value)) return write_text(out, "NaN");
  if (std::isinf(value)) return write_text(out, value < 0 ? "-Infinity" : "Infinity");
  if (value == 0) return write_text(out, std::signbit(value) ? "-0" : "0");
  std::array<char, 40> text;
  auto scientific = std::to_chars(text.data(), text.data() + text.size(), std::fabs(value),
                                  std::chars_format::scientific);
  char* mark = std::find(text.data(), scientific.ptr, 'e');
  int exponent = 0;
  std::from_chars(mark[1] == '+' ? mark + 2 : mark + 1, scientific.ptr, exponent);
  if (value < 0) *out++ = '-';
  if (exponent < -4 || exponent >= precision) {
    out = write_text(out, {text.data(), static_cast<std::size_t>(mark - text.data())});
    return write_text(out, {mark, static_cast<std::size_t>(scientific.ptr - mark)});
  }
  std::array<char, 24> digits;
  char* end = std::copy_if(text.data(), mark, digits.data(), [](char c) { return c != '.'; });
  auto count = static_cast<int>(end - digits.data());
  if (exponent < 0) {
    out = write_text(out,
                     std::string_view("0.0000").substr(0, static_cast<std::size_t>(1 - exponent)));
    return write_text(out, {digits.data(), static_cast<std::size_t>(count)});
  }
  for (int i = 0; i < std::max(count, exponent + 1); ++i) {
    if (i == exponent + 1) *out++ = '.';
    *out++ = i < count ? digits[static_cast<std::size_t>(i)] : '0';
  }
  return out;
}

char* write_digits(char* out, Uint128 value) {
  constexpr std::uint64_t step = 10'000'000'000'000'000'000U;
  if (value < step) return write_padded(out, static_cast<std::uint64_t>(value), 1);
  out = write_digits(out, value / step);
  return write_padded(out, static_cast<std::uint64_t>(value % step), 19);
}

}  // namespace

char* write_integer(char* out, std::int64_t value) {
  return std::to_chars(out, out + integer_bytes, value).ptr;
}

char* write_unsigned(char* out, std::uint64_t value) {
  return std::to_chars(out, out + integer_bytes, value).ptr;
}

char* write_real(char* out, double value) { return write_shortest(out, value, 15); }
char* write_real(char* out, float value) { return write_shortest(out, value, 6); }

char* write_numeric(char* out, Int128 value, unsigned scale) {
  if (value < 0) *out++ = '-';
  Uint128 rest = value < 0 ? -static_cast<Uint128>(value) : static_cast<Uint128>(value);
  if (scale == 0) return write_digits(out, rest);
  std::array<char, numeric_bytes> digits;
  auto count = static_cast<std::size_t>(write_digits(digits.data(), rest) - digits.data());
  std::size_t whole = count > scale ? count - scale : 0;
  if (whole == 0) *out++ = '0';
  out = write_text(out, {digits.data(), whole});
  *out++ = '.';
  for (std::size_t i = count; i < scale; ++i) *out++ = '0';
  return write_text(out, {digits.data() + whole, count - whole});
}

char* write_date(char* out, std::int32_t days) {
  if (days == std::numeric_limits<std::int32_t>::max()) return write_text(out, "infinity");
  if (days == -std::numeric_limits<std::int32_t>::max()) return write_text(out, "-infinity");
  Day day = day_of(days);
  out = write_day(out, day);
  return day.year > 0 ? out : write_text(out, " BC");
}

char* write_time(char* out, std::int64_t micros) {
  std::int64_t seconds = micros / 1'000'000;
  out = write_two(out, static_cast<unsigned>(seconds / 3600));
  *out++ = ':';
  out = write_two(out, static_cast<unsigned>(seconds / 60 % 60));
  *out++ = ':';
  out = write_two(out, static_cast<unsigned>(seconds % 60));
  return write_fraction(out, micros % 1'000'000);
}

namespace {

char* write_moment(char* out, std::int64_t micros, std::string_view zone) {
  if (micros == std::numeric_limits<std::int64_t>::max()) return write_text(out, "infinity");
  if (micros == -std::numeric_limits<std::int64_t>::max()) return write_text(out, "-infinity");
  std::int64_t days = micros / day_micros - (micros % day_micros < 0 ? 1 : 0);
  Day day = day_of(days);
  out = write_day(out, day);
  *out++ = ' ';
  out = write_time(out, micros - days * day_micros);
  out = write_text(out, zone);
  return day.year > 0 ? out : write_text(out, " BC");
}

}  // namespace

char* write_timestamp(char* out, std::int64_t micros) { return write_moment(out, micros, ""); }
char* write_timestamptz(char* out, std::int64_t micros) { return write_moment(out, micros, "+00"); }

char* write_timetz(char* out, std::int64_t micros, std::int32_t offset_seconds) {
  out = write_time(out, micros);
  *out++ = offset_seconds < 0 ? '-' : '+';
  auto seconds = static_cast<unsigned>(std::abs(offset_seconds));
  out = write_two(out, seconds / 3600 % 100);
  if (seconds % 3600 == 0) return out;
  *out++ = ':';
  out = write_two(out, seconds / 60 % 60);
  if (seconds % 60 == 0) return out;
  *out++ = ':';
  return write_two(out, seconds % 60);
}

char* write_interval(char* out, std::int32_t months, std::int32_t days, std::int64_t micros) {
  bool is_before_negative = false, has_any = false;
  auto part = [&](std::int64_t value, std::string_view unit) {
    if (value == 0) return;
    if (has_any) *out++ = ' ';
    if (is_before_negative && value > 0) *out++ = '+';
    out = write_integer(out, value);
    out = write_text(out, unit);
    if (value != 1) *out++ = 's';
    is_before_negative = value < 0;
    has_any = true;
  };
  part(months / 12, " year");
  part(months % 12, " mon");
  part(days, " day");
  if (micros == 0 && has_any) return out;
  if (has_any) *out++ = ' ';
  if (micros < 0) *out++ = '-';
  if (micros > 0 && is_before_negative) *out++ = '+';
  std::uint64_t rest =
      micros < 0 ? -static_cast<std::uint64_t>(micros) : static_cast<std::uint64_t>(micros);
  out = write_padded(out, rest / 3'600'000'000, 2);
  *out++ = ':';
  out = write_two(out, static_cast<unsigned>(rest / 60'000'000 % 60));
  *out++ = ':';
  out = write_two(out, static_cast<unsigned>(rest / 1'000'000 % 60));
  return write_fraction(out, static_cast<std::int64_t>(rest % 1'000'000));
}

char* write_bytea(char* out, std::string_view bytes) {
  constexpr std::string_view hex = "0123456789abcdef";
  out = write_text(out, "\\x");
  for (char byte : bytes) {
    auto value = static_cast<unsigned char>(byte);
    *out++ = hex[value >> 4];
    *out++ = hex[value & 15];
  }
  return out;
}

char* write_uuid(char* out, std::uint64_t upper, std::uint64_t lower) {
  constexpr std::string_view hex = "0123456789abcdef";
  for (unsigned i = 0; i < 32; ++i) {
    if (i == 8 || i == 12 || i == 16 || i == 20) *out++ = '-';
    std::uint64_t half = i < 16 ? upper : lower;
    *out++ = hex[half >> (60 - 4 * (i % 16)) & 15];
  }
  return out;
}

char* put_int16(char* out, std::uint16_t value) {
  out[0] = static_cast<char>(value >> 8);
  out[1] = static_cast<char>(value);
  return out + 2;
}

char* put_int32(char* out, std::uint32_t value) {
  std::uint32_t swapped = __builtin_bswap32(value);
  std::memcpy(out, &swapped, sizeof swapped);
  return out + sizeof swapped;
}

char* put_int64(char* out, std::uint64_t value) {
  std::uint64_t swapped = __builtin_bswap64(value);
  std::memcpy(out, &swapped, sizeof swapped);
  return out + sizeof swapped;
}

/// Groups of four decimal digits, aligned at the point; without zero groups at both ends.
char* put_numeric(char* out, Int128 value, unsigned scale) {
  Uint128 rest = value < 0 ? -static_cast<Uint128>(value) : static_cast<Uint128>(value);
  unsigned shift = (4 - scale % 4) % 4;
  constexpr std::array<unsigned, 4> powers{1, 10, 100, 1000};
  std::array<std::uint16_t, 14> groups{};  // the least significant first
  std::size_t count = 0;
  // The lowest group may lack digits: a product could overflow, so it is taken off by itself.
  if (shift > 0) {
    unsigned low = powers[4 - shift];
    groups[count++] = static_cast<std::uint16_t>(static_cast<unsigned>(rest % low) * powers[shift]);
    rest /= low;
  }
  for (; rest > 0; rest /= 10'000) groups[count++] = static_cast<std::uint16_t>(rest % 10'000);
  std::size_t fraction = (scale + 3) / 4, first = 0;
  while (first < count && groups[first] == 0) ++first;
  while (count > first && groups[count - 1] == 0) --count;
  auto weight = static_cast<std::int32_t>(count) - static_cast<std::int32_t>(fraction) - 1;
  bool is_zero = count == first;
  out = put_int16(out, static_cast<std::uint16_t>(count - first));
  out = put_int16(out, is_zero ? 0 : static_cast<std::uint16_t>(weight));
  out = put_int16(out, value < 0 ? 0x4000 : 0);
  out = put_int16(out, static_cast<std::uint16_t>(scale));
  for (std::size_t i = count; i > first; --i) out = put_int16(out, groups[i - 1]);
  return out;
}

char* put_date(char* out, std::int32_t days) {
  constexpr std::int32_t forever = std::numeric_limits<std::int32_t>::max();
  if (days == forever) return put_int32(out, 0x7FFF'FFFF);
  if (days == -forever) return put_int32(out, 0x8000'0000);
  return put_int32(out, static_cast<std::uint32_t>(days) - epoch_days);
}

char* put_timestamp(char* out, std::int64_t micros) {
  constexpr std::int64_t forever = std::numeric_limits<std::int64_t>::max();
  if (micros == forever) return put_int64(out, 0x7FFF'FFFF'FFFF'FFFF);
  if (micros == -forever) return put_int64(out, 0x8000'0000'0000'0000);
  return put_int64(out, static_cast<std::uint64_t>(micros) -
                            static_cast<std::uint64_t>(epoch_days * day_micros));
}

char* put_interval(char* out, std::int32_t months, std::int32_t days, std::int64_t micros) {
  out = put_int64(out, static_cast<std::uint64_t>(micros));
  out = put_int32(out, static_cast<std::uint32_t>(days));
  return put_int32(out, static_cast<std::uint32_t>(months));
}

}  // namespace sparkify::pgwire
