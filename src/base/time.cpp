#include "base/time.hpp"

#include <charconv>
#include <chrono>

namespace sparkify::base {
namespace {

/// Takes numbers and the signs between them from the front of a text.
class Fields {
 public:
  explicit Fields(std::string_view text) : text_(text) {}

  /// A number of exactly `digits` digits.
  bool take(std::size_t digits, int& value) {
    if (text_.size() < digits) return false;
    const char* end = text_.data() + digits;
    auto [stopped, failure] = std::from_chars(text_.data(), end, value);
    if (failure != std::errc() || stopped != end || text_.front() == '-') return false;
    text_.remove_prefix(digits);
    return true;
  }
  bool take(char sign) {
    if (text_.empty() || text_.front() != sign) return false;
    text_.remove_prefix(1);
    return true;
  }
  bool is_at_end() const { return text_.empty(); }

 private:
  std::string_view text_;
};

}  // namespace

std::optional<std::int64_t> parse_time_ms(std::string_view text) {
  using namespace std::chrono;
  Fields fields(text);
  int year_number = 0, month_number = 0, day_number = 0, hour = 0, minute = 0, second = 0,
      milli = 0;
  bool is_date = fields.take(4, year_number) && fields.take('-') && fields.take(2, month_number) &&
                 fields.take('-') && fields.take(2, day_number);
  if (!is_date) return std::nullopt;
  if (fields.take('T') || fields.take(' ')) {
    bool is_time = fields.take(2, hour) && fields.take(':') && fields.take(2, minute);
    if (is_time && fields.take(':')) is_time = fields.take(2, second);
    if (is_time && fields.take('.')) is_time = fields.take(3, milli);
    if (!is_time || hour > 23 || minute > 59 || second > 59) return std::nullopt;
  }
  fields.take('Z');
  year_month_day date(year(year_number), month(static_cast<unsigned>(month_number)),
                      day(static_cast<unsigned>(day_number)));
  if (!fields.is_at_end() || !date.ok()) return std::nullopt;
  auto time =
      sys_days(date) + hours(hour) + minutes(minute) + seconds(second) + milliseconds(milli);
  return time.time_since_epoch() / milliseconds(1);
}

}  // namespace sparkify::base
