#include "editor/script.hpp"

#include <algorithm>

#include "base/text.hpp"
#include "sql/script.hpp"

namespace sparkify::editor {
namespace {

constexpr std::string_view file = "<editor>";

/// Characters beyond the first plane, of four bytes in UTF-8, take two units.
std::size_t units_of(std::string_view text) {
  std::size_t units = 0;
  for (char c : text) {
    units += base::is_utf8_tail(c) ? 0 : 1;
    units += static_cast<unsigned char>(c) >= 0xF0 ? 1 : 0;
  }
  return units;
}

/// Lines and columns, from 1 and in bytes, as offsets; asked for in order.
class Offsets {
 public:
  explicit Offsets(std::string_view text) : text_(text) {}

  std::size_t of(std::size_t line, std::size_t column) {
    for (; line_ < line; ++line_) {
      std::size_t end = text_.find('\n', line_begin_);
      if (end == std::string_view::npos) break;
      line_begin_ = end + 1;
    }
    return std::min(line_begin_ + column - 1, text_.size());
  }

 private:
  std::string_view text_;
  std::size_t line_ = 1, line_begin_ = 0;
};

}  // namespace

std::size_t Part::place_of(std::size_t character) const {
  std::size_t at = 0, seen = 0;
  for (; at < text.size(); ++at) {
    if (!base::is_utf8_tail(text[at]) && ++seen == character) break;
  }
  return begin + units_of(std::string_view(text).substr(0, at));
}

std::vector<Part> parts_of(std::string_view text) {
  std::vector<Part> parts;
  Offsets offsets(text);
  std::size_t at = 0, units = 0;
  for (sql::Statement& each : sql::split(text, file, sql::Literals::escaped)) {
    std::size_t offset = offsets.of(each.line, each.column);
    units += units_of(text.substr(at, offset - at));
    at = offset + each.text.size();
    std::size_t begin = units;
    units += units_of(each.text);
    parts.push_back({std::move(each.text), begin, units});
  }
  return parts;
}

std::size_t place_of(const base::Error& error, std::string_view text) {
  if (!error.place()) return 0;
  std::size_t offset = Offsets(text).of(error.place()->line, error.place()->column);
  return units_of(text.substr(0, offset));
}

}  // namespace sparkify::editor
