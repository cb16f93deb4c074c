#include <gtest/gtest.h>

#include <string>

#include "event_reading.hpp"

namespace sparkify::event {
namespace {

using event_test::read_songs;
using event_test::song_text;
using Refusals = std::vector<std::string>;

std::string title(const event_test::Row& row) {
  return event_test::at(row, song_mapping(), "title").value_or("NULL");
}

std::vector<std::string> titles(const event_test::Reading& reading) {
  std::vector<std::string> texts;
  for (const event_test::Row& row : reading.rows) texts.push_back(title(row));
  return texts;
}

std::string song(const std::string& name) { return song_text("\"title\":\"" + name + "\""); }

const std::string pretty =
    "{\n  \"song_id\": \"SO9\",\n  \"artist_id\": \"AR9\",\r\n\n  \"title\": \"P\"\n}";

TEST(Songs, LieOneAfterAnother) {
  std::vector<std::string> both = {"A", "B"};
  for (const char* gap : {"", "\n", " ", "\r\n", "\n\n \t", "\v"}) {
    auto reading = read_songs(song("A") + gap + song("B"));
    EXPECT_EQ(reading.refusals(), Refusals{});
    EXPECT_EQ(titles(reading), both);
  }
}

TEST(Songs, AreReadFromAFileOfOne) {
  for (const std::string& text :
       {song("A"), song("A") + "\n", "\xEF\xBB\xBF" + song("A"), "\n \n" + song("A") + " "}) {
    EXPECT_EQ(titles(read_songs(text)), std::vector<std::string>{"A"});
  }
}

TEST(Songs, MayBeNone) {
  for (const char* text : {"", " ", "\n\n", "\xEF\xBB\xBF", "\xEF\xBB\xBF\n"}) {
    auto reading = read_songs(text);
    EXPECT_EQ(reading.records, 0u);
    EXPECT_EQ(reading.refusals(), Refusals{});
  }
}

TEST(Songs, MayBePrettyPrinted) {
  auto reading = read_songs(pretty + "\n" + pretty + song("A") + "\n");
  EXPECT_EQ(reading.refusals(), Refusals{});
  EXPECT_EQ(titles(reading), (std::vector<std::string>{"P", "P", "A"}));
  EXPECT_EQ(reading.lines, 12u);
}

TEST(Songs, KeepNumbersAsTheyAreWritten) {
  auto reading = read_songs(song_text("\"title\":1986,\"artist_name\":1.50,\"year\":\"2001\""));
  ASSERT_EQ(reading.rows.size(), 1u);
  EXPECT_EQ(title(reading.rows[0]), "1986");
  EXPECT_EQ(event_test::at(reading.rows[0], song_mapping(), "artist_name"), "1.50");
  EXPECT_EQ(event_test::at(reading.rows[0], song_mapping(), "year"), "2001");
  EXPECT_EQ(event_test::at(reading.rows[0], song_mapping(), "artist_location"), std::nullopt);
}

TEST(BadSong, IsPlacedWhereItBegins) {
  auto reading = read_songs("\n" + song("A") + " " + song_text("\"year\":[]"));
  std::string line = song("A") + " " + song_text("\"year\":[]");
  EXPECT_EQ(reading.refusals(),
            Refusals{"2:" + std::to_string(line.find("[]") + 1) + " nested_value year"});
  EXPECT_EQ(reading.rejects.at(0).raw, song_text("\"year\":[]"));
}

TEST(BadSong, OverSeveralLinesCountsOnAcrossThem) {
  std::string text = "{\n \"song_id\": \"S\",\n \"artist_id\": true\n}";
  auto reading = read_songs(song("A") + "\n" + text + "\n" + song("B"));
  EXPECT_EQ(reading.refusals(),
            Refusals{"2:" + std::to_string(text.find("true") + 1) + " wrong_type artist_id"});
  EXPECT_EQ(reading.rejects.at(0).raw, text);
  EXPECT_EQ(titles(reading), (std::vector<std::string>{"A", "B"}));
}

TEST(BadSong, ThatDoesNotParseEndsWithItsLine) {
  auto reading = read_songs(song("A") + "\n{\"title\": \"cut\n" + song("B") + "\n");
  EXPECT_EQ(reading.refusals(), Refusals{"2:15 malformed_json"});
  EXPECT_EQ(reading.rejects.at(0).raw, "{\"title\": \"cut");
  EXPECT_EQ(titles(reading), (std::vector<std::string>{"A", "B"}));
}

TEST(BadSong, ThatIsCutOffAfterACommaTakesNoOtherWithIt) {
  auto reading = read_songs("{\"title\": \"cut\",\n" + song("B"));
  EXPECT_EQ(reading.refusals(), Refusals{"1:18 malformed_json"});
  EXPECT_EQ(titles(reading), std::vector<std::string>{"B"});
}

TEST(BadSong, ShowsItsTextUpToTheError) {
  std::string text = "{\n\"song_id\": \"S\"\n\"artist_id\": \"A\"\n}";
  auto reading = read_songs(text);
  ASSERT_FALSE(reading.rejects.empty());
  EXPECT_EQ(reading.rejects[0].raw, text.substr(0, text.size() - 2));
  EXPECT_EQ(reading.rejects[0].column, text.find("\"artist_id\"") + 1);
  EXPECT_EQ(reading.records, reading.rejects.size());
}

TEST(BadSong, AtTheEndOfTheFileIsRefused) {
  EXPECT_EQ(read_songs("{\"title\": 1").refusals(), Refusals{"1:12 malformed_json"});
  EXPECT_EQ(read_songs("tru").refusals(), Refusals{"1:4 malformed_json"});
}

TEST(Values, ThatAreNoObjectsAreRefused) {
  EXPECT_EQ(read_songs("[]12 \"x\"\nnull").refusals(),
            (Refusals{"1:1 not_an_object", "1:3 not_an_object", "1:6 not_an_object",
                      "2:1 not_an_object"}));
}

TEST(BadBytes, RefuseTheirSongOnly) {
  auto reading =
      read_songs(song("A") + song("\xff") + song("B") + std::string("\n\0\n", 3) + song("C"));
  ASSERT_EQ(reading.rejects.size(), 2u);
  EXPECT_EQ(reading.rejects[0].reason, Reason::invalid_utf8);
  EXPECT_EQ(reading.rejects[1].reason, Reason::nul_byte);
  EXPECT_EQ(reading.rejects[1].line, 2u);
  EXPECT_EQ(titles(reading), (std::vector<std::string>{"A", "B", "C"}));
}

TEST(Depth, BeyondTheLimitEndsWithItsLine) {
  std::string deep(2000, '[');
  auto reading = read_songs(deep + "\n" + song("A"));
  EXPECT_EQ(reading.refusals(), Refusals{"1:1025 malformed_json"});
  EXPECT_EQ(titles(reading), std::vector<std::string>{"A"});
}

TEST(ShortReads, GiveTheSameSongs) {
  for (unsigned seed = 1; seed <= 40; ++seed) {
    std::string text = event_test::random_songs(seed, 15);
    auto whole = read_songs(text);
    EXPECT_EQ(whole.records, whole.rows.size() + whole.rejects.size());
    EXPECT_TRUE(read_songs(text, {.max_rows = 1 + seed % 3}) == whole) << seed;
    EXPECT_TRUE(read_songs(text, {.most_bytes = 300, .seed = seed}) == whole) << seed;
    EXPECT_TRUE(read_songs(text, {.most_bytes = 1}) == whole) << seed;
  }
}

TEST(LargeFile, OfSongsIsReadThroughAWindow) {
  std::string text;
  std::size_t count = 0;
  for (; text.size() < 5'000'000; ++count) text += count % 2 == 0 ? song("A") : pretty + " ";
  auto reading = read_songs(text);
  EXPECT_EQ(reading.refusals(), Refusals{});
  EXPECT_EQ(reading.rows.size(), count);
  EXPECT_TRUE(read_songs(text, {.max_rows = 100'000, .most_bytes = 70'000, .seed = 3}) == reading);
}

TEST(LongSong, BeyondTheLimitIsRefused) {
  std::string text = song_text("\"extra\":\"" + std::string(Reader::max_line_bytes, 'x') + "\"");
  auto reading = read_songs(song("A") + "\n" + text + "\n" + song("B"));
  EXPECT_EQ(reading.refusals(), Refusals{"2:1 line_too_long"});
  EXPECT_EQ(reading.rejects.at(0).raw_bytes, text.size());
  EXPECT_EQ(reading.rejects.at(0).raw, text.substr(0, Reject::max_raw_bytes));
  EXPECT_EQ(titles(reading), (std::vector<std::string>{"A", "B"}));
}

TEST(Reader, GoesOverManySmallObjects) {
  Mapping mapping = song_mapping();
  event_test::MemoryObject first(song("first"));
  Reader reader(first, first.entry(), Compression::none, {0, first.entry().size_bytes}, mapping);
  Batch batch;
  while (reader.next(batch, 10)) {
  }
  for (int i = 0; i < 50; ++i) {
    std::string name(static_cast<std::size_t>(1 + i * 17), 'n');
    event_test::MemoryObject object(song(name) + "\n{");
    reader.reset(object, object.entry(), Compression::none, {0, object.entry().size_bytes});
    ASSERT_TRUE(reader.next(batch, 10));
    EXPECT_EQ(batch.row_count, 1u);
    EXPECT_EQ(batch.columns[7].text[0], name);
    EXPECT_EQ(batch.rejects.size(), 1u);
    EXPECT_FALSE(reader.next(batch, 10));
    EXPECT_EQ(reader.records_read(), 2u);
    EXPECT_EQ(reader.lines_read(), 2u);
    EXPECT_EQ(reader.digests().size(), 1u);
  }
}

}  // namespace
}  // namespace sparkify::event
