#include "functions/number_format.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "base/text.hpp"

namespace sparkify::functions {
namespace {

enum class Sign { before, plus_before, behind, plus_behind, brackets };

/// What a format says.
struct NumberFormat {
  std::size_t whole = 0;     ///< digits before the point
  std::size_t zeros = 0;     ///< of them from the first 0 on
  std::size_t fraction = 0;  ///< digits behind it
  std::size_t kept = 0;      ///< of them up to the last 0, which FM keeps
  std::size_t groups = 0;
  bool has_point = false;
  bool is_bare = false;  ///< FM
  std::string currency;
  Sign sign = Sign::before;

  std::size_t width() const { return whole + groups + (has_point ? fraction + 1 : 0); }
};

bool take(std::string_view& rest, std::string_view part) {
  if (!rest.starts_with(part)) return false;
  rest.remove_prefix(part.size());
  return true;
}

void take_digit(NumberFormat& format, char digit) {
  if (format.has_point) {
    ++format.fraction;
    if (digit == '0') format.kept = format.fraction;
    return;
  }
  ++format.whole;
  if (digit == '0' || format.zeros > 0) ++format.zeros;
}

std::optional<NumberFormat> parse(std::string_view rest) {
  NumberFormat format;
  while (!rest.empty()) {
    bool has_digits = format.whole + format.fraction > 0;
    if (take(rest, "fm")) {
      format.is_bare = true;
    } else if (rest[0] == '9' || rest[0] == '0') {
      take_digit(format, rest[0]);
      rest.remove_prefix(1);
    } else if (take(rest, ".") || take(rest, "d")) {
      if (format.has_point) return std::nullopt;
      format.has_point = true;
    } else if (take(rest, ",") || take(rest, "g")) {
      if (format.has_point) return std::nullopt;
      ++format.groups;
    } else if (take(rest, "s")) {
      format.sign = has_digits ? Sign::plus_behind : Sign::plus_before;
    } else if (take(rest, "mi")) {
      format.sign = has_digits ? Sign::behind : Sign::before;
    } else if (take(rest, "pr")) {
      format.sign = Sign::brackets;
    } else if (take(rest, "$") || take(rest, "l")) {
      format.currency = "$";
    } else if (!take(rest, " ")) {
      return std::nullopt;
    }
  }
  bool is_usual = format.whole + format.fraction > 0 && (format.groups == 0 || format.zeros <= 1);
  return is_usual ? std::optional(format) : std::nullopt;
}

/// The digits, without a sign.
std::string digits(const NumberFormat& format) {
  std::string text;
  if (format.groups > 0) {
    text = fmt::format("format('{{:,.{}f}}', abs(cast(@ as double)))", format.fraction);
  } else {
    std::size_t width = format.zeros + (format.has_point ? format.fraction + 1 : 0);
    text = fmt::format("printf('%0{}.{}f', abs(cast(@ as double)))", format.zeros > 0 ? width : 1,
                       format.fraction);
  }
  if (format.has_point && format.fraction == 0) text = fmt::format("({} || '.')", text);
  if (format.fraction > 0 && format.zeros == 0) {
    text = fmt::format("regexp_replace({}, '^0[.]', '.')", text);
  }
  if (format.is_bare && format.kept < format.fraction) {
    text =
        fmt::format("regexp_replace({}, '([.][0-9]{{{}}}[0-9]*?)0+$', '\\1')", text, format.kept);
  }
  return text;
}

std::string with_sign(const NumberFormat& format, const std::string& text) {
  auto signed_by = [](std::string_view negative, std::string_view positive) {
    return fmt::format("case when @ < 0 then '{}' else '{}' end", negative, positive);
  };
  std::string_view none = format.is_bare ? "" : " ";
  auto padded = [&](const std::string& value, std::size_t width) {
    return format.is_bare ? value : fmt::format("lpad({}, {}, ' ')", value, width);
  };
  std::size_t width = format.width();
  switch (format.sign) {
    case Sign::before:
      return padded(fmt::format("{} || {}", signed_by("-", ""), text), width + 1);
    case Sign::plus_before:
      return padded(fmt::format("{} || {}", signed_by("-", "+"), text), width + 1);
    case Sign::behind:
      return fmt::format("{} || {}", padded(text, width), signed_by("-", none));
    case Sign::plus_behind:
      return fmt::format("{} || {}", padded(text, width), signed_by("-", "+"));
    case Sign::brackets:
      return padded(fmt::format("{} || {} || {}", signed_by("<", none), text, signed_by(">", none)),
                    width + 2);
  }
  return text;
}

}  // namespace

std::optional<std::string> number_expression(std::string_view text) {
  std::string lower = base::to_lower(text);
  auto format = parse(lower);
  if (!format) return std::nullopt;
  std::string value = with_sign(*format, digits(*format));
  if (!format->currency.empty()) value = fmt::format("'{}' || {}", format->currency, value);
  // What does not fit is told, not cut.
  std::string full = (format->is_bare ? "" : " ") + std::string(format->whole, '#');
  if (format->has_point) full += "." + std::string(format->fraction, '#');
  return fmt::format(
      "case when abs(round(cast(@ as double), {})) >= power(10, {}) then '{}' else {} end",
      format->fraction, format->whole, full, value);
}

}  // namespace sparkify::functions
