#include "event_reading.hpp"

#include <fmt/format.h>
#include <isa-l/igzip_lib.h>
#include <zstd.h>

#include <algorithm>
#include <cstring>
#include <memory>
#include <stdexcept>
#include <utility>

#include "base/compress.hpp"

namespace event_test {
namespace event = sparkify::event;

MemoryObject::MemoryObject(std::string bytes, std::size_t most_bytes, unsigned seed)
    : bytes_(std::move(bytes)),
      size_bytes_(bytes_.size()),
      most_bytes_(most_bytes),
      is_random_(seed != 0),
      random_(seed) {}

std::size_t MemoryObject::read(std::uint64_t offset, std::span<char> buffer) {
  ++read_count_;
  if (offset >= bytes_.size()) return 0;
  std::size_t count = std::min<std::size_t>(buffer.size(), bytes_.size() - offset);
  if (most_bytes_ > 0) count = std::min(count, most_bytes_);
  if (is_random_) count = 1 + random_() % count;
  std::memcpy(buffer.data(), bytes_.data() + offset, count);
  return count;
}

namespace {

std::string show(const event::Batch::Values& values, event::ColumnType type, std::size_t row) {
  switch (type) {
    case event::ColumnType::text:
      return std::string(values.text.at(row));
    case event::ColumnType::integer:
      return std::to_string(values.integer.at(row));
    case event::ColumnType::timestamp:
      return std::to_string(values.timestamp.at(row));
    case event::ColumnType::real:
      return fmt::format("{}", values.real.at(row));
  }
  return {};
}

void take_rows(const event::Batch& batch, const event::Mapping& mapping, std::vector<Row>& rows) {
  for (std::size_t i = 0; i < batch.row_count; ++i) {
    Row& row = rows.emplace_back();
    for (std::size_t c = 0; c < mapping.columns.size(); ++c) {
      const event::Batch::Values& values = batch.columns.at(c);
      bool is_null = values.is_null.at(i) != 0;
      row.push_back(is_null ? std::nullopt
                            : std::optional(show(values, mapping.columns[c].type, i)));
    }
  }
}

/// The object of `fields` with those of `changes` in place of equal keys.
std::string with_changes(std::vector<std::pair<std::string, std::string>> fields,
                         std::string_view changes) {
  std::string text = "{";
  for (const auto& [key, value] : fields) {
    std::string quoted = "\"" + key + "\":";
    if (changes.find(quoted) == std::string_view::npos) text += quoted + value + ",";
  }
  if (changes.empty()) text.pop_back();
  return text + std::string(changes) + "}";
}

}  // namespace

std::vector<std::string> Reading::refusals() const {
  std::vector<std::string> texts;
  for (const event::Reject& reject : rejects) {
    std::string text =
        fmt::format("{}:{} {}", reject.line, reject.column, event::code(reject.reason));
    if (!reject.column_name.empty()) text += fmt::format(" {}", reject.column_name);
    texts.push_back(text);
  }
  return texts;
}

bool operator==(const Reading& left, const Reading& right) {
  auto same = [](const event::Reject& a, const event::Reject& b) {
    return a.raw == b.raw && a.raw_bytes == b.raw_bytes;
  };
  return left.rows == right.rows && left.refusals() == right.refusals() &&
         std::equal(left.rejects.begin(), left.rejects.end(), right.rejects.begin(),
                    right.rejects.end(), same) &&
         left.lines == right.lines && left.records == right.records &&
         left.unknown_keys == right.unknown_keys;
}

Reading read(const std::string& bytes, const event::Mapping& mapping, const Setting& setting) {
  MemoryObject object(bytes, setting.most_bytes, setting.seed);
  std::vector<event::Piece> pieces = setting.pieces;
  if (pieces.empty()) pieces = event::split(bytes.size(), setting.compression, mapping.framing);
  Reading reading;
  event::Reader reader(object, object.entry(), setting.compression, pieces.front(), mapping);
  for (const event::Piece& piece : pieces) {
    reader.reset(object, object.entry(), setting.compression, piece);
    event::Batch batch;
    while (reader.next(batch, setting.max_rows)) {
      if (batch.row_count > setting.max_rows) throw std::logic_error("more rows than allowed");
      take_rows(batch, mapping, reading.rows);
      for (event::Reject reject : batch.rejects) {
        reject.line += reading.lines;
        reading.rejects.push_back(std::move(reject));
      }
    }
    reading.lines += reader.lines_read();
    reading.records += reader.records_read();
    reading.unknown_keys += reader.unknown_keys();
    reading.bytes += reader.bytes_read();
    const std::vector<std::string>& digests = reader.digests();
    reading.digests.insert(reading.digests.end(), digests.begin(), digests.end());
  }
  return reading;
}

Reading read_events(const std::string& bytes, const Setting& setting) {
  return read(bytes, event::event_mapping(), setting);
}
Reading read_songs(const std::string& bytes, const Setting& setting) {
  return read(bytes, event::song_mapping(), setting);
}

std::string event_line(std::string_view changes) {
  return with_changes({{"artist", "\"Aya\""},
                       {"auth", "\"Logged In\""},
                       {"firstName", "\"Ada\""},
                       {"gender", "\"F\""},
                       {"itemInSession", "3"},
                       {"lastName", "\"Berg\""},
                       {"length", "231.5"},
                       {"level", "\"free\""},
                       {"location", "\"Oslo\""},
                       {"method", "\"PUT\""},
                       {"page", "\"NextSong\""},
                       {"registration", "1540919166796.0"},
                       {"sessionId", "38"},
                       {"song", "\"Low Tide\""},
                       {"status", "200"},
                       {"ts", "1541105830796"},
                       {"userAgent", R"("\"Browser\/5.0 (X11)\"")"},
                       {"userId", "\"39\""}},
                      changes);
}

std::string song_text(std::string_view changes) {
  return with_changes({{"num_songs", "1"},
                       {"artist_id", "\"AR1\""},
                       {"artist_latitude", "null"},
                       {"artist_longitude", "-86.77836"},
                       {"artist_location", "\"\""},
                       {"artist_name", "\"Aya\""},
                       {"song_id", "\"SO1\""},
                       {"title", "\"Low Tide\""},
                       {"duration", "231.5"},
                       {"year", "0"}},
                      changes);
}

std::optional<std::string> at(const Row& row, const event::Mapping& mapping,
                              std::string_view column) {
  for (std::size_t i = 0; i < mapping.columns.size(); ++i) {
    if (mapping.columns[i].name == column) return row.at(i);
  }
  throw std::logic_error("no such column");
}

std::string gzip(std::string_view text) {
  std::string input(text);
  std::string output(text.size() + text.size() / 8 + 4096, '\0');
  isal_zstream stream;
  isal_deflate_init(&stream);
  stream.gzip_flag = IGZIP_GZIP;
  stream.end_of_stream = 1;
  stream.next_in = reinterpret_cast<std::uint8_t*>(input.data());
  stream.avail_in = static_cast<std::uint32_t>(input.size());
  stream.next_out = reinterpret_cast<std::uint8_t*>(output.data());
  stream.avail_out = static_cast<std::uint32_t>(output.size());
  if (isal_deflate(&stream) != COMP_OK || stream.avail_in > 0) throw std::logic_error("gzip");
  output.resize(stream.total_out);
  return output;
}

std::string zstd(std::string_view text) {
  std::unique_ptr<ZSTD_CCtx, decltype(&ZSTD_freeCCtx)> context(ZSTD_createCCtx(), ZSTD_freeCCtx);
  ZSTD_CCtx_setParameter(context.get(), ZSTD_c_checksumFlag, 1);
  std::string output(ZSTD_compressBound(text.size()), '\0');
  std::size_t size =
      ZSTD_compress2(context.get(), output.data(), output.size(), text.data(), text.size());
  if (ZSTD_isError(size)) throw std::logic_error("zstd");
  output.resize(size);
  return output;
}

std::string bzip2(std::string_view text) {
  std::string output;
  sparkify::base::make_bzip2_compressor()->write(text, true, output);
  return output;
}

std::string random_events(unsigned seed, std::size_t line_count) {
  std::minstd_rand random(seed);
  const std::vector<std::string> lines = {
      event_line(),
      event_line("\"song\":\"Caf\\u00e9 \\ud83d\\ude00\",\"extra\":[1,{\"a\":null}]"),
      event_line("\"userId\":\"\",\"firstName\":null"),
      event_line("\"ts\":\"yesterday\""),
      event_line("\"status\":1.5"),
      event_line("\"artist\":\"\xff\""),
      "  " + event_line() + " \t\r",
      "",
      " \r",
      "{\"broken\":",
      "[1,2]",
      event_line() + event_line(),
      event_line("\"song\":\"" + std::string(700, 's') + "\""),
  };
  std::string text = random() % 2 == 0 ? "\xEF\xBB\xBF" : "";
  for (std::size_t i = 0; i < line_count; ++i) {
    text += lines[random() % lines.size()];
    if (i + 1 < line_count || random() % 2 == 0) text += '\n';
  }
  return text;
}

std::string random_songs(unsigned seed, std::size_t count) {
  std::minstd_rand random(seed);
  const std::vector<std::string> values = {
      song_text(),
      song_text("\"title\":1986,\"extra\":{\"deep\":[[]]}"),
      "{\n  \"song_id\": \"SO2\",\n  \"artist_id\": \"AR2\",\n  \"title\": \"Two \\u0026\"\n}",
      song_text("\"year\":\"last\""),
      song_text("\"song_id\":null"),
      "{\"song_id\": \"SO3\", \"title\": \"cut",
      "{\n  \"song_id\" \"SO4\"\n}",
      "12",
      "[{\"song_id\": 1}]",
  };
  const std::vector<std::string> gaps = {"\n", "\r\n", "", " ", "\n\n  "};
  std::string text = random() % 2 == 0 ? "\xEF\xBB\xBF" : "";
  for (std::size_t i = 0; i < count; ++i) {
    text += values[random() % values.size()] + gaps[random() % gaps.size()];
  }
  return text;
}

}  // namespace event_test
