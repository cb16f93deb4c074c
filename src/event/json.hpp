#pragma once

#include <cstddef>
#include <optional>
#include <string_view>

/// JSON as text, by RFC 8259 to the letter: where a value ends, what is wrong with it, and what
/// the escapes of a string mean. The parser proper is simdjson (record.hpp); this is for what it
/// leaves open: values it skips, places of errors, values that lie one after another.
namespace sparkify::event {

/// ASCII white space: space, \t, \n, \v, \f, \r. Of these JSON itself allows no \v and \f.
constexpr bool is_blank(char byte) { return byte == ' ' || (byte >= '\t' && byte <= '\r'); }
constexpr bool is_json_blank(char byte) {
  return byte == ' ' || byte == '\t' || byte == '\n' || byte == '\r';
}
constexpr std::string_view trim_trailing_blanks(std::string_view text) {
  while (!text.empty() && is_blank(text.back())) text.remove_suffix(1);
  return text;
}
constexpr std::string_view trim_blanks(std::string_view text) {
  text = trim_trailing_blanks(text);
  while (!text.empty() && is_blank(text.front())) text.remove_prefix(1);
  return text;
}

inline constexpr std::size_t max_depth = 1024;

struct Scan {
  enum class State {
    complete,    ///< offset: one past the value
    incomplete,  ///< the text ends within the value; offset: its size
    malformed,   ///< offset: the byte that cannot stand there
  };
  State state = State::incomplete;
  std::size_t offset = 0;
};
/// Looks at the value that begins at the first byte of `text` (blanks before it are fine) and at
/// nothing behind it. Deeper than `depth_allowed` (at most max_depth) is malformed. Does not look
/// at UTF-8.
Scan scan_value(std::string_view text, std::size_t depth_allowed = max_depth);

/// True for a whole JSON number and nothing else.
bool is_number(std::string_view token);

/// How many bytes the escape at the front of `text`, a backslash and what follows, has; 0 when it
/// is none of JSON's.
std::size_t escape_bytes(std::string_view text);

/// The first byte of the first backslash sequence that is none of JSON's.
/// `content`: a string without its quotes.
std::optional<std::size_t> find_bad_escape(std::string_view content);

struct Unescaped {
  std::size_t size_bytes = 0;  ///< never more than the content's
  bool has_nul = false;
  bool has_lone_surrogate = false;  ///< it leaves no bytes behind
};
/// `content`: a string without its quotes, whose escapes are JSON's. `out` holds as many bytes.
Unescaped unescape(std::string_view content, char* out);

/// The first byte that begins no valid UTF-8 sequence.
std::optional<std::size_t> find_invalid_utf8(std::string_view text);

}  // namespace sparkify::event
