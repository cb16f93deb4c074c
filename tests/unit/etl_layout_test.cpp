#include "etl/layout.hpp"

#include <gtest/gtest.h>

namespace sparkify::etl {
namespace {

TableLayout table(std::string name, std::string diststyle, std::string sortkey,
                  double row_count = 1000) {
  return {std::move(name), std::move(diststyle), std::move(sortkey), row_count, {}, {}, {}};
}

std::vector<std::string> remedies(const std::vector<TableLayout>& tables) {
  std::vector<std::string> found;
  for (const LayoutAdvice& each : advise(tables)) found.push_back(each.remedy);
  return found;
}

using Texts = std::vector<std::string>;

TEST(LayoutAdvice, IsSilentWhereJoinsStayOnTheirNodes) {
  EXPECT_EQ(remedies({table("songplays", "KEY(user_id)", "artist_id"), table("users", "ALL", ""),
                      table("songs", "AUTO(ALL)", "AUTO(SORTKEY)")}),
            Texts{});
  EXPECT_EQ(remedies({table("songplays", "KEY(song_id)", "song_id"),
                      table("songs", "KEY(song_id)", "song_id")}),
            Texts{});
  EXPECT_EQ(remedies({table("songplays", "AUTO(ALL)", ""), table("users", "EVEN", "")}), Texts{});
  EXPECT_EQ(remedies({table("users", "EVEN", "")}), Texts{});
  EXPECT_EQ(remedies({}), Texts{});
}

TEST(LayoutAdvice, BringsDimensionsToTheRowsTheyAreJoinedWith) {
  EXPECT_EQ(remedies({table("songplays", "KEY(song_id)", ""), table("users", "EVEN", "")}),
            Texts{"alter table users alter diststyle all"});
  EXPECT_EQ(remedies({table("songplays", "EVEN", ""), table("users", "KEY(user_id)", "", 1e9)}),
            Texts{"alter table users alter diststyle key distkey user_id"});
  EXPECT_EQ(remedies({table("songplays", "AUTO(KEY(song_id))", ""),
                      table("songs", "KEY(artist_id)", "song_id")}),
            Texts{"alter table songs alter diststyle all"});
}

TEST(LayoutAdvice, SortsBothSidesOfAMergeJoin) {
  EXPECT_EQ(remedies({table("songplays", "KEY(song_id)", "song_id"),
                      table("songs", "KEY(song_id)", "artist_id")}),
            Texts{"alter table songs alter sortkey (song_id)"});
}

TEST(LayoutAdvice, AsksForUpkeepBeyondRedshiftsOwnThresholds) {
  TableLayout worn = table("events", "EVEN", "event_time");
  worn.skew_rows = 4.1;
  worn.unsorted_percent = 5.5;
  worn.stats_off_percent = 10.5;
  EXPECT_EQ(remedies({worn}),
            (Texts{"alter table events alter diststyle auto", "vacuum events", "analyze events"}));
  worn.skew_rows = 4;
  worn.unsorted_percent = 5;
  worn.stats_off_percent = 10;
  EXPECT_EQ(remedies({worn}), Texts{});
}

}  // namespace
}  // namespace sparkify::etl
