#include "base/time.hpp"

#include <gtest/gtest.h>

namespace sparkify::base {
namespace {

TEST(ParseTime, ReadsDatesAndTimes) {
  EXPECT_EQ(parse_time_ms("1970-01-01"), 0);
  EXPECT_EQ(parse_time_ms("1970-01-02T00:00:01"), 86'401'000);
  EXPECT_EQ(parse_time_ms("2018-11-01 21:01"), 1'541'106'060'000);
  EXPECT_EQ(parse_time_ms("2018-11-01T21:01:46.796Z"), 1'541'106'106'796);
  EXPECT_EQ(parse_time_ms("1969-12-31"), -86'400'000);
}

TEST(ParseTime, RefusesWhatNoClockShows) {
  for (const char* text :
       {"", "2018", "2018-11", "2018-13-01", "2018-02-29", "2018-1-01", "2018-11-01T",
        "2018-11-01T24:00", "2018-11-01T23:60", "2018-11-01T23:00:60", "2018-11-01T23:00:00.5",
        "2018-11-01x", "2018-11-01T-0:00", "2018-11-01T21:-0", "-018-11-01", " 2018-11-01"}) {
    EXPECT_EQ(parse_time_ms(text), std::nullopt) << text;
  }
}

}  // namespace
}  // namespace sparkify::base
