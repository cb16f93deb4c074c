#include "dialect/literals.hpp"

#include <fmt/format.h>

#include <array>
#include <charconv>

#include "base/text.hpp"

namespace sparkify::dialect {
namespace {

/// A number or a word of a date, and what stands behind it.
struct Part {
  int number = -1;  ///< -1: a word
  int digits = 0;
  int month = 0;  ///< of a word
};

/// The month whose name or its first three letters this is; 0 for none.
int month_of(std::string_view word) {
  constexpr auto names = std::to_array<std::string_view>(
      {"january", "february", "march", "april", "may", "june", "july", "august", "september",
       "october", "november", "december"});
  std::string name = base::to_lower(word);
  for (std::size_t i = 0; i < names.size(); ++i) {
    if (name == names[i] || name == names[i].substr(0, 3)) return static_cast<int>(i) + 1;
  }
  return 0;
}

bool is_letter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }

/// Takes a number or a month's name from the text, then what parts it from the next.
std::optional<Part> take_part(std::string_view& text) {
  std::size_t end = 0;
  Part part;
  if (!text.empty() && base::is_digit(text[0])) {
    while (end < text.size() && base::is_digit(text[end])) ++end;
    std::from_chars(text.data(), text.data() + end, part.number);
    part.digits = static_cast<int>(end);
  } else {
    while (end < text.size() && is_letter(text[end])) ++end;
    part.month = month_of(text.substr(0, end));
    if (part.month == 0) return std::nullopt;
  }
  text.remove_prefix(end);
  return part;
}

void take_separator(std::string_view& text) {
  std::size_t end = 0;
  while (end < text.size() && (text[end] == '-' || text[end] == '/' || text[end] == '.' ||
                               text[end] == ' ' || text[end] == ',')) {
    ++end;
  }
  text.remove_prefix(end);
}

std::optional<std::string> compact_date(std::string_view text) {
  std::size_t digits = 0;
  while (digits < text.size() && base::is_digit(text[digits])) ++digits;
  if (digits != 8 && digits != 14) return std::nullopt;
  if (digits == 14 && text.size() > 14) return std::nullopt;
  std::string date =
      fmt::format("{}-{}-{}", text.substr(0, 4), text.substr(4, 2), text.substr(6, 2));
  if (digits == 14) {
    return fmt::format("{} {}:{}:{}", date, text.substr(8, 2), text.substr(10, 2),
                       text.substr(12, 2));
  }
  std::string_view rest = text.substr(8);
  if (!rest.empty() && rest[0] != ' ' && rest[0] != 'T') return std::nullopt;
  return date + std::string(rest);
}

/// Two digits of a year: 70 to 99 are of the last century.
int whole_year(const Part& part) {
  if (part.digits > 2) return part.number;
  return part.number < 70 ? 2000 + part.number : 1900 + part.number;
}

}  // namespace

std::optional<std::string> iso_date(std::string_view text) {
  text = base::trim(text);
  if (auto compact = compact_date(text)) return compact;
  std::array<Part, 3> parts;
  std::string_view rest = text;
  for (std::size_t i = 0; i < parts.size(); ++i) {
    auto part = take_part(rest);
    if (!part) return std::nullopt;
    parts[i] = *part;
    if (i < 2) take_separator(rest);
  }
  if (!rest.empty() && rest[0] != ' ') return std::nullopt;
  auto [first, second, third] = parts;
  int year = 0, month = 0, day = 0;
  if (first.digits == 4) {
    bool is_iso = text.size() > 4 && text[4] == '-' && second.month == 0;
    if (is_iso) return std::nullopt;
    year = first.number, month = second.month > 0 ? second.month : second.number;
    day = third.number;
  } else if (first.month > 0) {
    month = first.month, day = second.number, year = whole_year(third);
  } else if (second.month > 0) {
    day = first.number, month = second.month, year = whole_year(third);
  } else {
    month = first.number, day = second.number, year = whole_year(third);
  }
  if (month < 1 || month > 12 || day < 1 || day > 31 || year < 1) return std::nullopt;
  return fmt::format("{:04}-{:02}-{:02}{}", year, month, day, rest);
}

}  // namespace sparkify::dialect
