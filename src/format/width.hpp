#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace sparkify::format {

/// One character of UTF-8 text.
struct Character {
  char32_t code = 0;
  std::size_t size_bytes = 0;  ///< 1 when not valid
  bool is_valid = false;       ///< UTF-8: shortest form, no surrogate, at most U+10FFFF
};

/// The character at the start of `text`, which is not empty.
Character next_character(std::string_view text);

/// Terminal columns that `text` takes: East Asian wide and full-width characters two, combining
/// and other invisible ones none. Source: Unicode 14, EastAsianWidth.txt and general categories.
std::size_t display_width(std::string_view text);

/// One line that a terminal cannot take for a command: \n, \t and \r by name, other control
/// characters as \x1b, and \u202e for those that turn the direction of writing. A byte that is no
/// UTF-8 becomes \xff.
std::string escape_control(std::string_view text);

}  // namespace sparkify::format
