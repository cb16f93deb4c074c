#include "simulate/behaviour.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <functional>
#include <numbers>
#include <vector>

namespace sparkify::simulate {
namespace {

using namespace std::chrono;

constexpr std::int64_t day_ms = 86'400'000;
constexpr std::int64_t hour_ms = 3'600'000;

/// The largest distance between the sample's distribution and `cdf` (Kolmogorov and Smirnov).
double distance(std::vector<double> sample, const std::function<double(double)>& cdf) {
  std::sort(sample.begin(), sample.end());
  auto count = static_cast<double>(sample.size());
  double most = 0;
  for (std::size_t i = 0; i < sample.size(); ++i) {
    double at = cdf(sample[i]);
    most = std::max({most, std::abs(at - static_cast<double>(i) / count),
                     std::abs(at - static_cast<double>(i + 1) / count)});
  }
  return most;
}

/// A true sample is farther away once in a thousand times.
double tolerance(std::size_t count) { return 1.95 / std::sqrt(static_cast<double>(count)); }

/// A site on which users only listen and look at their settings.
site::Site small_site() {
  return site::parse_site(R"({
    "alpha": 60, "beta": 86400, "damping": 0, "weekend-damping": 0,
    "levels": [{"level": "free", "weight": 1}], "auths": [{"auth": "Logged In", "weight": 1}],
    "new-user-auth": "Logged In", "new-user-level": "free",
    "new-session": [{"page": "Home", "method": "GET", "status": 200, "auth": "Logged In",
                     "level": "free", "weight": 1}],
    "transitions": [
      {"source": {"page": "Home", "method": "GET", "status": 200, "auth": "Logged In",
                  "level": "free"},
       "dest": {"page": "NextSong", "method": "PUT", "status": 200, "auth": "Logged In",
                "level": "free"}, "p": 1},
      {"source": {"page": "NextSong", "method": "PUT", "status": 200, "auth": "Logged In",
                  "level": "free"},
       "dest": {"page": "NextSong", "method": "PUT", "status": 200, "auth": "Logged In",
                "level": "free"}, "p": 0.6},
      {"source": {"page": "NextSong", "method": "PUT", "status": 200, "auth": "Logged In",
                  "level": "free"},
       "dest": {"page": "Save Settings", "method": "PUT", "status": 307, "auth": "Logged In",
                "level": "free"}, "p": 0.3},
      {"source": {"page": "Save Settings", "method": "PUT", "status": 307, "auth": "Logged In",
                  "level": "free"},
       "dest": {"page": "Home", "method": "GET", "status": 200, "auth": "Logged In",
                "level": "free"}, "p": 1}
    ]})",
                          "small.json");
}

site::Catalogue small_catalogue() {
  site::Catalogue catalogue;
  for (double seconds : {2000.5, 3000.25}) {
    site::Track track;
    track.title = "Long";
    track.artist = "The Longs";
    track.length_seconds = seconds;
    catalogue.tracks.push_back(track);
  }
  catalogue.popularity = site::Choice(std::vector<double>{1, 1});
  return catalogue;
}

User new_user(std::uint64_t stream) {
  User user;
  user.random = site::Random(7, stream);
  user.alpha_seconds = 60;
  user.beta_seconds = 86400;
  user.next_ms = 1'541'030'400'000;
  return user;
}

TEST(DaysOff, AreWeekendsAndFederalHolidays) {
  std::vector<sys_days> holidays;
  for (sys_days day = 2018y / January / 1; day < sys_days(2019y / January / 1); day += days(1)) {
    weekday weekday(day);
    if (weekday == Saturday || weekday == Sunday) {
      EXPECT_TRUE(is_day_off(day));
    } else if (is_day_off(day)) {
      holidays.push_back(day);
    }
  }
  EXPECT_EQ(holidays,
            (std::vector<sys_days>{2018y / January / 1, 2018y / January / 15, 2018y / February / 19,
                                   2018y / May / 28, 2018y / July / 4, 2018y / September / 3,
                                   2018y / October / 8, 2018y / November / 12,
                                   2018y / November / 22, 2018y / December / 25}));
  EXPECT_TRUE(is_day_off(2021y / December / 31)) << "New Year's Day of 2022 is a Saturday";
  EXPECT_TRUE(is_day_off(2023y / June / 19));
  EXPECT_FALSE(is_day_off(2018y / June / 19));
}

TEST(Arrivals, GapsBetweenSessionsAreExponentialBeyondTheLeastGap) {
  site::Site site = small_site();
  Arrivals arrivals(site);
  site::Random random(1, 1);
  std::vector<double> gaps;
  for (int i = 0; i < 50'000; ++i) {
    std::int64_t last_ms = 1'541'030'400'000 + i * hour_ms;
    auto gap = static_cast<double>(arrivals.next(random, last_ms, 5000) - last_ms) / 1000;
    ASSERT_GE(gap, 1800);
    gaps.push_back(gap - 1800);
  }
  EXPECT_LT(distance(gaps, [](double gap) { return 1 - std::exp(-gap / 5000); }),
            tolerance(gaps.size()));
}

TEST(Arrivals, KeepTheLeastGapUnderDamping) {
  site::Site site = small_site();
  site.damping = 0.15;
  site.weekend_damping = 0.9;
  Arrivals arrivals(site);
  site::Random random(2, 1);
  std::int64_t time_ms = 1'541'030'400'000;
  for (int i = 0; i < 100'000; ++i) {
    std::int64_t next_ms = arrivals.next(random, time_ms, 600);
    ASSERT_GE(next_ms - time_ms, 1'800'000);
    time_ms = next_ms;
  }
}

TEST(Arrivals, FollowTheWaveOfTheDay) {
  site::Site site = small_site();
  site.damping = 0.09375;
  Arrivals arrivals(site);
  site::Random random(3, 1);
  std::vector<double> hours;
  std::int64_t time_ms = 1'541'030'400'000;
  for (int i = 0; i < 50'000; ++i) {
    time_ms = arrivals.next(random, time_ms, 10.0 * 86400);
    hours.push_back(static_cast<double>(time_ms % day_ms) / hour_ms);
  }
  // Times are even over the day before they are bent; bending keeps their order.
  auto bend = [&](double hour) {
    return hour + 0.09375 * 24 * std::sin((hour - 3) * std::numbers::pi / 12);
  };
  auto cdf = [&](double hour) {
    double low = -12, high = 36;  // the even time that becomes `hour`
    for (int i = 0; i < 60; ++i) (bend((low + high) / 2) < hour ? low : high) = (low + high) / 2;
    double midnight_low = -12, midnight_high = 36;
    for (int i = 0; i < 60; ++i) {
      double middle = (midnight_low + midnight_high) / 2;
      (bend(middle) < 0 ? midnight_low : midnight_high) = middle;
    }
    return (low - midnight_low) / 24;
  };
  EXPECT_LT(distance(hours, cdf), tolerance(hours.size()));
}

TEST(Arrivals, ThinOutOnDaysOff) {
  site::Site site = small_site();
  site.weekend_damping = 0.4;
  Arrivals arrivals(site);
  auto at = [&](sys_days day, minutes time) {
    return arrivals.thinning((sys_seconds(day) + time).time_since_epoch() / milliseconds(1));
  };
  // The slope of six hours ends at three: from 21 on Friday to 3 on Saturday, as on Sunday.
  sys_days friday = 2018y / November / 2;
  EXPECT_DOUBLE_EQ(at(friday, 12h), 0);
  EXPECT_DOUBLE_EQ(at(friday, 21h), 0);
  EXPECT_DOUBLE_EQ(at(friday + days(1), 0min), 0.2);
  EXPECT_DOUBLE_EQ(at(friday + days(1), 3h), 0.4);
  EXPECT_DOUBLE_EQ(at(friday + days(2), 12h), 0.4);
  EXPECT_DOUBLE_EQ(at(friday + days(2), 24h), 0.2);
  EXPECT_DOUBLE_EQ(at(friday + days(3), 3h), 0);

  site::Random random(4, 1);
  double off = 0, on = 0;
  std::int64_t time_ms = 1'541'030'400'000;
  for (int i = 0; i < 100'000; ++i) {
    time_ms = arrivals.next(random, time_ms, 86400);
    auto hour = time_ms % day_ms / hour_ms;
    if (hour < 4 || hour > 20) continue;  // clear of slopes
    (is_day_off(sys_days(days(time_ms / day_ms))) ? off : on) += 1;
  }
  double days_off = 0, days_on = 0;
  for (std::int64_t day = 1'541'030'400'000 / day_ms; day < time_ms / day_ms; ++day) {
    (is_day_off(sys_days(days(day))) ? days_off : days_on) += 1;
  }
  EXPECT_NEAR((off / days_off) / (on / days_on), 0.6, 0.015);
}

TEST(Behaviour, PausesAreLogNormal) {
  site::Site site = small_site();
  site::Catalogue catalogue = small_catalogue();
  Behaviour behaviour(site, catalogue);
  User user = new_user(1);
  behaviour.begin(user, 0);
  std::vector<double> logs;
  while (logs.size() < 20'000) {
    bool is_first_page = user.item == 0;
    std::int64_t before_ms = user.next_ms;
    behaviour.advance(user);
    // From the first page of a session to its first song nothing plays and nothing redirects.
    if (is_first_page) {
      logs.push_back(std::log(static_cast<double>(user.next_ms - before_ms) / 60'000));
    }
  }
  auto normal = [](double log) { return std::erfc(-(log + 0.5) / std::numbers::sqrt2) / 2; };
  EXPECT_LT(distance(logs, normal), tolerance(logs.size()));
}

TEST(Behaviour, SongsAreHeardToTheirEndAndRedirectsTakeASecond) {
  site::Site site = small_site();
  site::Catalogue catalogue = small_catalogue();
  Behaviour behaviour(site, catalogue);
  User user = new_user(2);
  behaviour.begin(user, 0);
  int songs = 0, redirects = 0;
  std::int64_t song_ends_ms = 0;
  for (int i = 0; i < 20'000; ++i) {
    const site::State before = site.states[user.state];
    std::int64_t before_ms = user.next_ms;
    std::uint32_t before_session = user.session;
    if (before.is_play) {
      song_ends_ms = before_ms + (user.track == 0 ? 2'000'500 : 3'000'250);
    }
    behaviour.advance(user);
    ASSERT_GT(user.next_ms, before_ms);
    if (user.session != before_session) {
      song_ends_ms = 0;
      continue;
    }
    const site::State& after = site.states[user.state];
    if (after.is_redirect) {
      ASSERT_EQ(user.next_ms, before_ms + 1000);
      ++redirects;
    } else if (after.is_play && song_ends_ms > before_ms) {
      ASSERT_EQ(user.next_ms, song_ends_ms);
      ++songs;
    }
  }
  EXPECT_GT(songs, 5000);
  EXPECT_GT(redirects, 1000);
}

TEST(Behaviour, SettledUsersAreInTheMiddleOfTheirRhythm) {
  site::Site site = small_site();
  site::Catalogue catalogue = small_catalogue();
  Behaviour behaviour(site, catalogue);
  std::int64_t start_ms = 1'541'030'400'000;
  std::vector<double> waits;
  for (std::uint64_t stream = 0; stream < 5000; ++stream) {
    User user = new_user(stream);
    user.beta_seconds = 3'000'000;  // sessions are short against the time between them
    behaviour.settle(user, 0, start_ms);
    ASSERT_GE(user.next_ms, start_ms);
    if (user.item > 0) continue;
    waits.push_back(static_cast<double>(user.next_ms - start_ms) / 1000);
  }
  // A Poisson process has no memory: the wait for the next session is like the time between two.
  EXPECT_GT(waits.size(), 4800);
  EXPECT_LT(distance(waits, [](double wait) { return 1 - std::exp(-wait / 3'000'000); }), 0.03);
}

TEST(Behaviour, UsersWhoLeaveDoNotComeBack) {
  site::Site site = small_site();
  site::Catalogue catalogue = small_catalogue();
  Behaviour behaviour(site, catalogue);
  User user = new_user(3);
  user.leaves_ms = user.next_ms + 5 * day_ms;
  behaviour.begin(user, 0);
  std::int64_t last_start_ms = user.next_ms;
  while (user.next_ms != never_ms) {
    if (user.item == 0) last_start_ms = user.next_ms;
    behaviour.advance(user);
  }
  EXPECT_LE(last_start_ms, user.leaves_ms);
}

}  // namespace
}  // namespace sparkify::simulate
