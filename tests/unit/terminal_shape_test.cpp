#include "terminal/shape.hpp"

#include <gtest/gtest.h>

#include <limits>
#include <vector>

namespace sparkify::terminal {
namespace {

constexpr double nan = std::numeric_limits<double>::quiet_NaN();
constexpr double infinity = std::numeric_limits<double>::infinity();

TEST(Bar, IsAsLongAsItsShareToAnEighth) {
  EXPECT_EQ(bar(8, 8, 4), "████");
  EXPECT_EQ(bar(4, 8, 4), "██");
  EXPECT_EQ(bar(5, 8, 4), "██▌");
  EXPECT_EQ(bar(1, 32, 4), "▏");
  EXPECT_EQ(bar(31, 32, 4), "███▉");
  EXPECT_EQ(bar(0, 8, 4), "");
}

TEST(Bar, NeverGrowsOverItsWidth) { EXPECT_EQ(bar(100, 8, 4), "████"); }

TEST(Bar, OfLessThanZeroIsLight) {
  EXPECT_EQ(bar(-8, 8, 4), "░░░░");
  EXPECT_EQ(bar(-1, 32, 4), "░");
}

TEST(Bar, IsNothingWhereThereIsNothingToShow) {
  EXPECT_EQ(bar(nan, 8, 4), "");
  EXPECT_EQ(bar(infinity, 8, 4), "");
  EXPECT_EQ(bar(1, nan, 4), "");
  EXPECT_EQ(bar(1, 0, 4), "");
  EXPECT_EQ(bar(1, -1, 4), "");
}

TEST(Sparkline, GoesFromTheLeastToTheGreatest) {
  EXPECT_EQ(sparkline(std::vector<double>{10, 11, 12, 13, 14, 15, 16, 17}), "▁▂▃▄▅▆▇█");
  EXPECT_EQ(sparkline(std::vector<double>{5, -5}), "█▁");
}

TEST(Sparkline, LeavesABlankWhereAValueIsMissing) {
  EXPECT_EQ(sparkline(std::vector<double>{0, nan, 7}), "▁ █");
  EXPECT_EQ(sparkline(std::vector<double>{nan, infinity}), "  ");
}

TEST(Sparkline, IsLevelWhereAllAreEqual) {
  EXPECT_EQ(sparkline(std::vector<double>{3, 3}), "▅▅");
  EXPECT_EQ(sparkline({}), "");
}

}  // namespace
}  // namespace sparkify::terminal
