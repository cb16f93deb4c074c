#include "load/decoded_object.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cstring>
#include <utility>

#include "base/error.hpp"
#include "event/input.hpp"

namespace sparkify::load {
namespace {

constexpr std::size_t most_bytes = 1 << 30;

base::Error bad(const std::string& path, std::string what) {
  return base::Error(base::ErrorKind::bad_data, std::move(what))
      .at({path, 0, 0, {}})
      .sql_state("XX000");
}

std::string read_all(base::Object& object, const base::ObjectEntry& entry,
                     event::Compression compression) {
  event::Input input;
  input.reset(object, entry, compression, {0, entry.size_bytes});
  std::string bytes;
  constexpr std::size_t step_bytes = 1 << 20;
  for (;;) {
    std::size_t filled = bytes.size();
    if (filled > most_bytes) throw bad(entry.path, "an object of UTF-16 is larger than 1 GB");
    bytes.resize(filled + step_bytes);
    std::size_t count = input.read({bytes.data() + filled, step_bytes});
    bytes.resize(filled + count);
    if (count == 0) return bytes;
  }
}

void append_utf8(std::uint32_t point, std::string& out) {
  auto tail = [&](unsigned shift) { out += static_cast<char>(0x80 | ((point >> shift) & 0x3F)); };
  if (point < 0x80) {
    out += static_cast<char>(point);
  } else if (point < 0x800) {
    out += static_cast<char>(0xC0 | (point >> 6));
    tail(0);
  } else if (point < 0x10000) {
    out += static_cast<char>(0xE0 | (point >> 12));
    tail(6);
    tail(0);
  } else {
    out += static_cast<char>(0xF0 | (point >> 18));
    tail(12);
    tail(6);
    tail(0);
  }
}

/// Units of two bytes, in one of two orders. Half a surrogate pair becomes the bytes it would have,
/// which are no UTF-8: readers say where.
std::string utf8_of(std::string_view bytes, bool is_little_endian) {
  auto unit = [&](std::size_t at) -> std::uint32_t {
    auto first = static_cast<unsigned char>(bytes[at]);
    auto second = static_cast<unsigned char>(bytes[at + 1]);
    return is_little_endian ? first | (second << 8) : (first << 8) | second;
  };
  std::string text;
  text.reserve(bytes.size());
  for (std::size_t at = 0; at + 1 < bytes.size(); at += 2) {
    std::uint32_t point = unit(at);
    bool is_high = point >= 0xD800 && point < 0xDC00 && at + 3 < bytes.size();
    std::uint32_t low = is_high ? unit(at + 2) : 0;
    if (low >= 0xDC00 && low < 0xE000) {
      point = 0x10000 + ((point - 0xD800) << 10) + (low - 0xDC00);
      at += 2;
    }
    append_utf8(point, text);
  }
  return text;
}

}  // namespace

std::size_t DecodedObject::read(std::uint64_t offset, std::span<char> buffer) {
  if (offset >= text_.size()) return 0;
  std::size_t count = std::min<std::size_t>(buffer.size(), text_.size() - offset);
  std::memcpy(buffer.data(), text_.data() + offset, count);
  return count;
}

std::unique_ptr<DecodedObject> decode(base::Object& object, const base::ObjectEntry& entry,
                                      event::Compression compression, field::Encoding encoding) {
  std::string bytes = read_all(object, entry, compression);
  std::string_view text = bytes;
  bool has_little_mark = text.starts_with("\xFF\xFE"), has_big_mark = text.starts_with("\xFE\xFF");
  if (encoding == field::Encoding::utf16 && !has_little_mark && !has_big_mark && !text.empty()) {
    throw bad(entry.path, "an object of UTF16 begins with a byte order mark, this one does not")
        .hint("ENCODING UTF16LE or UTF16BE says the order instead");
  }
  bool is_little = encoding == field::Encoding::utf16_le ||
                   (encoding == field::Encoding::utf16 && has_little_mark);
  if (is_little ? has_big_mark : has_little_mark) {
    throw bad(entry.path, "its byte order mark says another encoding than ENCODING does");
  }
  if (text.size() % 2 != 0) throw bad(entry.path, "an object of UTF-16 has an odd number of bytes");
  if (has_little_mark || has_big_mark) text.remove_prefix(2);
  return std::make_unique<DecodedObject>(utf8_of(text, is_little));
}

}  // namespace sparkify::load
