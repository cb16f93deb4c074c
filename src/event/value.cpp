#include "event/value.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <limits>
#include <optional>
#include <string>

#include "base/text.hpp"
#include "event/json.hpp"

namespace sparkify::event {
namespace {

constexpr Verdict taken{Verdict::Outcome::value, {}};
constexpr Verdict null{Verdict::Outcome::null, {}};

constexpr Verdict refuse(Reason reason) { return {Verdict::Outcome::refused, reason}; }

/// A number taken apart: (-1)^is_negative * 0.D * 10^exponent, where D are its significant
/// digits, without zeros on both sides. Zero has none.
struct Decimal {
  bool is_negative = false;
  std::string_view digits;      ///< may hold the decimal point, to be passed over
  std::size_t digit_count = 0;  ///< without the point
  std::int64_t exponent = 0;
};

/// Far beyond every type, far from overflow.
constexpr std::int64_t exponent_limit = std::int64_t{1} << 40;

std::int64_t read_exponent(std::string_view text) {
  bool is_negative = text.front() == '-';
  if (is_negative || text.front() == '+') text.remove_prefix(1);
  std::int64_t exponent = 0;
  for (char digit : text) exponent = std::min(exponent * 10 + (digit - '0'), exponent_limit);
  return is_negative ? -exponent : exponent;
}

/// `literal`: a JSON number; leading zeros are fine.
Decimal take_apart(std::string_view literal) {
  Decimal result;
  result.is_negative = literal.front() == '-';
  if (result.is_negative) literal.remove_prefix(1);
  std::size_t e = literal.find_first_of("eE");
  std::string_view mantissa = literal.substr(0, e);
  std::size_t first = mantissa.find_first_not_of("0.");
  if (first == std::string_view::npos) return result;
  std::size_t last = mantissa.find_last_not_of("0.");
  std::size_t point = std::min(mantissa.find('.'), mantissa.size());
  result.digits = mantissa.substr(first, last - first + 1);
  result.digit_count = result.digits.size() - (first < point && point < last ? 1 : 0);
  result.exponent = first < point ? static_cast<std::int64_t>(point - first)
                                  : -static_cast<std::int64_t>(first - point - 1);
  if (e != std::string_view::npos) result.exponent += read_exponent(literal.substr(e + 1));
  return result;
}

struct Literal {
  Verdict verdict;
  std::string_view text;
};

/// As JSON writes numbers, leading zeros allowed.
bool is_quoted_number(std::string_view text) {
  std::string_view digits = text;
  if (digits.starts_with('-')) digits.remove_prefix(1);
  while (digits.size() > 1 && digits[0] == '0' && base::is_digit(digits[1]))
    digits.remove_prefix(1);
  return !digits.starts_with('-') && is_number(digits);
}

/// The literal of a number token, or of a string that holds one, without its blanks. `storage`
/// keeps a string that had escapes.
Literal to_literal(const Token& token, std::string& storage) {
  std::string_view text = token.text;
  switch (token.kind) {
    case Token::Kind::absent:
    case Token::Kind::unreachable:
    case Token::Kind::null:
      return {null, {}};
    case Token::Kind::number:
      return {taken, text};
    case Token::Kind::boolean:
      return {refuse(Reason::wrong_type), {}};
    case Token::Kind::nested:
      return {refuse(Reason::nested_value), {}};
    case Token::Kind::escaped_string:
      storage.resize(text.size());
      storage.resize(unescape(text, storage.data()).size_bytes);
      text = storage;
      break;
    case Token::Kind::string:
      break;
  }
  text = trim_blanks(text);
  if (text.empty()) return {null, {}};
  if (!is_quoted_number(text)) return {refuse(Reason::wrong_type), {}};
  return {taken, text};
}

std::optional<std::int64_t> whole_in_range(const Decimal& decimal, std::int64_t least,
                                           std::int64_t greatest) {
  if (decimal.digit_count == 0) return 0;
  auto digit_count = static_cast<std::int64_t>(decimal.digit_count);
  // 18 digits always fit into 64 bits; the ranges asked for are smaller.
  if (decimal.exponent < digit_count || decimal.exponent > 18) return std::nullopt;
  std::int64_t number = 0;
  for (char digit : decimal.digits) {
    if (digit != '.') number = number * 10 + (digit - '0');
  }
  for (std::int64_t i = digit_count; i < decimal.exponent; ++i) number *= 10;
  if (decimal.is_negative) number = -number;
  if (number < least || number > greatest) return std::nullopt;
  return number;
}

/// The usual case: digits only, few enough to fit.
bool read_plain_digits(std::string_view text, std::int64_t& number) {
  if (text.empty() || text.size() > 18) return false;
  std::int64_t value = 0;
  for (char byte : text) {
    if (!base::is_digit(byte)) return false;
    value = value * 10 + (byte - '0');
  }
  number = value;
  return true;
}

Verdict to_whole(const Token& token, std::int64_t least, std::int64_t greatest,
                 std::int64_t& number) {
  bool is_plain = token.kind == Token::Kind::number || token.kind == Token::Kind::string;
  if (is_plain && read_plain_digits(token.text, number)) {
    return number < least || number > greatest ? refuse(Reason::out_of_range) : taken;
  }
  std::string storage;
  Literal literal = to_literal(token, storage);
  if (literal.verdict.outcome != Verdict::Outcome::value) return literal.verdict;
  auto whole = whole_in_range(take_apart(literal.text), least, greatest);
  if (!whole) return refuse(Reason::out_of_range);
  number = *whole;
  return taken;
}

/// The usual case: at most 15 digits with a point among them. Both the digits and the power of
/// ten are exact doubles, so that one division rounds correctly.
bool read_short_real(std::string_view text, double& number) {
  static constexpr std::array<double, 16> powers = {1e0, 1e1, 1e2,  1e3,  1e4,  1e5,  1e6,  1e7,
                                                    1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15};
  bool is_negative = text.front() == '-';
  if (is_negative) text.remove_prefix(1);
  if (text.size() > 16) return false;
  std::int64_t digits = 0;
  std::size_t point = text.size();
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (base::is_digit(text[i])) {
      digits = digits * 10 + (text[i] - '0');
    } else if (text[i] == '.') {
      point = i + 1;
    } else {
      return false;
    }
  }
  if (point == text.size() && text.size() == 16) return false;
  number = static_cast<double>(digits) / powers[text.size() - point];
  if (is_negative) number = -number;
  return true;
}

/// Takes a text as it is, but for blanks at its end.
Verdict take_trimmed(std::string_view given, std::size_t max_bytes, std::string_view& text) {
  text = trim_trailing_blanks(given);
  if (text.empty()) return null;
  return text.size() > max_bytes ? refuse(Reason::text_too_long) : taken;
}

Verdict take_unescaped(std::string_view given, std::size_t max_bytes, char*& scratch,
                       std::string_view& text) {
  Unescaped unescaped = unescape(given, scratch);
  if (unescaped.has_nul) return refuse(Reason::nul_byte);
  if (unescaped.has_lone_surrogate) return refuse(Reason::invalid_utf8);
  std::string_view whole(scratch, unescaped.size_bytes);
  scratch += unescaped.size_bytes;
  return take_trimmed(whole, max_bytes, text);
}

}  // namespace

Verdict to_text(const Token& token, std::size_t max_bytes, char*& scratch, std::string_view& text) {
  // The usual kinds first: a processor guesses these better than a jump by the kind.
  if (token.kind == Token::Kind::string) return take_trimmed(token.text, max_bytes, text);
  if (token.kind == Token::Kind::null || token.kind == Token::Kind::absent) return null;
  if (token.kind == Token::Kind::escaped_string) {
    return take_unescaped(token.text, max_bytes, scratch, text);
  }
  if (token.kind == Token::Kind::number) return take_trimmed(token.text, max_bytes, text);
  if (token.kind == Token::Kind::unreachable) return null;
  return refuse(token.kind == Token::Kind::nested ? Reason::nested_value : Reason::wrong_type);
}

Verdict to_integer(const Token& token, std::int32_t& number) {
  using Limits = std::numeric_limits<std::int32_t>;
  std::int64_t wide = 0;
  Verdict verdict = to_whole(token, Limits::min(), Limits::max(), wide);
  number = static_cast<std::int32_t>(wide);
  return verdict;
}

Verdict to_timestamp(const Token& token, std::int64_t& microseconds) {
  std::int64_t milliseconds = 0;
  Verdict verdict = to_whole(token, least_timestamp_ms, greatest_timestamp_ms, milliseconds);
  if (verdict.outcome == Verdict::Outcome::value) microseconds = milliseconds * 1000;
  return verdict;
}

Verdict to_real(const Token& token, double& number) {
  if (token.kind == Token::Kind::number && read_short_real(token.text, number)) return taken;
  std::string storage;
  Literal literal = to_literal(token, storage);
  if (literal.verdict.outcome != Verdict::Outcome::value) return literal.verdict;
  if (read_short_real(literal.text, number)) return taken;
  const char* end = literal.text.data() + literal.text.size();
  auto [behind, error] = std::from_chars(literal.text.data(), end, number);
  if (error == std::errc::result_out_of_range) {
    // The library does not say on which side.
    Decimal decimal = take_apart(literal.text);
    if (decimal.exponent > 0) return refuse(Reason::out_of_range);
    number = decimal.is_negative ? -0.0 : 0.0;
  }
  return taken;
}

Verdict to_column(const Token& token, const Column& column, Batch::Values& values, std::size_t row,
                  char*& scratch) {
  Verdict verdict;
  switch (column.type) {
    case ColumnType::text:
      verdict = to_text(token, column.max_bytes, scratch, values.text[row]);
      break;
    case ColumnType::integer:
      verdict = to_integer(token, values.integer[row]);
      break;
    case ColumnType::timestamp:
      verdict = to_timestamp(token, values.timestamp[row]);
      break;
    case ColumnType::real:
      verdict = to_real(token, values.real[row]);
      break;
  }
  bool is_null = verdict.outcome == Verdict::Outcome::null;
  values.is_null[row] = is_null ? 1 : 0;
  return is_null && column.is_required ? refuse(Reason::missing_value) : verdict;
}

}  // namespace sparkify::event
