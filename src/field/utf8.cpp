#include "field/utf8.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "event/json.hpp"

namespace sparkify::field {
namespace {

unsigned byte_at(std::string_view text, std::size_t at) {
  return static_cast<unsigned char>(text[at]);
}
bool is_continuation(unsigned byte) { return (byte & 0xC0) == 0x80; }

std::size_t announced_bytes(unsigned first) {
  if (first >= 0xF0) return first < 0xF8 ? 4 : first < 0xFC ? 5 : 6;
  return first >= 0xE0 ? 3 : 2;
}

}  // namespace

std::optional<BadBytes> find_bad_bytes(std::string_view text) {
  auto offset = event::find_invalid_utf8(text);
  if (!offset) return std::nullopt;
  std::string_view rest = text.substr(*offset);
  unsigned first = byte_at(rest, 0);
  if (first < 0xC0 || first >= 0xFE) return BadBytes{*offset, 1, 3};
  std::size_t announced = announced_bytes(first), size = 1;
  while (size < std::min(announced, rest.size()) && is_continuation(byte_at(rest, size))) ++size;
  if (size < announced) return BadBytes{*offset, size, size == rest.size() ? 2 : 4};
  if (announced > 4) return BadBytes{*offset, size, 1};
  if (first == 0xED) return BadBytes{*offset, size, 5};
  // Too high, or longer than it need be.
  return BadBytes{*offset, size, first >= 0xF4 ? 8 : 9};
}

std::string hex_of(std::string_view bytes) {
  std::string text;
  for (char byte : bytes) {
    text += fmt::format("{}{:02x}", text.empty() ? "" : " ", static_cast<unsigned char>(byte));
  }
  return text;
}

std::string_view cut_to(std::string_view text, std::size_t most_bytes) {
  if (text.size() <= most_bytes) return text;
  std::size_t size = most_bytes;
  while (size > 0 && is_continuation(byte_at(text, size))) --size;
  return text.substr(0, size);
}

std::string ascii_of(std::string_view text, std::size_t most_bytes) {
  std::string shown;
  for (std::size_t at = 0; at < text.size() && shown.size() < most_bytes;) {
    unsigned first = byte_at(text, at++);
    bool is_shown = (first >= ' ' && first <= '~') || first == '\t';
    shown += is_shown ? static_cast<char>(first) : '.';
    if (first < 0xC0) continue;
    std::size_t end = at + announced_bytes(first) - 1;
    while (at < std::min(end, text.size()) && is_continuation(byte_at(text, at))) ++at;
  }
  return shown;
}

}  // namespace sparkify::field
