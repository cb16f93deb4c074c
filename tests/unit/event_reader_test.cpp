#include "event/reader.hpp"

#include <gtest/gtest.h>

#include <array>
#include <string>

#include "base/error.hpp"
#include "event/json.hpp"
#include "event_reading.hpp"

namespace sparkify::event {
namespace {

using event_test::event_line;
using event_test::read_events;
using event_test::Setting;
using Refusals = std::vector<std::string>;

const std::string good = event_line();

struct LineCase {
  std::string line;
  std::string refusal;  ///< of line 1
};

class BadLine : public testing::TestWithParam<LineCase> {};

TEST_P(BadLine, IsRefusedAndReadingGoesOn) {
  const LineCase& test = GetParam();
  auto reading = read_events(test.line + "\n" + good);
  EXPECT_EQ(reading.refusals(), Refusals{test.refusal}) << test.line;
  EXPECT_EQ(reading.rows.size(), 1u);
  EXPECT_EQ(reading.records, 2u);
  EXPECT_EQ(reading.lines, 2u);
}

INSTANTIATE_TEST_SUITE_P(
    Json, BadLine,
    testing::Values(
        LineCase{"hello", "1:1 malformed_json"}, LineCase{"{", "1:2 malformed_json"},
        LineCase{"{\"a\":1", "1:7 malformed_json"}, LineCase{"{\"a\":\"b", "1:8 malformed_json"},
        LineCase{"{\"a\":1,}", "1:8 malformed_json"}, LineCase{"{\"a\" 1}", "1:6 malformed_json"},
        LineCase{"{\"a\":01}", "1:7 malformed_json"}, LineCase{"{\"a\":1.}", "1:8 malformed_json"},
        LineCase{"{\"a\":NaN}", "1:6 malformed_json"},
        LineCase{"{\"a\":tru}", "1:9 malformed_json"},
        LineCase{"{\"a\":nulll}", "1:10 malformed_json"},
        LineCase{"{\"a\":\"b\":1}", "1:9 malformed_json"},
        LineCase{"{\"a\":1:2}", "1:7 malformed_json"}, LineCase{"{\"a\":}", "1:6 malformed_json"},
        LineCase{"{\"a\":,\"b\":1}", "1:6 malformed_json"},
        LineCase{"{\"a\":[1 2]}", "1:9 malformed_json"},
        LineCase{"{\"a\":[1}}", "1:8 malformed_json"},
        LineCase{"{\"a\":{\"b\":1]}", "1:12 malformed_json"},
        LineCase{"{\"a\":[\"b\"]]}", "1:11 malformed_json"},
        LineCase{"{\"a\":\"\\x\"}", "1:7 malformed_json"},
        LineCase{"{\"\\x\":1}", "1:3 malformed_json"},
        LineCase{"{\"a\":[\"\\u12\"]}", "1:8 malformed_json"},
        LineCase{"{\"song\":\"a\tb\"}", "1:11 malformed_json"},
        LineCase{"{\"a\":1}}", "1:8 malformed_json"}, LineCase{"{} x", "1:4 malformed_json"},
        LineCase{"{}{}", "1:3 malformed_json"}, LineCase{"  {} {}", "1:6 malformed_json"},
        LineCase{"{},", "1:3 malformed_json"}, LineCase{"[1, 2]", "1:1 not_an_object"},
        LineCase{"\"text\"", "1:1 not_an_object"}, LineCase{"42", "1:1 not_an_object"},
        LineCase{"  null", "1:3 not_an_object"}, LineCase{"true", "1:1 not_an_object"},
        LineCase{"[1, 2", "1:6 malformed_json"}, LineCase{"42 43", "1:4 malformed_json"},
        LineCase{"[] {}", "1:4 malformed_json"}));

INSTANTIATE_TEST_SUITE_P(
    Bytes, BadLine,
    testing::Values(LineCase{"{\"song\":\"a\xff\"}", "1:11 invalid_utf8"},
                    LineCase{"{\"unknown\":\"\xc0\xaf\"}", "1:13 invalid_utf8"},
                    LineCase{"{\"\xed\xa0\x80\":1}", "1:3 invalid_utf8"},
                    LineCase{"{\"song\" \xff", "1:9 invalid_utf8"},
                    LineCase{std::string("{\"song\":\"a\0b\"}", 14), "1:11 nul_byte"},
                    LineCase{std::string("{\"a\":1}\0", 8), "1:8 nul_byte"},
                    LineCase{std::string("\0\0", 2), "1:1 nul_byte"},
                    LineCase{std::string("{\"song\":\"\xff\0b\"}", 14), "1:10 invalid_utf8"}));

TEST(Depth, BeyondTheLimitDoesNotParse) {
  auto nested = [](std::size_t brackets) {
    return event_line("\"extra\":" + std::string(brackets, '[') + std::string(brackets, ']'));
  };
  EXPECT_EQ(read_events(nested(max_depth - 1)).rows.size(), 1u);
  auto refused = read_events(nested(max_depth));
  ASSERT_EQ(refused.rejects.size(), 1u);
  EXPECT_EQ(refused.rejects[0].reason, Reason::malformed_json);
}

TEST(OddLines, AreRead) {
  auto expect_rows = [](const std::string& text, std::size_t row_count, std::uint64_t lines) {
    auto reading = read_events(text);
    EXPECT_EQ(reading.refusals(), Refusals{}) << text;
    EXPECT_EQ(reading.rows.size(), row_count) << text;
    EXPECT_EQ(reading.records, row_count) << text;
    EXPECT_EQ(reading.lines, lines) << text;
    EXPECT_EQ(reading.bytes, text.size());
  };
  expect_rows("", 0, 0);
  expect_rows("\n", 0, 1);
  expect_rows(" \n\t\n \v\f ", 0, 3);
  expect_rows("\xEF\xBB\xBF", 0, 0);
  expect_rows("\xEF\xBB\xBF" + good, 1, 1);
  expect_rows(good + "\n", 1, 1);
  expect_rows(good + "\r\n\r\n" + good, 2, 3);
  expect_rows("\n\n" + good + "\n \n" + good + "\n\n", 2, 6);
  expect_rows("\v \t" + good + "\f \n", 1, 1);
  expect_rows(event_line("\"extra\":1" + std::string(400, '0')), 1, 1);
  expect_rows(event_line("\"extra\":\"\\ud800\\u0000\""), 1, 1);
}

TEST(ByteOrderMark, IsNoneFurtherOn) {
  auto reading = read_events(good + "\n\xEF\xBB\xBF" + good);
  EXPECT_EQ(reading.refusals(), Refusals{"2:1 malformed_json"});
}

TEST(ByteOrderMark, IsNotCounted) {
  auto reading = read_events("\xEF\xBB\xBF{,");
  EXPECT_EQ(reading.refusals(), Refusals{"1:2 malformed_json"});
  EXPECT_EQ(reading.rejects.at(0).raw, "{,");
}

TEST(Keys, ComeInAnyOrderAndTheLastOfEqualOnesCounts) {
  auto reading = read_events(
      "{\"x\":1,\"page\":\"A\",\"ts\":5,\"status\":true,\"sessionId\":2,\"y\":{},"
      "\"itemInSession\":3,\"status\":7,\"page\":\"B\",\"x\":2}");
  ASSERT_EQ(reading.rows.size(), 1u);
  EXPECT_EQ(event_test::at(reading.rows[0], event_mapping(), "page"), "B");
  EXPECT_EQ(event_test::at(reading.rows[0], event_mapping(), "status"), "7");
  EXPECT_EQ(reading.unknown_keys, 3u);
}

TEST(Keys, MayBeWrittenWithEscapes) {
  auto reading = read_events(R"({"pa\u0067e":"A","ts":5,"sessionId":2,"item\u0049nSession":3,)"
                             R"("son":"x","songs":1,"\u0073ong":"s"})");
  ASSERT_EQ(reading.rows.size(), 1u);
  EXPECT_EQ(event_test::at(reading.rows[0], event_mapping(), "song"), "s");
  EXPECT_EQ(reading.unknown_keys, 2u);
}

TEST(UnknownKeys, AreNotCountedInRecordsThatDoNotParse) {
  EXPECT_EQ(read_events("{\"x\":1,\"y\":2,}\n{\"z\":1}").unknown_keys, 1u);
}

TEST(Blanks, BetweenTokensAreFine) {
  auto reading = read_events(
      "{ \"page\"\t: \"A\" , \"ts\" :5 , \"sessionId\":\r2 ,"
      "\"itemInSession\" : null , \"itemInSession\" : 3 } ");
  ASSERT_EQ(reading.rows.size(), 1u);
  EXPECT_EQ(event_test::at(reading.rows[0], event_mapping(), "session_id"), "2");
}

TEST(RejectColumn, CountsTheBlanksBeforeTheRecord) {
  auto reading = read_events("   " + event_line("\"status\":[]") + "  \r\n");
  std::string line = "   " + event_line("\"status\":[]");
  EXPECT_EQ(reading.refusals(),
            Refusals{"1:" + std::to_string(line.find("[]") + 1) + " nested_value status"});
  EXPECT_EQ(reading.rejects.at(0).raw, line);
}

TEST(RejectRaw, IsCutWhereItIsLong) {
  std::string line = event_line("\"song\":\"" + std::string(3'000'000, 'x') + "\"");
  auto reading = read_events(line + "\n" + good);
  ASSERT_EQ(reading.rejects.size(), 1u);
  EXPECT_EQ(reading.rejects[0].reason, Reason::text_too_long);
  EXPECT_EQ(reading.rejects[0].raw, line.substr(0, Reject::max_raw_bytes));
  EXPECT_EQ(reading.rejects[0].raw_bytes, line.size());
  EXPECT_EQ(reading.rows.size(), 1u);
}

TEST(LongLine, UpToTheLimitIsRead) {
  std::string line = event_line("\"extra\":\"\"");
  line.insert(line.size() - 2, std::string(Reader::max_line_bytes - line.size(), 'x'));
  ASSERT_EQ(line.size(), Reader::max_line_bytes);
  auto reading = read_events(line + "\n" + good);
  EXPECT_EQ(reading.refusals(), Refusals{});
  EXPECT_EQ(reading.rows.size(), 2u);
}

TEST(LongLine, BeyondTheLimitIsRefusedAndReadingGoesOn) {
  std::string line = event_line("\"extra\":\"\"");
  line.insert(line.size() - 2, std::string(Reader::max_line_bytes - line.size() + 1, 'x'));
  for (const std::string& text : {good + "\n" + line + "\n" + good, good + "\n" + line}) {
    auto reading = read_events(text);
    EXPECT_EQ(reading.refusals(), Refusals{"2:1 line_too_long"});
    ASSERT_EQ(reading.rejects.size(), 1u);
    EXPECT_EQ(reading.rejects[0].raw, line.substr(0, Reject::max_raw_bytes));
    EXPECT_EQ(reading.rejects[0].raw_bytes, line.size());
    EXPECT_EQ(reading.rows.size(), text.size() > good.size() + line.size() + 1 ? 2u : 1u);
    EXPECT_EQ(reading.lines, reading.records);
    EXPECT_EQ(reading.digests.size(), split(text.size(), Compression::none, Framing::lines).size());
  }
}

TEST(Batch, HoldsAtMostTheRowsAskedFor) {
  std::string text;
  for (int i = 0; i < 10; ++i) text += good + "\n{\n";
  event_test::MemoryObject object(text);
  Mapping mapping = event_mapping();
  Reader reader(object, object.entry(), Compression::none, {0, text.size()}, mapping);
  Batch batch;
  std::size_t rows = 0, rejects = 0;
  while (reader.next(batch, 3)) {
    EXPECT_LE(batch.row_count, 3u);
    EXPECT_LE(batch.rejects.size(), 3u);
    rows += batch.row_count;
    rejects += batch.rejects.size();
  }
  EXPECT_EQ(rows, 10u);
  EXPECT_EQ(rejects, 10u);
  EXPECT_FALSE(reader.next(batch, 3)) << "the end stays the end";
  EXPECT_EQ(reader.digests().size(), 1u);
}

TEST(Batch, KeepsItsTextUntilTheNextCall) {
  std::string text;
  for (int i = 0; i < 20'000; ++i) {
    text += event_line("\"song\":\"plain " + std::to_string(i) + "\",\"artist\":\"caf\\u00e9 " +
                       std::to_string(i) + "\"") +
            "\n";
  }
  auto reading = read_events(text, {.max_rows = 5000, .most_bytes = 100'000});
  ASSERT_EQ(reading.rows.size(), 20'000u);
  for (int i = 0; i < 20'000; ++i) {
    const event_test::Row& row = reading.rows[static_cast<std::size_t>(i)];
    ASSERT_EQ(event_test::at(row, event_mapping(), "song"), "plain " + std::to_string(i));
    ASSERT_EQ(event_test::at(row, event_mapping(), "artist"), "caf\u00e9 " + std::to_string(i));
  }
}

TEST(Reader, OfAnObjectThatShrankIsUnavailable) {
  event_test::MemoryObject object(good + "\n" + good);
  base::ObjectEntry entry = object.entry();
  object.cut_to(good.size());
  Mapping mapping = event_mapping();
  Reader reader(object, entry, Compression::none, {0, entry.size_bytes}, mapping);
  Batch batch;
  try {
    while (reader.next(batch, 10)) {
    }
    FAIL() << "read what is not there";
  } catch (const base::Error& error) {
    EXPECT_EQ(error.kind(), base::ErrorKind::unavailable);
    EXPECT_EQ(error.place()->file, "memory/test.json");
  }
}

TEST(Reader, ReadsASmallObjectAtOnce) {
  event_test::MemoryObject object(good);
  Mapping mapping = event_mapping();
  Reader reader(object, object.entry(), Compression::none, {0, good.size()}, mapping);
  Batch batch;
  while (reader.next(batch, 10)) {
  }
  EXPECT_EQ(object.read_count(), 1u);
}

/// Cuts an object at random places, also in the middle of a line.
std::vector<Piece> random_pieces(std::uint64_t size, unsigned seed) {
  std::minstd_rand random(seed);
  std::vector<Piece> pieces;
  std::uint64_t begin = 0;
  std::uint64_t most = 1 + random() % 900;
  while (begin < size) {
    std::uint64_t end = std::min<std::uint64_t>(size, begin + 1 + random() % most);
    pieces.push_back({begin, end});
    begin = end;
  }
  if (pieces.empty()) pieces.push_back({0, 0});
  return pieces;
}

TEST(Pieces, OfAnySizesGiveTheSameRowsAndRejects) {
  for (unsigned seed = 1; seed <= 60; ++seed) {
    std::string text = event_test::random_events(seed, seed % 23);
    auto whole = read_events(text);
    auto pieces = read_events(text, {.pieces = random_pieces(text.size(), seed)});
    ASSERT_TRUE(pieces == whole) << "seed " << seed;
    EXPECT_EQ(pieces.bytes, text.size());
  }
}

TEST(Pieces, OfOneByteGiveTheSameRowsAndRejects) {
  std::string text = "\xEF\xBB\xBF" + good + "\n\n{\n" + good;
  std::vector<Piece> pieces;
  for (std::uint64_t i = 0; i < text.size(); ++i) pieces.push_back({i, i + 1});
  EXPECT_TRUE(read_events(text, {.pieces = pieces}) == read_events(text));
}

TEST(Pieces, OfTheUsualSizeMeetWithinALine) {
  std::string text;
  while (text.size() < 2 * piece_bytes + 1000) text += good + "\n{\n\n";
  EXPECT_TRUE(read_events(text) == read_events(text, {.pieces = {{0, text.size()}}}));
}

TEST(ShortReads, GiveTheSameRowsAndRejects) {
  for (unsigned seed = 1; seed <= 30; ++seed) {
    std::string text = event_test::random_events(seed, 12);
    auto whole = read_events(text);
    EXPECT_TRUE(read_events(text, {.most_bytes = 1 + seed * seed, .seed = seed}) == whole);
    EXPECT_TRUE(read_events(text, {.max_rows = 1 + seed % 4, .most_bytes = 1}) == whole);
  }
}

/// simdjson and the byte-by-byte scanner must agree about every line, or a record would be taken
/// that is none.
TEST(Parsing, AgreesWithTheScannerOnDamagedLines) {
  std::minstd_rand random(7);
  const std::string bytes = "{}[]:,\"\\ \t0123eE.+-truefalsn\x80\xc3\xa9u/x\x01\v\r";
  const std::string original =
      "{\"page\":\"A\\u00e9\",\"ts\":5,\"x\":[{\"b\":[1.5,null]},\"c\"],\"sessionId\":2,"
      "\"itemInSession\":3,\"song\":\"\\\"\"}";
  std::size_t good_count = 0;
  for (int i = 0; i < 60'000; ++i) {
    std::string line = original;
    for (auto changes = 1 + random() % 3; changes > 0; --changes) {
      std::size_t at = random() % line.size();
      char byte = bytes[random() % bytes.size()];
      switch (random() % 3) {
        case 0:
          line[at] = byte;
          break;
        case 1:
          line.insert(at, 1, byte);
          break;
        default:
          line.erase(at, 1);
          break;
      }
    }
    std::string_view record = trim_blanks(line);
    Scan scan = scan_value(record);
    bool is_json = scan.state == Scan::State::complete && scan.offset == record.size() &&
                   !find_invalid_utf8(line);
    auto reading = read_events(line);
    bool was_parsed =
        reading.rejects.empty() || (reading.rejects[0].reason != Reason::malformed_json &&
                                    reading.rejects[0].reason != Reason::nul_byte &&
                                    (reading.rejects[0].reason != Reason::invalid_utf8 ||
                                     !reading.rejects[0].column_name.empty()));
    ASSERT_EQ(was_parsed, is_json) << line;
    good_count += reading.rows.size();
  }
  EXPECT_GT(good_count, 1000u);
}

TEST(Escapes, LongTextsWithEscapesAreRefusedHoweverSmallTheFileIs) {
  for (std::size_t size : {60'000u, 300'000u, 10'000'000u}) {
    std::string line = event_line("\"userAgent\":\"\\/" + std::string(size, 'a') + "\"");
    auto packed = read_events(event_test::gzip(line), {.compression = Compression::gzip});
    ASSERT_EQ(packed.rejects.size(), 1u);
    EXPECT_EQ(packed.rejects[0].reason, Reason::text_too_long);
    auto plain = read_events(line + "\n" + good);
    ASSERT_EQ(plain.rejects.size(), 1u);
    EXPECT_EQ(plain.rejects[0].reason, Reason::text_too_long);
    EXPECT_EQ(plain.rows.size(), 1u);
  }
}

TEST(Escapes, TextsOfManyRefusedRecordsTakeNoRoomOfOthers) {
  std::string line =
      event_line(R"("userId":"1f3c-9a","userAgent":"\"Browser\/5.0 (X11)\"")") + "\n";
  std::string lines;
  for (int i = 0; i < 20'000; ++i) lines += line;
  auto reading = read_events(event_test::gzip(lines + good), {.compression = Compression::gzip});
  EXPECT_EQ(reading.rejects.size(), 20'000u);
  EXPECT_EQ(reading.rows.size(), 1u);
}

TEST(Escapes, SeveralColumnsMayTakeOneText) {
  constexpr std::array<Column, 4> columns = {{{"a", "a", ColumnType::text, 65535},
                                              {"b", "b", ColumnType::text, 65535},
                                              {"c", "c", ColumnType::text, 65535},
                                              {"d", "d", ColumnType::text, 65535}}};
  Mapping mapping = mapping_from_jsonpaths(R"({"jsonpaths": ["$.x", "$.x", "$.x", "$.x"]})",
                                           "paths.json", Framing::lines, columns);
  std::string text(50'000, 'a');
  std::string lines;
  for (int i = 0; i < 40; ++i) lines += "{\"x\":\"\\/" + text + "\"}\n";
  auto reading = event_test::read(lines, mapping);
  ASSERT_EQ(reading.rows.size(), 40u);
  for (const auto& row : reading.rows) {
    for (const auto& value : row) EXPECT_TRUE(value == "/" + text);
  }
}

}  // namespace
}  // namespace sparkify::event
