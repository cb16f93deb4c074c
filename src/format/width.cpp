#include "format/width.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "format/width_table.hpp"

namespace sparkify::format {
namespace {

template <std::size_t size>
bool contains(const std::array<CodeRange, size>& ranges, char32_t code) {
  auto after = std::upper_bound(ranges.begin(), ranges.end(), code,
                                [](char32_t c, const CodeRange& range) { return c < range.first; });
  return after != ranges.begin() && code <= std::prev(after)->last;
}

bool is_control(char32_t code) { return code < 0x20 || (code >= 0x7F && code < 0xA0); }

/// Characters that reorder or hide the text around them.
bool is_direction(char32_t code) {
  return (code >= 0x202A && code <= 0x202E) || (code >= 0x2066 && code <= 0x2069);
}

}  // namespace

Character next_character(std::string_view text) {
  auto first = static_cast<unsigned char>(text.front());
  if (first < 0x80) return {first, 1, true};
  std::size_t size = first >= 0xF0 ? 4 : first >= 0xE0 ? 3 : 2;
  if (first < 0xC2 || first > 0xF4 || text.size() < size) return {first, 1, false};
  char32_t code = first & (0xFFU >> (size + 1));
  for (std::size_t i = 1; i < size; ++i) {
    auto byte = static_cast<unsigned char>(text[i]);
    if ((byte & 0xC0) != 0x80) return {first, 1, false};
    code = code << 6 | (byte & 0x3FU);
  }
  constexpr char32_t least[] = {0, 0, 0x80, 0x800, 0x10000};
  bool is_valid = code >= least[size] && code <= 0x10FFFF && (code < 0xD800 || code > 0xDFFF);
  if (!is_valid) return {first, 1, false};
  return {code, size, true};
}

std::size_t display_width(std::string_view text) {
  std::size_t width = 0;
  while (!text.empty()) {
    Character character = next_character(text);
    text.remove_prefix(character.size_bytes);
    if (character.code < 0x300) {
      ++width;
    } else if (!contains(zero_ranges, character.code)) {
      width += contains(wide_ranges, character.code) ? 2 : 1;
    }
  }
  return width;
}

std::string escape_control(std::string_view text) {
  std::string result;
  result.reserve(text.size());
  while (!text.empty()) {
    Character character = next_character(text);
    if (!character.is_valid || is_control(character.code)) {
      switch (character.is_valid ? character.code : 0) {
        case '\n':
          result += "\\n";
          break;
        case '\r':
          result += "\\r";
          break;
        case '\t':
          result += "\\t";
          break;
        default:
          result += fmt::format("\\x{:02x}", static_cast<unsigned>(character.code));
      }
    } else if (is_direction(character.code)) {
      result += fmt::format("\\u{:04x}", static_cast<unsigned>(character.code));
    } else {
      result += text.substr(0, character.size_bytes);
    }
    text.remove_prefix(character.size_bytes);
  }
  return result;
}

}  // namespace sparkify::format
