#include "base/json.hpp"

#include <algorithm>

#include "base/error.hpp"

namespace sparkify::base {
namespace {

template <typename Document>
Document parse(std::string_view text, const std::string& file) {
  try {
    return Document::parse(text);
  } catch (const typename Document::parse_error& error) {
    // The library counts bytes from 1 and has read the byte it does not like.
    std::size_t offset = std::min(error.byte == 0 ? 0 : error.byte - 1, text.size());
    throw Error(ErrorKind::config, "this is no JSON").at(place_of(text, offset, file));
  } catch (const typename Document::exception&) {
    throw Error(ErrorKind::config, "this is no JSON").at({file, 0, 0, ""});
  }
}

}  // namespace

Json parse_json(std::string_view text, const std::string& file) { return parse<Json>(text, file); }

SortedJson parse_sorted_json(std::string_view text, const std::string& file) {
  return parse<SortedJson>(text, file);
}

Place place_of(std::string_view text, std::size_t offset, const std::string& file) {
  offset = std::min(offset, text.size());
  std::string_view before = text.substr(0, offset);
  auto line = static_cast<std::size_t>(std::count(before.begin(), before.end(), '\n')) + 1;
  std::size_t begin = before.rfind('\n') + 1;  // npos + 1 is 0
  std::string_view excerpt = text.substr(begin, text.find('\n', begin) - begin);
  return {file, line, offset - begin + 1, std::string(excerpt)};
}

}  // namespace sparkify::base
