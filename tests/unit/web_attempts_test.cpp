#include "web/attempts.hpp"

#include <gtest/gtest.h>

namespace sparkify::web {
namespace {

using namespace std::chrono_literals;

class WebAttempts : public testing::Test {
 protected:
  /// How many of `count` attempts are heard.
  int heard(const std::string& address, int count) {
    int heard = 0;
    for (int i = 0; i < count; ++i) heard += attempts_.begin(address, now_) ? 1 : 0;
    return heard;
  }

  Attempts attempts_;
  Attempts::Clock::time_point now_ = Attempts::Clock::now();
};

TEST_F(WebAttempts, AFewAtOnceThenOneAfterEachPause) {
  EXPECT_EQ(heard("192.0.2.7", 20), 5);
  now_ += 9s;
  EXPECT_EQ(heard("192.0.2.7", 20), 0);
  now_ += 1s;
  EXPECT_EQ(heard("192.0.2.7", 20), 1);
  now_ += 1h;
  EXPECT_EQ(heard("192.0.2.7", 20), 5);
}

TEST_F(WebAttempts, AddressesDoNotHinderEachOther) {
  EXPECT_EQ(heard("192.0.2.7", 20), 5);
  EXPECT_EQ(heard("192.0.2.8", 20), 5);
  EXPECT_EQ(heard("2001:db8:1:2::1", 3), 3);
  EXPECT_EQ(heard("2001:db8:1:2:3:4:5:6", 20), 2);  // a neighbour
  EXPECT_EQ(heard("2001:db8:1:3::1", 20), 5);
}

TEST_F(WebAttempts, ARightPasswordCountsForNothing) {
  for (int i = 0; i < 50; ++i) {
    EXPECT_EQ(heard("192.0.2.7", 1), 1);
    attempts_.forgive("192.0.2.7");
  }
  EXPECT_EQ(heard("192.0.2.7", 20), 5);
}

TEST_F(WebAttempts, AllTogetherAreLimitedToo) {
  int sum = 0;
  for (int i = 0; i < 3000; ++i) {
    sum += heard("10.0." + std::to_string(i / 250) + "." + std::to_string(i % 250), 2);
  }
  EXPECT_EQ(sum, 100);
}

}  // namespace
}  // namespace sparkify::web
