#include "field/datetime.hpp"

#include <algorithm>
#include <array>
#include <chrono>

#include "base/text.hpp"

namespace sparkify::field {
namespace {

constexpr std::int64_t minute_us = 60 * second_us, hour_us = 60 * minute_us;

char lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; }
bool is_letter(char c) { return lower(c) >= 'a' && lower(c) <= 'z'; }

constexpr std::array<std::string_view, 12> months = {
    "january", "february", "march",     "april",   "may",      "june",
    "july",    "august",   "september", "october", "november", "december"};

struct Zone {
  std::string_view name;
  int hours;
};
constexpr auto zones = std::to_array<Zone>({{"utc", 0},
                                            {"gmt", 0},
                                            {"z", 0},
                                            {"zulu", 0},
                                            {"est", -5},
                                            {"edt", -4},
                                            {"cst", -6},
                                            {"cdt", -5},
                                            {"mst", -7},
                                            {"mdt", -6},
                                            {"pst", -8},
                                            {"pdt", -7},
                                            {"wet", 0},
                                            {"cet", 1},
                                            {"cest", 2},
                                            {"eet", 2},
                                            {"msk", 3},
                                            {"jst", 9}});

unsigned full_year(unsigned two_digits) {
  constexpr unsigned first_of_2000 = 70;
  return two_digits + (two_digits < first_of_2000 ? 2000 : 1900);
}

/// Hours, minutes and seconds that a day has.
bool set_time(Moment& moment, unsigned hour, unsigned minute, std::int64_t second_part) {
  if (hour > 24 || minute > 59 || second_part > 60 * second_us) return false;
  moment.microseconds = hour * hour_us + minute * minute_us + second_part;
  return moment.microseconds <= 24 * hour_us;
}

bool to_24_hours(unsigned& hour, bool is_afternoon) {
  if (hour < 1 || hour > 12) return false;
  hour = hour % 12 + (is_afternoon ? 12 : 0);
  return true;
}

bool set_day_of_year(Moment& moment, unsigned number) {
  using namespace std::chrono;
  if (number < 1 || number > 366) return false;
  year_month_day found(sys_days(year(moment.year) / January / 1) + days(number - 1));
  moment.month = static_cast<unsigned>(found.month());
  moment.day = static_cast<unsigned>(found.day());
  return static_cast<int>(found.year()) == moment.year;
}

bool set_julian(Moment& moment, unsigned number) {
  using namespace std::chrono;
  constexpr int of_1970 = 2'440'588;
  year_month_day found{sys_days(days(static_cast<int>(number) - of_1970))};
  moment.year = static_cast<int>(found.year());
  moment.month = static_cast<unsigned>(found.month());
  moment.day = static_cast<unsigned>(found.day());
  return true;
}

}  // namespace

std::optional<std::int64_t> Moment::days() const {
  using namespace std::chrono;
  // What both calendars here and the engine know.
  if (year < -4712 || year > 9999) return std::nullopt;
  year_month_day date{std::chrono::year(year), std::chrono::month(month), std::chrono::day(day)};
  if (!date.ok()) return std::nullopt;
  return sys_days(date).time_since_epoch().count();
}

bool MomentScanner::skip(char c) {
  if (rest_.empty() || rest_.front() != c) return false;
  rest_.remove_prefix(1);
  return true;
}

void MomentScanner::skip_blanks() {
  while (!rest_.empty() && (rest_.front() == ' ' || rest_.front() == '\t')) rest_.remove_prefix(1);
}

std::size_t MomentScanner::digit_count() const {
  auto end = std::find_if_not(rest_.begin(), rest_.end(), base::is_digit);
  return static_cast<std::size_t>(end - rest_.begin());
}

bool MomentScanner::number(std::size_t most, unsigned& value) {
  return digits(std::min(most, digit_count()), value);
}

bool MomentScanner::digits(std::size_t count, unsigned& value) {
  if (count == 0 || count > 9 || digit_count() < count) return false;
  value = 0;
  for (char c : rest_.substr(0, count)) value = value * 10 + static_cast<unsigned>(c - '0');
  rest_.remove_prefix(count);
  return true;
}

bool MomentScanner::word(std::string_view lower_case) {
  bool is_same = rest_.size() >= lower_case.size() &&
                 std::equal(lower_case.begin(), lower_case.end(), rest_.begin(),
                            [](char a, char b) { return a == lower(b); });
  if (is_same) rest_.remove_prefix(lower_case.size());
  return is_same;
}

bool MomentScanner::month_name(unsigned& month) {
  constexpr std::size_t short_bytes = 3;
  for (std::size_t i = 0; i < months.size(); ++i) {
    std::string_view before = rest_;
    if (!word(months[i]) && !word(months[i].substr(0, short_bytes))) continue;
    if (rest_.empty() || !is_letter(rest_.front())) {
      month = static_cast<unsigned>(i + 1);
      return true;
    }
    rest_ = before;
  }
  return false;
}

bool MomentScanner::meridian(bool& is_afternoon) {
  if (word("am") || word("a.m.")) return is_afternoon = false, true;
  return (word("pm") || word("p.m.")) && (is_afternoon = true);
}

void MomentScanner::fraction(std::int64_t& microseconds) {
  if (rest_.size() < 2 || rest_.front() != '.' || !base::is_digit(rest_[1])) return;
  rest_.remove_prefix(1);
  std::int64_t unit = second_us / 10;
  for (std::size_t count = digit_count(); count > 0; --count, unit /= 10) {
    microseconds += unit * (rest_.front() - '0');
    rest_.remove_prefix(1);
  }
}

bool MomentScanner::offset(std::int32_t& seconds) {
  std::string_view before = rest_;
  bool is_west = skip('-');
  if (!is_west && !skip('+')) {
    for (const Zone& zone : zones) {
      if (!word(zone.name)) continue;
      seconds = zone.hours * 3600;
      if (rest_.empty() || !is_letter(rest_.front())) return true;
      rest_ = before;
    }
    return false;
  }
  unsigned hours = 0, minutes = 0;
  if (number(2, hours)) {
    bool has_minutes = skip(':') || digit_count() == 2;
    if ((!has_minutes || digits(2, minutes)) && hours <= 15 && minutes <= 59) {
      seconds = static_cast<std::int32_t>(hours * 3600 + minutes * 60) * (is_west ? -1 : 1);
      return true;
    }
  }
  rest_ = before;
  return false;
}

TimePattern::TimePattern(std::string_view format) {
  struct Word {
    std::string_view text;
    Part part;
  };
  static constexpr auto words = std::to_array<Word>(
      {{"yyyy", Part::year4},     {"yy", Part::year2},    {"month", Part::month_name},
       {"mon", Part::month_name}, {"mm", Part::month},    {"ddd", Part::day_of_year},
       {"dd", Part::day},         {"hh24", Part::hour24}, {"hh12", Part::hour12},
       {"hh", Part::hour24},      {"mi", Part::minute},   {"ssssss", Part::fraction},
       {"sss", Part::fraction},   {"ss", Part::second},   {"ms", Part::fraction},
       {"us", Part::fraction},    {"am", Part::meridian}, {"pm", Part::meridian},
       {"of", Part::offset},      {"tz", Part::offset}});
  MomentScanner scanner(format);
  while (!scanner.is_at_end()) {
    auto found = std::find_if(words.begin(), words.end(),
                              [&](const Word& word) { return scanner.word(word.text); });
    if (found != words.end()) {
      // Seconds take their fraction along: `.SSS` behind them says nothing new.
      bool is_fraction = found->part == Part::fraction;
      bool has_point = elements_.size() > 1 && elements_.back().letter == '.' &&
                       elements_[elements_.size() - 2].part == Part::second;
      if (is_fraction && has_point) {
        elements_.pop_back();
      } else {
        elements_.push_back({found->part, 0});
      }
    } else {
      elements_.push_back({Part::letter, scanner.rest().front()});
      scanner.skip(scanner.rest().front());
    }
  }
}

std::optional<Moment> TimePattern::match(std::string_view text, bool takes_rest) const {
  MomentScanner scanner(text);
  scanner.skip_blanks();
  Moment moment;
  unsigned hour = 0, minute = 0, second = 0, number = 0;
  std::int64_t fraction = 0;
  bool has_meridian = false, is_afternoon = false;
  for (const Element& element : elements_) {
    bool is_met = true;
    switch (element.part) {
      case Part::year4:
        is_met = scanner.number(4, number);
        moment.year = static_cast<int>(number);
        break;
      case Part::year2:
        is_met = scanner.digits(2, number);
        moment.year = static_cast<int>(full_year(number));
        break;
      case Part::month:
        is_met = scanner.number(2, moment.month);
        break;
      case Part::month_name:
        is_met = scanner.month_name(moment.month);
        break;
      case Part::day:
        is_met = scanner.number(2, moment.day);
        break;
      case Part::day_of_year:
        is_met = scanner.number(3, number) && set_day_of_year(moment, number);
        break;
      case Part::hour24:
      case Part::hour12:
        is_met = scanner.number(2, hour);
        break;
      case Part::minute:
        is_met = scanner.number(2, minute);
        break;
      case Part::second:
        is_met = scanner.number(2, second);
        scanner.fraction(fraction);
        break;
      case Part::fraction:
        is_met = scanner.number(9, number);
        break;
      case Part::meridian:
        is_met = has_meridian = scanner.meridian(is_afternoon);
        break;
      case Part::offset:
        is_met = scanner.offset(moment.offset_seconds.emplace());
        break;
      case Part::letter:
        is_met = scanner.skip(element.letter);
        if (is_met && element.letter == ' ') scanner.skip_blanks();
        break;
    }
    if (!is_met) return std::nullopt;
  }
  if (has_meridian && !to_24_hours(hour, is_afternoon)) return std::nullopt;
  std::string_view rest = scanner.rest();
  scanner.skip_blanks();
  bool has_gap = scanner.skip('T') || scanner.rest().size() < rest.size();
  bool is_whole = scanner.is_at_end() || (takes_rest && has_gap && scanner.digit_count() > 0);
  if (!is_whole || !set_time(moment, hour, minute, second * second_us + fraction)) {
    return std::nullopt;
  }
  return moment;
}

namespace {

/// `HH:MI[:SS[.f]]`, `HHMISS`, an AM or PM behind them or none.
bool scan_time(MomentScanner& scanner, Moment& moment) {
  unsigned hour = 0, minute = 0, second = 0;
  std::int64_t fraction = 0;
  if (scanner.digit_count() == 6) {
    scanner.digits(2, hour);
    scanner.digits(2, minute);
    scanner.digits(2, second);
    scanner.fraction(fraction);
  } else {
    if (!scanner.number(2, hour) || !scanner.skip(':') || !scanner.digits(2, minute)) return false;
    if (scanner.skip(':')) {
      if (!scanner.digits(2, second)) return false;
      scanner.fraction(fraction);
    }
  }
  MomentScanner ahead = scanner;
  ahead.skip_blanks();
  if (bool is_afternoon = false; ahead.meridian(is_afternoon)) {
    if (!to_24_hours(hour, is_afternoon)) return false;
    scanner = ahead;
  }
  return set_time(moment, hour, minute, second * second_us + fraction);
}

bool is_separator(char c) { return c == '-' || c == '/' || c == '.' || c == ' ' || c == ','; }
void skip_separators(MomentScanner& scanner) {
  while (!scanner.is_at_end() && is_separator(scanner.rest().front())) {
    scanner.skip(scanner.rest().front());
  }
}

/// A year of two digits or four.
bool scan_year(MomentScanner& scanner, Moment& moment) {
  std::size_t count = scanner.digit_count();
  unsigned year = 0;
  if ((count != 2 && count != 4) || !scanner.digits(count, year)) return false;
  moment.year = static_cast<int>(count == 2 ? full_year(year) : year);
  return true;
}

/// `Jan-08-1999`, `January 8, 1999`
bool scan_month_first(MomentScanner& scanner, Moment& moment) {
  if (!scanner.month_name(moment.month)) return false;
  skip_separators(scanner);
  if (!scanner.number(2, moment.day)) return false;
  skip_separators(scanner);
  return scan_year(scanner, moment);
}

/// `08-Jan-1999`, `1999-Jan-08`, `17 Dec 07:37:16 1997`
bool scan_month_within(MomentScanner& scanner, Moment& moment, unsigned first,
                       std::size_t first_digits) {
  if (!scanner.month_name(moment.month)) return false;
  skip_separators(scanner);
  if (first_digits == 4) {
    moment.year = static_cast<int>(first);
    return scanner.number(2, moment.day);
  }
  moment.day = first;
  if (scanner.rest().size() > 2 && scanner.rest()[2] == ':') {
    if (!scan_time(scanner, moment)) return false;
    skip_separators(scanner);
  }
  return scan_year(scanner, moment);
}

/// Three numbers with signs between them.
bool scan_numbers(MomentScanner& scanner, Moment& moment, unsigned first,
                  std::size_t first_digits) {
  unsigned second = 0;
  if (!scanner.number(2, second)) return false;
  if (scanner.is_at_end() || !is_separator(scanner.rest().front())) return false;
  scanner.skip(scanner.rest().front());
  if (first_digits > 2) {
    moment.year = static_cast<int>(first);
    moment.month = second;
    return scanner.number(2, moment.day);
  }
  bool is_day_first = first > 12;
  moment.month = is_day_first ? second : first;
  moment.day = is_day_first ? first : second;
  return scan_year(scanner, moment);
}

bool scan_compact(MomentScanner& scanner, Moment& moment, std::size_t count) {
  unsigned year = 0;
  if (!scanner.digits(count == 8 ? 4 : 2, year)) return false;
  moment.year = static_cast<int>(count == 8 ? year : full_year(year));
  return scanner.digits(2, moment.month) && scanner.digits(2, moment.day);
}

bool scan_date(MomentScanner& scanner, Moment& moment) {
  unsigned first = 0;
  if (std::size_t count = scanner.digit_count(); count == 8 || count == 6) {
    return scan_compact(scanner, moment, count);
  } else if (count == 0) {
    MomentScanner ahead = scanner;
    if (ahead.word("j") && ahead.digit_count() > 0) {
      scanner = ahead;
      return scanner.number(7, first) && set_julian(moment, first);
    }
    return scan_month_first(scanner, moment);
  } else if (count > 4 || !scanner.digits(count, first) || scanner.is_at_end() ||
             !is_separator(scanner.rest().front())) {
    return false;
  } else {
    bool has_point = scanner.skip('.');
    if (has_point && count == 4 && scanner.digit_count() == 3) {
      moment.year = static_cast<int>(first);
      return scanner.digits(3, first) && set_day_of_year(moment, first);
    }
    if (!has_point) scanner.skip(scanner.rest().front());
    bool has_name = !scanner.is_at_end() && is_letter(scanner.rest().front());
    return has_name ? scan_month_within(scanner, moment, first, count)
                    : scan_numbers(scanner, moment, first, count);
  }
}

/// Offset or zone, and BC.
bool scan_tail(MomentScanner& scanner, Moment& moment) {
  scanner.skip_blanks();
  std::int32_t offset = 0;
  if (scanner.offset(offset)) moment.offset_seconds = offset;
  scanner.skip_blanks();
  if (scanner.word("bc")) {
    moment.year = 1 - moment.year;
  } else {
    scanner.word("ad");
  }
  scanner.skip_blanks();
  return scanner.is_at_end();
}

}  // namespace

std::optional<Moment> recognize(std::string_view text) {
  MomentScanner scanner(text);
  scanner.skip_blanks();
  Moment moment;
  if (!scan_date(scanner, moment)) return std::nullopt;
  bool has_mark = scanner.skip('T') || scanner.skip('t');
  if (!has_mark) scanner.skip_blanks();
  if (scanner.digit_count() > 0 && !scan_time(scanner, moment)) return std::nullopt;
  if (!scan_tail(scanner, moment)) return std::nullopt;
  return moment;
}

std::optional<Moment> read_time(std::string_view text) {
  MomentScanner scanner(text);
  scanner.skip_blanks();
  Moment moment;
  if (!scan_time(scanner, moment)) return std::nullopt;
  scanner.skip_blanks();
  std::int32_t offset = 0;
  if (scanner.offset(offset)) moment.offset_seconds = offset;
  scanner.skip_blanks();
  if (!scanner.is_at_end()) return std::nullopt;
  return moment;
}

}  // namespace sparkify::field
