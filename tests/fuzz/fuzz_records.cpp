// Any lines as records of events or songs, one after another: a parser that speculates, on the
// widest lanes or in plain C++, takes and refuses the same records as one that never does, with
// the same tokens, whatever it learned from the lines before and whatever lies behind a record.
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <memory>
#include <string_view>

#include "event/record.hpp"
#include "fuzz_object.hpp"

namespace {

using fuzz::expect;
namespace event = sparkify::event;
using event::RecordParser;

bool is_same(const event::Token& left, const event::Token& right) {
  return left.kind == right.kind && left.text.data() == right.text.data() &&
         left.text.size() == right.text.size();
}

void compare(RecordParser& parser, const RecordParser& plain, bool is_json,
             std::string_view record) {
  expect(parser.parse(record) == is_json);
  if (!is_json) return;
  auto left = parser.tokens(), right = plain.tokens();
  expect(std::equal(left.begin(), left.end(), right.begin(), right.end(), is_same));
  expect(parser.unknown_keys() == plain.unknown_keys());
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size < 1) return 0;
  static const event::Mapping events = event::event_mapping();
  static const event::Mapping songs = event::song_mapping();
  const event::Mapping& mapping = data[0] % 2 == 0 ? events : songs;
  RecordParser plain(mapping, RecordParser::Speculating::never);
  RecordParser wide(mapping, RecordParser::Speculating::on_widest_lanes);
  RecordParser portable(mapping, RecordParser::Speculating::on_portable_lanes);
  std::string_view rest(reinterpret_cast<const char*>(data) + 1, size - 1);
  while (!rest.empty()) {
    const std::size_t count = std::min(rest.find('\n'), rest.size());
    // Behind the record lies what comes next, as in a file, or its last byte again and again.
    const std::size_t behind = std::min(rest.size() - count, RecordParser::padding_bytes);
    const auto buffer = std::make_unique<char[]>(count + RecordParser::padding_bytes);
    std::memset(buffer.get(), rest.back(), count + RecordParser::padding_bytes);
    std::memcpy(buffer.get(), rest.data(), count + behind);
    const std::string_view record(buffer.get(), count);
    const bool is_json = plain.parse(record);
    compare(wide, plain, is_json, record);
    compare(portable, plain, is_json, record);
    rest.remove_prefix(std::min(count + 1, rest.size()));
  }
  return 0;
}
