#include "simulate/truth.hpp"

#include <gtest/gtest.h>

#include <chrono>
#include <type_traits>

namespace sparkify::simulate {
namespace {

static_assert(std::is_trivially_copyable_v<UserMarks>);

constexpr std::int64_t minute_ms = 60'000, hour_ms = 60 * minute_ms, day_ms = 24 * hour_ms;

constexpr std::int64_t midnight(int year, unsigned month, unsigned day) {
  std::chrono::sys_days date =
      std::chrono::year{year} / static_cast<int>(month) / static_cast<int>(day);
  return date.time_since_epoch().count() * day_ms;
}

constexpr std::int64_t thursday = midnight(2018, 11, 1);

/// States of the site below, by index.
enum StateIndex : std::uint16_t {
  visitor_home,
  visitor_play,
  free_home,
  free_play,
  free_submit,
  paid_home,
  paid_play,
  paid_submit,
  paid_cancel,
  cancelled_home,
  gold_home,
  no_level_home,
};

site::State state(const char* page, const char* auth, const char* level) {
  site::State found;
  found.page = page;
  found.auth = auth;
  found.level = level;
  found.shows_user = found.auth != "Logged Out";
  found.is_play = found.page == "NextSong";
  return found;
}

site::Track track(const char* artist, const char* title, site::Match match) {
  site::Track found;
  found.artist = artist;
  found.title = title;
  found.match = match;
  return found;
}

/// A site and a catalogue of a few lines, and what users do there.
class Truth : public testing::Test {
 protected:
  Truth() {
    site_.states = {state("Home", "Logged Out", "free"),
                    state("NextSong", "Logged Out", "free"),
                    state("Home", "Logged In", "free"),
                    state("NextSong", "Logged In", "free"),
                    state("Submit Upgrade", "Logged In", "free"),
                    state("Home", "Logged In", "paid"),
                    state("NextSong", "Logged In", "paid"),
                    state("Submit Downgrade", "Logged In", "paid"),
                    state("Cancellation Confirmation", "Cancelled", "paid"),
                    state("Home", "Cancelled", "paid"),
                    state("Home", "Logged In", "gold"),
                    state("Home", "Logged In", " ")};
    catalogue_.tracks = {track("Des'ree", "You Gotta Be", site::Match::title_artist_duration),
                         track("Des'ree", "Kissing You", site::Match::title_artist),
                         track("Bj\xC3\xB6rk", "Hunter", site::Match::artist),
                         track("Nobody", "Nothing", site::Match::none)};
  }

  static Event at(std::int64_t time_ms, StateIndex state_index, std::uint32_t session = 0,
                  std::uint32_t track_index = 0) {
    Event event;
    event.time_ms = time_ms;
    event.state = state_index;
    event.session = session;
    event.track = track_index;
    return event;
  }

  /// What is counted when each user goes through these states, an event a minute.
  base::Json sections_of(const std::vector<std::vector<StateIndex>>& users) const {
    Tally tally(site_, catalogue_);
    for (const auto& states : users) {
      UserMarks marks;
      std::int64_t time_ms = thursday;
      for (StateIndex each : states) tally.add(marks, at(time_ms += minute_ms, each));
    }
    return tally.sections();
  }

  std::string changes_of(const std::vector<StateIndex>& states) const {
    return sections_of({states})["level_changes"].dump();
  }

  site::Site site_;
  site::Catalogue catalogue_;
};

TEST_F(Truth, OfNothingHasZeroCountsAndEmptySections) {
  base::Json sections = Tally(site_, catalogue_).sections();
  EXPECT_EQ(sections["counts"].dump(),
            R"({"events":0,"level_changes":0,"sessions":0,"songplays":0,)"
            R"("user_history_versions":0,"users":0})");
  std::string names;
  for (const auto& [name, section] : sections.items()) {
    if (name == "counts") continue;
    names += name + " ";
    EXPECT_EQ(section.dump(), "{}") << name;
  }
  EXPECT_EQ(names,
            "events_by_page events_by_level events_by_page_and_level events_by_auth submits "
            "plays_by_level plays_by_match plays_by_weekday plays_by_hour "
            "plays_by_weekday_and_hour top_songs top_artists daily_active_users "
            "weekly_active_users cohort_retention level_changes users_by_level ");
}

TEST_F(Truth, VisitorsAreEventsAndSessionsButNeitherUsersNorPlays) {
  base::Json sections = sections_of({{visitor_home, visitor_play}, {visitor_home, free_play}});
  EXPECT_EQ(sections["counts"].dump(),
            R"({"events":4,"level_changes":0,"sessions":2,"songplays":1,)"
            R"("user_history_versions":1,"users":1})");
  EXPECT_EQ(sections["events_by_auth"].dump(), R"({"Logged In":1,"Logged Out":3})");
  EXPECT_EQ(sections["plays_by_level"].dump(), R"({"free":1})");
  EXPECT_EQ(sections["daily_active_users"].dump(), R"({"2018-11-01":1})");
}

TEST_F(Truth, EventsAreCountedByWhatTheirLineSays) {
  base::Json sections = sections_of({{free_home, free_play, free_submit, paid_play, paid_play,
                                      paid_submit, free_home, no_level_home},
                                     {paid_cancel}});
  EXPECT_EQ(sections["events_by_page"].dump(),
            R"({"Cancellation Confirmation":1,"Home":3,"NextSong":3,"Submit Downgrade":1,)"
            R"("Submit Upgrade":1})");
  EXPECT_EQ(sections["events_by_level"].dump(), R"({"free":4,"none":1,"paid":4})");
  EXPECT_EQ(sections["events_by_page_and_level"].dump(),
            R"({"Cancellation Confirmation, paid":1,"Home, free":2,"Home, none":1,)"
            R"("NextSong, free":1,"NextSong, paid":2,"Submit Downgrade, paid":1,)"
            R"("Submit Upgrade, free":1})");
  EXPECT_EQ(sections["submits"].dump(),
            R"({"Cancellation Confirmation":1,"Submit Downgrade":1,"Submit Upgrade":1})");
  EXPECT_EQ(sections["plays_by_level"].dump(), R"({"free":1,"paid":2})");
}

TEST_F(Truth, ASessionCountsOnceForItsUser) {
  Tally tally(site_, catalogue_);
  UserMarks first, second;
  tally.add(first, at(thursday, visitor_home, 0));
  tally.add(first, at(thursday + 1, free_home, 0));
  tally.add(second, at(thursday, free_home, 0));
  tally.add(first, at(thursday + 2, free_home, 1));
  tally.add(second, at(thursday + 3, free_home, 0));
  EXPECT_EQ(tally.sections()["counts"]["sessions"], 3);
  EXPECT_EQ(tally.event_count(), 5U);
}

TEST_F(Truth, PlaysAreCountedByTimeInUtc) {
  Tally tally(site_, catalogue_);
  UserMarks marks;
  std::int64_t sunday = midnight(2018, 11, 4);
  tally.add(marks, at(midnight(1969, 12, 31) + 23 * hour_ms, free_play));  // a Wednesday
  tally.add(marks, at(thursday + 13 * hour_ms, free_play));
  tally.add(marks, at(thursday + 14 * hour_ms - 1, free_play));
  tally.add(marks, at(thursday + 14 * hour_ms, free_play));
  tally.add(marks, at(sunday - 1, free_play));
  tally.add(marks, at(sunday, free_play));
  tally.add(marks, at(sunday + day_ms, free_play));
  base::Json sections = tally.sections();
  EXPECT_EQ(sections["plays_by_weekday_and_hour"].dump(),
            R"({"0 0":1,"1 0":1,"3 23":1,"4 13":2,"4 14":1,"6 23":1})");
  EXPECT_EQ(sections["plays_by_weekday"].dump(), R"({"0":1,"1":1,"3":1,"4":3,"6":1})");
  EXPECT_EQ(sections["plays_by_hour"].dump(), R"({"0":2,"13":2,"14":1,"23":2})");
}

TEST_F(Truth, PlaysAreCountedByMatchAndText) {
  catalogue_.tracks.push_back(track("Des'ree", "You Gotta Be ", site::Match::title_artist));
  Tally tally(site_, catalogue_);
  UserMarks marks;
  std::int64_t time_ms = thursday;
  for (std::uint32_t index : {0, 0, 1, 2, 2, 2, 3, 4, 4}) {
    tally.add(marks, at(++time_ms, paid_play, 0, index));
  }
  base::Json sections = tally.sections();
  EXPECT_EQ(sections["plays_by_match"].dump(),
            R"({"artist":3,"none":1,"title+artist":3,"title+artist+duration":2})");
  EXPECT_EQ(sections["top_songs"].dump(),
            "{\"Bj\xC3\xB6rk: Hunter\":3,\"Des'ree: Kissing You\":1,\"Des'ree: You Gotta Be\":4,"
            "\"Nobody: Nothing\":1}");
  EXPECT_EQ(sections["top_artists"].dump(), "{\"Bj\xC3\xB6rk\":3,\"Des'ree\":5,\"Nobody\":1}");
}

TEST_F(Truth, OfEqualSongsTheFirstByTextAreOnTop) {
  catalogue_.tracks.clear();
  // Backwards, so that order of track and of text differ; Z comes before a.
  for (char letter = 'y'; letter >= 'a'; --letter) {
    catalogue_.tracks.push_back(track(std::string(1, letter).c_str(), "t", site::Match::none));
  }
  catalogue_.tracks.push_back(track("Z", "t", site::Match::none));
  Tally tally(site_, catalogue_);
  UserMarks marks;
  std::int64_t time_ms = thursday;
  for (std::uint32_t index = 0; index < 26; ++index) {
    tally.add(marks, at(++time_ms, free_play, 0, index));
  }
  tally.add(marks, at(++time_ms, free_play, 0, 0));  // y once more
  base::Json artists = tally.sections()["top_artists"];
  EXPECT_EQ(artists.size(), 20U);
  EXPECT_EQ(artists["y"], 2);
  EXPECT_TRUE(artists.contains("Z"));
  EXPECT_TRUE(artists.contains("r"));
  EXPECT_FALSE(artists.contains("s"));
  EXPECT_EQ(tally.sections()["top_songs"].size(), 20U);
}

TEST_F(Truth, UsersAreActiveOnDaysInWeeksAndInCohorts) {
  Tally tally(site_, catalogue_);
  UserMarks first, second, visitor;
  std::int64_t monday = midnight(2018, 11, 5);
  tally.add(first, at(monday - 1, free_home));
  tally.add(first, at(monday, free_home));
  tally.add(first, at(monday + 1, free_home));
  tally.add(first, at(monday + 7 * day_ms - 1, free_home));
  tally.add(first, at(monday + 21 * day_ms, free_home));
  tally.add(second, at(monday + 2 * day_ms, visitor_home));
  tally.add(second, at(monday + 8 * day_ms, free_home));
  tally.add(second, at(monday + 21 * day_ms, free_home));
  tally.add(visitor, at(monday, visitor_home));
  base::Json sections = tally.sections();
  EXPECT_EQ(sections["daily_active_users"].dump(),
            R"({"2018-11-04":1,"2018-11-05":1,"2018-11-11":1,"2018-11-13":1,"2018-11-26":2})");
  EXPECT_EQ(sections["weekly_active_users"].dump(),
            R"({"2018-10-29":1,"2018-11-05":1,"2018-11-12":1,"2018-11-26":2})");
  EXPECT_EQ(sections["cohort_retention"].dump(),
            R"({"2018-10-29 +0":1,"2018-10-29 +1":1,"2018-10-29 +4":1,"2018-11-12 +0":1,)"
            R"("2018-11-12 +2":1})");
}

TEST_F(Truth, AChangeOfLevelIsObservedWhenTheEventBeforeAnnouncedIt) {
  EXPECT_EQ(changes_of({free_submit, paid_home}), R"({"upgrade observed":1})");
  EXPECT_EQ(changes_of({paid_submit, free_home}), R"({"downgrade observed":1})");
  EXPECT_EQ(changes_of({free_home, paid_home}), R"({"upgrade inferred":1})");
  EXPECT_EQ(changes_of({paid_home, free_home}), R"({"downgrade inferred":1})");
  EXPECT_EQ(changes_of({free_submit, free_home, paid_home}), R"({"upgrade inferred":1})");
  EXPECT_EQ(changes_of({paid_home, free_submit}), R"({"downgrade inferred":1})");
  EXPECT_EQ(changes_of({free_submit, gold_home}), R"({"downgrade inferred":1})");
}

TEST_F(Truth, WhatDoesNotNameTheUserDoesNotComeBetween) {
  EXPECT_EQ(changes_of({free_submit, visitor_home, paid_home}), R"({"upgrade observed":1})");
}

TEST_F(Truth, ACancellationAndTheReturnFromItAreChanges) {
  EXPECT_EQ(changes_of({paid_home, paid_cancel, cancelled_home}), R"({"cancel observed":1})");
  EXPECT_EQ(changes_of({paid_cancel}), R"({"cancel observed":1})");
  EXPECT_EQ(changes_of({free_home, cancelled_home, paid_home, free_home}),
            R"({"cancel observed":1,"downgrade inferred":1,"return inferred":1})");
}

TEST_F(Truth, AFirstStayIsNoChange) {
  base::Json sections = sections_of({{free_home, free_home}, {paid_home}});
  EXPECT_EQ(sections["level_changes"].dump(), "{}");
  EXPECT_EQ(sections["counts"]["user_history_versions"], 2);
}

TEST_F(Truth, AnEventWithoutLevelOpensNoStayButIsTheUsersLast) {
  base::Json sections = sections_of({{free_home, no_level_home, free_home}, {no_level_home}});
  EXPECT_EQ(sections["counts"]["user_history_versions"], 1);
  EXPECT_EQ(sections["counts"]["level_changes"], 0);
  EXPECT_EQ(sections["users_by_level"].dump(), R"({"free":1,"none":1})");
  // It comes between an announcement and the change.
  EXPECT_EQ(changes_of({free_submit, no_level_home, paid_home}), R"({"upgrade inferred":1})");
}

TEST_F(Truth, UsersAreCountedAtTheLevelOfTheirLastEvent) {
  base::Json sections = sections_of({{free_submit, paid_home},
                                     {paid_submit, free_home, visitor_home},
                                     {paid_cancel},
                                     {gold_home},
                                     {visitor_home}});
  EXPECT_EQ(sections["users_by_level"].dump(), R"({"free":1,"gold":1,"paid":2})");
  EXPECT_EQ(sections["counts"]["users"], 4);
}

TEST_F(Truth, TalliesThatShareUsersAddUpToOne) {
  Tally whole(site_, catalogue_);
  std::vector<Tally> parts(3, Tally(site_, catalogue_));
  site::Random random(1, 2);
  for (std::uint32_t user = 0; user < 50; ++user) {
    UserMarks one, split;
    std::int64_t time_ms = thursday - random.below(100) * day_ms;
    for (std::uint32_t number = 0; number < 60; ++number) {
      time_ms += 1 + random.below(2 * day_ms);
      Event event = at(time_ms, static_cast<StateIndex>(random.below(no_level_home + 1)),
                       number / 7, random.below(4));
      whole.add(one, event);
      parts[(user + number / 10) % 3].add(split, event);
    }
  }
  Tally merged(site_, catalogue_);
  for (const Tally& part : parts) merged.merge(part);
  EXPECT_EQ(merged.event_count(), 3000U);
  EXPECT_EQ(merged.sections().dump(1), whole.sections().dump(1));
}

}  // namespace
}  // namespace sparkify::simulate
