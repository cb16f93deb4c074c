// Any bytes as an object of events or songs, plain or compressed, in pieces and short reads: every
// record becomes a row or a reject, text is UTF-8 without NUL, and the cuts make no difference.
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.hpp"
#include "event/json.hpp"
#include "event/reader.hpp"
#include "fuzz_object.hpp"

namespace {

using fuzz::expect;
using fuzz::FuzzObject;
namespace event = sparkify::event;

struct Totals {
  std::uint64_t rows = 0, rejects = 0, records = 0, lines = 0, unknown_keys = 0;
  std::uint64_t text_bytes = 0, reject_places = 0;
  bool is_broken = false;  ///< the compressed stream ends in an error
  bool operator==(const Totals&) const = default;
};

void take_text(std::string_view text, std::size_t max_bytes, Totals& totals) {
  expect(!text.empty() && text.size() <= max_bytes);
  expect(text.find('\0') == std::string_view::npos);
  expect(!event::find_invalid_utf8(text));
  totals.text_bytes += text.size();
}

void take(const event::Batch& batch, const event::Mapping& mapping, Totals& totals) {
  for (std::size_t c = 0; c < mapping.columns.size(); ++c) {
    const event::Column& column = mapping.columns[c];
    for (std::size_t row = 0; row < batch.row_count; ++row) {
      bool is_null = batch.columns[c].is_null[row] != 0;
      expect(!is_null || !column.is_required);
      if (is_null || column.type != event::ColumnType::text) continue;
      take_text(batch.columns[c].text[row], column.max_bytes, totals);
    }
  }
  for (const event::Reject& reject : batch.rejects) {
    expect(reject.line >= 1 && reject.column >= 1);
    expect(reject.raw_bytes >= reject.raw.size() && reject.raw_bytes > 0);
    totals.reject_places += (reject.line + totals.lines) * 1'000'003 + reject.column;
  }
  totals.rows += batch.row_count;
  totals.rejects += batch.rejects.size();
}

Totals read(std::string_view bytes, const event::Mapping& mapping, event::Compression compression,
            std::size_t piece_bytes, std::size_t most_bytes, std::size_t max_rows) {
  FuzzObject object(bytes, most_bytes);
  sparkify::base::ObjectEntry entry{"fuzz", bytes.size(), ""};
  Totals totals;
  event::Reader reader(object, entry, compression, {0, 0}, mapping);
  event::Batch batch;
  std::uint64_t begin = 0;
  do {
    std::uint64_t end = std::min<std::uint64_t>(bytes.size(), begin + piece_bytes);
    reader.reset(object, entry, compression, {begin, end});
    std::uint64_t before = totals.rows + totals.rejects;
    try {
      while (reader.next(batch, max_rows)) take(batch, mapping, totals);
      expect(reader.digests().size() == 1 && reader.bytes_read() == end - begin);
    } catch (const sparkify::base::Error& error) {
      expect(error.kind() == sparkify::base::ErrorKind::bad_data);
      expect(compression != event::Compression::none);
      totals.is_broken = true;
      return totals;
    }
    expect(reader.records_read() == totals.rows + totals.rejects - before);
    totals.records += reader.records_read();
    totals.lines += reader.lines_read();
    totals.unknown_keys += reader.unknown_keys();
    begin = end;
  } while (begin < bytes.size());
  return totals;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size < 2) return 0;
  const std::string_view bytes(reinterpret_cast<const char*>(data) + 2, size - 2);
  static const event::Mapping events = event::event_mapping();
  static const event::Mapping songs = event::song_mapping();
  static const event::Mapping nested = event::mapping_from_jsonpaths(
      R"({"jsonpaths": ["$.a.b", "$.a", "$.a.c[0]", "$.a.c[1].d", "$['e\"']", "$.b", "$.song_id",
          "$.c", "$.d[0]", "$.d[1][0]"]})",
      "fuzz", event::Framing::lines, event::song_columns);
  const event::Mapping& mapping = data[0] % 3 == 0 ? events : data[0] % 3 == 1 ? songs : nested;
  const auto compression = static_cast<event::Compression>(data[0] / 3 % 3);
  const std::size_t small = 1 + data[1] % 61;
  const Totals whole = read(bytes, mapping, compression, bytes.size() + 1, bytes.size() + 1, 2048);
  if (whole.is_broken) return 0;
  const bool has_pieces = &mapping != &songs && compression == event::Compression::none;
  const std::size_t piece_bytes = has_pieces ? small : bytes.size() + 1;
  const Totals cut = read(bytes, mapping, compression, piece_bytes, 1 + data[1] % 7, 1 + small % 4);
  expect(cut == whole);
  return 0;
}
