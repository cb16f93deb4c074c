#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace sparkify::field {

/// Microseconds in a second.
inline constexpr std::int64_t second_us = 1'000'000;

/// What a text says of a day and a time of day.
struct Moment {
  int year = 1970;
  unsigned month = 1, day = 1;
  std::int64_t microseconds = 0;               ///< since midnight
  std::optional<std::int32_t> offset_seconds;  ///< east of Greenwich

  /// Days since 1970-01-01; nothing for a day that no calendar has.
  std::optional<std::int64_t> days() const;
};

/// A DATEFORMAT or TIMEFORMAT: YYYY YY MM MON DD HH24 HH12 HH MI SS AM PM OF TZ, and the characters
/// between them. HH is of 24 hours, SS takes a fraction along.
/// Source: "DATEFORMAT and TIMEFORMAT strings" of Redshift's documentation.
class TimePattern {
 public:
  explicit TimePattern(std::string_view format);

  /// With `takes_rest`, what follows the match does not matter.
  std::optional<Moment> match(std::string_view text, bool takes_rest) const;

 private:
  enum class Part : std::uint8_t {
    year4,
    year2,
    month,
    month_name,
    day,
    day_of_year,
    hour24,
    hour12,
    minute,
    second,
    fraction,
    meridian,
    offset,
    letter,
  };
  struct Element {
    Part part;
    char letter = 0;
  };
  std::vector<Element> elements_;
};

/// The formats of 'auto': ISO 8601 and the others of "Using automatic recognition with DATEFORMAT
/// and TIMEFORMAT". Dates of numbers only are month, day, year unless that is impossible.
std::optional<Moment> recognize(std::string_view text);

/// `HH:MI[:SS[.ffffff]]`, with an offset if there is one.
std::optional<Moment> read_time(std::string_view text);

/// A scanner of dates and times. Each function moves on only when it finds what it looks for.
class MomentScanner {
 public:
  explicit MomentScanner(std::string_view text) : rest_(text) {}

  std::string_view rest() const { return rest_; }
  bool is_at_end() const { return rest_.empty(); }
  bool skip(char c);
  void skip_blanks();
  /// How many digits come next.
  std::size_t digit_count() const;
  /// 1 to `most` digits as a number.
  bool number(std::size_t most, unsigned& value);
  /// Exactly `count` digits.
  bool digits(std::size_t count, unsigned& value);
  bool month_name(unsigned& month);
  bool meridian(bool& is_afternoon);
  /// `.ffffff` behind seconds: microseconds, further digits cut off.
  void fraction(std::int64_t& microseconds);
  /// `+HH`, `+HHMI`, `+HH:MI`, Z, or the name of a zone.
  bool offset(std::int32_t& seconds);
  /// A word without regard to case.
  bool word(std::string_view lower_case);

 private:
  std::string_view rest_;
};

}  // namespace sparkify::field
