#include "event/json.hpp"

#include <algorithm>
#include <array>
#include <bit>
#include <cstdint>
#include <cstring>

#include "base/text.hpp"

namespace sparkify::event {
namespace {

int hex_value(char byte) {
  if (base::is_digit(byte)) return byte - '0';
  char lower = static_cast<char>(byte | 0x20);
  return lower >= 'a' && lower <= 'f' ? lower - 'a' + 10 : -1;
}

/// The four hex digits at the front of `text`, or -1.
int hex4(std::string_view text) {
  if (text.size() < 4) return -1;
  int code = 0;
  for (std::size_t i = 0; i < 4; ++i) {
    int digit = hex_value(text[i]);
    if (digit < 0) return -1;
    code = code * 16 + digit;
  }
  return code;
}

/// What a one-letter escape stands for; 0 when it is none.
char plain_escape(char letter) {
  switch (letter) {
    case '"':
    case '\\':
    case '/':
      return letter;
    case 'b':
      return '\b';
    case 'f':
      return '\f';
    case 'n':
      return '\n';
    case 'r':
      return '\r';
    case 't':
      return '\t';
    default:
      return 0;
  }
}

/// Copies from `at` up to the next backslash, or to the end, and moves `at` there; returns the end
/// of the copy. Eight bytes at a time: some of them are written again later.
char* copy_up_to_escape(std::string_view content, std::size_t& at, char* out) {
  constexpr std::uint64_t each = 0x0101010101010101;
  while (at + 8 <= content.size()) {
    std::uint64_t bytes;
    std::memcpy(&bytes, content.data() + at, sizeof bytes);
    std::memcpy(out, &bytes, sizeof bytes);
    std::uint64_t others = bytes ^ each * '\\';
    // The lowest bit found is right; a borrow may set others above it.
    std::uint64_t found = (others - each) & ~others & each << 7;
    auto count = static_cast<std::size_t>(std::countr_zero(found)) / 8;
    at += count;
    out += count;
    if (found != 0) return out;
  }
  while (at < content.size() && content[at] != '\\') *out++ = content[at++];
  return out;
}

char* put_utf8(char* out, std::uint32_t code) {
  auto put = [&out](std::uint32_t byte) { *out++ = static_cast<char>(byte); };
  if (code < 0x80) {
    put(code);
  } else if (code < 0x800) {
    put(0xC0 | code >> 6);
    put(0x80 | (code & 0x3F));
  } else if (code < 0x10000) {
    put(0xE0 | code >> 12);
    put(0x80 | (code >> 6 & 0x3F));
    put(0x80 | (code & 0x3F));
  } else {
    put(0xF0 | code >> 18);
    put(0x80 | (code >> 12 & 0x3F));
    put(0x80 | (code >> 6 & 0x3F));
    put(0x80 | (code & 0x3F));
  }
  return out;
}

/// One value, byte by byte, with the open brackets on a stack of its own.
class Scanner {
 public:
  Scanner(std::string_view text, std::size_t depth_allowed)
      : text_(text), depth_allowed_(depth_allowed) {}

  Scan run() {
    bool goes_on = true;
    while (goes_on) goes_on = begin_value() && finish_value();
    return result_;
  }

 private:
  bool stop(Scan::State state) {
    result_ = {state, at_};
    return false;
  }

  /// Moves to the next byte that is no blank; false at the end of the text.
  bool seek() {
    while (at_ < text_.size() && is_json_blank(text_[at_])) ++at_;
    return at_ < text_.size() || stop(Scan::State::incomplete);
  }

  /// Reads a scalar, an empty container, or the brackets and keys up to the first of these.
  bool begin_value() {
    for (;;) {
      if (!seek()) return false;
      char first = text_[at_];
      if (first != '{' && first != '[') return scalar(first);
      if (depth_ == depth_allowed_) return stop(Scan::State::malformed);
      open_[depth_++] = first;
      ++at_;
      if (!seek()) return false;
      if (text_[at_] == closing()) {
        --depth_;
        ++at_;
        return true;
      }
      if (first == '{' && !key()) return false;
    }
  }

  /// After a value: closes what ends here and steps over the comma before the next value.
  bool finish_value() {
    while (depth_ > 0) {
      if (!seek()) return false;
      if (text_[at_] == ',') {
        ++at_;
        return open_[depth_ - 1] == '[' || (seek() && key());
      }
      if (text_[at_] != closing()) return stop(Scan::State::malformed);
      --depth_;
      ++at_;
    }
    return stop(Scan::State::complete);
  }

  char closing() const { return open_[depth_ - 1] == '{' ? '}' : ']'; }

  bool key() {
    if (text_[at_] != '"') return stop(Scan::State::malformed);
    if (!string() || !seek()) return false;
    if (text_[at_] != ':') return stop(Scan::State::malformed);
    ++at_;
    return true;
  }

  bool scalar(char first) {
    switch (first) {
      case '"':
        return string();
      case 't':
        return word("true");
      case 'f':
        return word("false");
      case 'n':
        return word("null");
      default:
        return number();
    }
  }

  bool word(std::string_view expected) {
    for (char byte : expected) {
      if (at_ == text_.size()) return stop(Scan::State::incomplete);
      if (text_[at_] != byte) return stop(Scan::State::malformed);
      ++at_;
    }
    return true;
  }

  bool string() {
    for (++at_; at_ < text_.size(); ++at_) {
      char byte = text_[at_];
      if (byte == '"') {
        ++at_;
        return true;
      }
      if (static_cast<unsigned char>(byte) < 0x20) return stop(Scan::State::malformed);
      if (byte == '\\' && !escape()) return false;
    }
    return stop(Scan::State::incomplete);
  }

  /// From the backslash to the last byte of its sequence.
  bool escape() {
    if (at_ + 1 == text_.size()) return ++at_, stop(Scan::State::incomplete);
    char letter = text_[at_ + 1];
    if (letter != 'u') {
      if (plain_escape(letter) == 0) return stop(Scan::State::malformed);
      ++at_;
      return true;
    }
    for (std::size_t i = 2; i < 6; ++i) {
      if (at_ + i == text_.size()) return at_ += i, stop(Scan::State::incomplete);
      if (hex_value(text_[at_ + i]) < 0) return stop(Scan::State::malformed);
    }
    at_ += 5;
    return true;
  }

  bool digits() {
    if (at_ == text_.size()) return stop(Scan::State::incomplete);
    if (!base::is_digit(text_[at_])) return stop(Scan::State::malformed);
    while (at_ < text_.size() && base::is_digit(text_[at_])) ++at_;
    return true;
  }

  bool has(char byte) const { return at_ < text_.size() && text_[at_] == byte; }

  bool number() {
    if (has('-')) ++at_;
    if (has('0')) {
      ++at_;
    } else if (!digits()) {
      return false;
    }
    if (has('.')) {
      ++at_;
      if (!digits()) return false;
    }
    if (has('e') || has('E')) {
      ++at_;
      if (has('-') || has('+')) ++at_;
      if (!digits()) return false;
    }
    return true;
  }

  std::string_view text_;
  std::size_t depth_allowed_;
  std::size_t at_ = 0;
  std::array<char, max_depth> open_;
  std::size_t depth_ = 0;
  Scan result_;
};

/// How many bytes the UTF-8 sequence at the front of `text` has; 0 when there is none.
std::size_t utf8_sequence_bytes(std::string_view text) {
  auto byte = [&](std::size_t i) {
    return i < text.size() ? static_cast<unsigned char>(text[i]) : 0u;
  };
  auto is_tail = [&](std::size_t i) { return (byte(i) & 0xC0) == 0x80; };
  unsigned first = byte(0);
  if (first < 0x80) return 1;
  if (first >= 0xC2 && first <= 0xDF) return is_tail(1) ? 2 : 0;
  if (first >= 0xE0 && first <= 0xEF) {
    if (!is_tail(1) || !is_tail(2)) return 0;
    bool is_overlong = first == 0xE0 && byte(1) < 0xA0;
    bool is_surrogate = first == 0xED && byte(1) >= 0xA0;
    return is_overlong || is_surrogate ? 0 : 3;
  }
  if (first >= 0xF0 && first <= 0xF4) {
    if (!is_tail(1) || !is_tail(2) || !is_tail(3)) return 0;
    bool is_overlong = first == 0xF0 && byte(1) < 0x90;
    bool is_too_large = first == 0xF4 && byte(1) >= 0x90;
    return is_overlong || is_too_large ? 0 : 4;
  }
  return 0;
}

}  // namespace

Scan scan_value(std::string_view text, std::size_t depth_allowed) {
  return Scanner(text, depth_allowed).run();
}

bool is_number(std::string_view token) {
  const char* at = token.data();
  const char* end = at + token.size();
  auto skip_digits = [&] {
    const char* begin = at;
    while (at != end && base::is_digit(*at)) ++at;
    return at != begin;
  };
  if (at != end && *at == '-') ++at;
  if (at != end && *at == '0') {
    ++at;
  } else if (!skip_digits()) {
    return false;
  }
  if (at == end) return true;
  if (*at == '.') {
    ++at;
    if (!skip_digits()) return false;
  }
  if (at != end && (*at == 'e' || *at == 'E')) {
    ++at;
    if (at != end && (*at == '-' || *at == '+')) ++at;
    if (!skip_digits()) return false;
  }
  return at == end;
}

std::size_t escape_bytes(std::string_view text) {
  if (text.size() < 2) return 0;
  if (text[1] == 'u') return hex4(text.substr(2)) < 0 ? 0 : 6;
  return plain_escape(text[1]) == 0 ? 0 : 2;
}

std::optional<std::size_t> find_bad_escape(std::string_view content) {
  for (std::size_t at = content.find('\\'); at != std::string_view::npos;
       at = content.find('\\', at)) {
    std::size_t size = escape_bytes(content.substr(at));
    if (size == 0) return at;
    at += size;
  }
  return std::nullopt;
}

Unescaped unescape(std::string_view content, char* out) {
  Unescaped result;
  char* end = out;
  std::size_t at = 0;
  for (;;) {
    end = copy_up_to_escape(content, at, end);
    if (at == content.size()) break;
    char letter = content[at + 1];
    at += 2;
    if (letter != 'u') {
      *end++ = plain_escape(letter);
      continue;
    }
    auto code = static_cast<std::uint32_t>(hex4(content.substr(at)));
    at += 4;
    if (code >= 0xD800 && code <= 0xDFFF) {
      std::string_view next = content.substr(at, 6);
      int low = code <= 0xDBFF && next.starts_with("\\u") ? hex4(next.substr(2)) : -1;
      if (low < 0xDC00 || low > 0xDFFF) {
        result.has_lone_surrogate = true;
        continue;
      }
      at += 6;
      code = 0x10000 + ((code - 0xD800) << 10) + (static_cast<std::uint32_t>(low) - 0xDC00);
    }
    if (code == 0) result.has_nul = true;
    end = put_utf8(end, code);
  }
  result.size_bytes = static_cast<std::size_t>(end - out);
  return result;
}

std::optional<std::size_t> find_invalid_utf8(std::string_view text) {
  for (std::size_t at = 0; at < text.size();) {
    std::size_t size = utf8_sequence_bytes(text.substr(at, 4));
    if (size == 0) return at;
    at += size;
  }
  return std::nullopt;
}

}  // namespace sparkify::event
