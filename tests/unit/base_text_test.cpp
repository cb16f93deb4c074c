#include "base/text.hpp"

#include <gtest/gtest.h>

#include <array>
#include <cstdint>
#include <limits>

namespace sparkify::base {
namespace {

TEST(Quoted, QuotesWithinAreDoubled) {
  EXPECT_EQ(quoted("", '\''), "''");
  EXPECT_EQ(quoted("it's", '\''), "'it''s'");
  EXPECT_EQ(quoted("it's", '"'), "\"it's\"");
  EXPECT_EQ(quoted("\"\"", '"'), "\"\"\"\"\"\"");
}

TEST(EditDistance, CountsInsertionsDeletionsSubstitutionsAndSwaps) {
  EXPECT_EQ(edit_distance("", ""), 0U);
  EXPECT_EQ(edit_distance("abc", ""), 3U);
  EXPECT_EQ(edit_distance("", "abc"), 3U);
  EXPECT_EQ(edit_distance("sesion_id", "session_id"), 1U);
  EXPECT_EQ(edit_distance("session_id", "sesion_id"), 1U);
  EXPECT_EQ(edit_distance("artist", "artisf"), 1U);
  EXPECT_EQ(edit_distance("elt", "etl"), 1U);
  EXPECT_EQ(edit_distance("kitten", "sitting"), 3U);
}

TEST(EditDistance, IgnoresCaseOfAsciiLetters) {
  EXPECT_EQ(edit_distance("LOG_data", "log_DATA"), 0U);
}

constexpr std::array<std::string_view, 4> names = {"log_data", "song_data", "etl", "create-tables"};

TEST(NearestName, FindsTheLeastDistant) {
  EXPECT_EQ(nearest_name("loG_dta", names), "log_data");
  EXPECT_EQ(nearest_name("sogn_data", names), "song_data");
  EXPECT_EQ(nearest_name("elt", names), "etl");
}

TEST(NearestName, TakesABeginningOfThreeBytes) {
  EXPECT_EQ(nearest_name("create", names), "create-tables");
  EXPECT_EQ(nearest_name("cr", names), "");
}

TEST(NearestName, FindsNothingWhenNothingIsLike) {
  EXPECT_EQ(nearest_name("qqqqqqqq", names), "");
  EXPECT_EQ(nearest_name("x", names), "");
  EXPECT_EQ(nearest_name("", names), "");
  EXPECT_EQ(did_you_mean("qqqqqqqq", names), "");
  EXPECT_EQ(did_you_mean("elt", names), "did you mean \"etl\"?");
}

TEST(FormatCount, GroupsByThree) {
  EXPECT_EQ(format_count(std::uint64_t{0}), "0");
  EXPECT_EQ(format_count(std::uint64_t{999}), "999");
  EXPECT_EQ(format_count(std::uint64_t{1000}), "1,000");
  EXPECT_EQ(format_count(std::uint64_t{1234567}), "1,234,567");
  EXPECT_EQ(format_count(std::int64_t{-1234}), "-1,234");
  EXPECT_EQ(format_count(std::numeric_limits<std::int64_t>::min()), "-9,223,372,036,854,775,808");
}

TEST(FormatBytes, UsesPowersOfThousand) {
  EXPECT_EQ(format_bytes(0), "0 B");
  EXPECT_EQ(format_bytes(999), "999 B");
  EXPECT_EQ(format_bytes(1000), "1.0 kB");
  EXPECT_EQ(format_bytes(999'999), "1.0 MB");
  EXPECT_EQ(format_bytes(3'600'000), "3.6 MB");
  EXPECT_EQ(format_bytes(2'500'000'000), "2.5 GB");
}

TEST(FormatSeconds, GrowsCoarserWithLength) {
  EXPECT_EQ(format_seconds(0.844), "0.84 s");
  EXPECT_EQ(format_seconds(12.34), "12.3 s");
  EXPECT_EQ(format_seconds(59.97), "1 min 0 s");
  EXPECT_EQ(format_seconds(185), "3 min 5 s");
  EXPECT_EQ(format_seconds(7380), "2 h 3 min");
  EXPECT_EQ(format_seconds(std::numeric_limits<double>::infinity()), "unknown");
}

TEST(Trim, RemovesBlanksOnBothSides) {
  EXPECT_EQ(trim(" \t a b \r\n"), "a b");
  EXPECT_EQ(trim("  "), "");
}

}  // namespace
}  // namespace sparkify::base
