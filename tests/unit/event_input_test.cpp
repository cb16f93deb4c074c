#include "event/input.hpp"

#include <gtest/gtest.h>

#include <string>

#include "base/error.hpp"
#include "event_reading.hpp"

namespace sparkify::event {
namespace {

using event_test::event_line;
using event_test::read_events;
using event_test::Setting;

struct Format {
  std::string name;
  Compression compression;
  std::string (*compress)(std::string_view text);
};

class Compressed : public testing::TestWithParam<Format> {
 protected:
  std::string compress(std::string_view text) const { return GetParam().compress(text); }
  Setting setting() const {
    Setting setting;
    setting.compression = GetParam().compression;
    return setting;
  }
  /// The error of reading these stored bytes.
  base::Error error_of(const std::string& stored) const {
    try {
      read_events(stored, setting());
    } catch (const base::Error& error) {
      return error;
    }
    return {base::ErrorKind::internal, "read without an error"};
  }
  void expect_broken(const std::string& stored, std::string_view words) const {
    base::Error error = error_of(stored);
    EXPECT_EQ(error.kind(), base::ErrorKind::bad_data) << error.message();
    EXPECT_NE(error.message().find(words), std::string::npos) << error.message();
    EXPECT_TRUE(error.message().starts_with(GetParam().name)) << error.message();
    ASSERT_TRUE(error.place()) << error.message();
    EXPECT_EQ(error.place()->file, "memory/test.json");
  }
};

/// Lines that compress badly.
std::string varied_lines(std::size_t count, unsigned seed) {
  std::minstd_rand random(seed);
  std::string text;
  for (std::size_t i = 0; i < count; ++i) {
    std::string noise;
    for (int k = 0; k < 200; ++k) noise += static_cast<char>('!' + 2 + random() % 50);
    text += event_line("\"song\":\"" + noise + "\"") + "\n";
  }
  return text;
}

TEST_P(Compressed, EqualsPlain) {
  for (unsigned seed = 1; seed <= 30; ++seed) {
    std::string text = event_test::random_events(seed, seed);
    std::string songs = event_test::random_songs(seed, seed);
    Setting short_reads = setting();
    short_reads.most_bytes = 1 + seed;
    short_reads.seed = seed;
    EXPECT_TRUE(read_events(compress(text), setting()) == read_events(text)) << seed;
    EXPECT_TRUE(read_events(compress(text), short_reads) == read_events(text)) << seed;
    EXPECT_TRUE(event_test::read_songs(compress(songs), setting()) == event_test::read_songs(songs))
        << seed;
  }
}

TEST_P(Compressed, EqualsPlainWhenItIsLarge) {
  std::string text = varied_lines(15'000, 1);
  auto reading = read_events(compress(text), setting());
  EXPECT_TRUE(reading == read_events(text));
  EXPECT_EQ(reading.rows.size(), 15'000u);
  EXPECT_EQ(reading.bytes, compress(text).size());
}

TEST_P(Compressed, EqualsPlainWhenItShrinksVeryMuch) {
  std::string text;
  for (int i = 0; i < 20'000; ++i) text += event_line() + "\n";
  EXPECT_TRUE(read_events(compress(text), setting()) == read_events(text));
}

TEST_P(Compressed, MayBeOfSeveralMembers) {
  std::string text = varied_lines(3000, 2);
  std::string stored;
  for (std::size_t at = 0; at < text.size(); at += 100'003) {
    stored += compress(text.substr(at, 100'003)) + compress("");
  }
  EXPECT_TRUE(read_events(stored, setting()) == read_events(text));
  Setting bytewise = setting();
  bytewise.most_bytes = 7;
  EXPECT_TRUE(read_events(stored, bytewise) == read_events(text));
}

TEST_P(Compressed, MayHoldNothing) {
  auto reading = read_events(compress(""), setting());
  EXPECT_EQ(reading.records, 0u);
  EXPECT_EQ(reading.lines, 0u);
}

TEST_P(Compressed, WithoutItsEndIsBadData) {
  std::string stored = compress(varied_lines(50, 3));
  for (std::size_t size : {std::size_t{0}, std::size_t{1}, std::size_t{5}, stored.size() / 2,
                           stored.size() - 5, stored.size() - 1}) {
    expect_broken(stored.substr(0, size),
                  "at byte " + std::to_string(size) + ": the end is missing");
  }
}

TEST_P(Compressed, ThatIsNoneIsBadData) { expect_broken("this is no archive", "at byte"); }

TEST_P(Compressed, FollowedByOtherBytesIsBadData) {
  std::string stored = compress(event_line());
  expect_broken(stored + "trailing bytes, more of them", "at byte");
  expect_broken(stored + std::string(20, '\0'), "at byte");
  expect_broken(stored + compress("x").substr(0, 9), "the end is missing");
}

TEST_P(Compressed, WithAFlippedBitIsNeverReadAsOther) {
  std::string text = varied_lines(20, 4);
  std::string stored = compress(text);
  auto expected = read_events(text);
  std::size_t broken = 0, count = 0;
  for (std::size_t at = 0; at < stored.size(); at += 1 + stored.size() / 400) {
    std::string flipped = stored;
    flipped[at] = static_cast<char>(flipped[at] ^ 0x10);
    ++count;
    try {
      // Bytes of a header that bear no content may be flipped unnoticed.
      EXPECT_TRUE(read_events(flipped, setting()) == expected) << at;
    } catch (const base::Error& error) {
      EXPECT_EQ(error.kind(), base::ErrorKind::bad_data);
      ++broken;
    }
  }
  EXPECT_GT(broken, count * 9 / 10);
}

TEST_P(Compressed, CanFollowABrokenOneInTheSameReader) {
  Mapping mapping = event_mapping();
  std::string stored = compress(varied_lines(50, 5));
  event_test::MemoryObject broken(stored.substr(0, stored.size() / 2));
  event_test::MemoryObject whole(stored);
  Batch batch;
  Reader reader(broken, broken.entry(), GetParam().compression, {0, stored.size() / 2}, mapping);
  auto read_all = [&] {
    std::size_t rows = 0;
    while (reader.next(batch, 100)) rows += batch.row_count;
    return rows;
  };
  EXPECT_THROW(read_all(), base::Error);
  reader.reset(whole, whole.entry(), GetParam().compression, {0, stored.size()});
  EXPECT_EQ(read_all(), 50u);
}

INSTANTIATE_TEST_SUITE_P(Formats, Compressed,
                         testing::Values(Format{"gzip", Compression::gzip, event_test::gzip},
                                         Format{"zstd", Compression::zstd, event_test::zstd},
                                         Format{"bzip2", Compression::bzip2, event_test::bzip2}),
                         [](const auto& format) { return format.param.name; });

TEST(Gzip, HeaderMayCarryAName) {
  // FNAME is flag 8; the name follows the ten bytes of the header.
  std::string stored = event_test::gzip(event_line());
  stored[3] = 8;
  stored.insert(10, std::string("events.json\0", 12));
  EXPECT_EQ(read_events(stored, {.compression = Compression::gzip}).rows.size(), 1u);
}

}  // namespace
}  // namespace sparkify::event
