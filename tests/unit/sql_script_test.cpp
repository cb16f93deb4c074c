#include "sql/script.hpp"

#include <gtest/gtest.h>

namespace sparkify::sql {
namespace {

TEST(Split, EndsStatementsAtSemicolonsOfTheTopLevel) {
  auto statements =
      split("select ';' ; /* ; */ create table t(a int) -- ;\n;\n; select \";\"", "f");
  ASSERT_EQ(statements.size(), 3u);
  EXPECT_EQ(statements[0].text, "select ';'");
  EXPECT_EQ(statements[1].text, "create table t(a int)");
  EXPECT_EQ(statements[2].text, "select \";\"");
}

TEST(Split, KeepsCommentsInsideAndDropsThoseAround) {
  auto statements = split("-- before\nselect /* in */ 1 -- after\n", "f");
  ASSERT_EQ(statements.size(), 1u);
  EXPECT_EQ(statements[0].text, "select /* in */ 1");
  EXPECT_EQ(statements[0].line, 2u);
}

TEST(Split, NothingInNothing) {
  EXPECT_TRUE(split("", "f").empty());
  EXPECT_TRUE(split(" ;; -- x\n;/* y */", "f").empty());
}

TEST(Split, StrayClosingParenthesisDoesNotHideSemicolons) {
  EXPECT_EQ(split("select 1); select 2", "f").size(), 2u);
}

TEST(Split, KnowsLineAndColumn) {
  auto statements = split("select 1;  select\n  x", "a.sql");
  ASSERT_EQ(statements.size(), 2u);
  EXPECT_EQ(statements[1].line, 1u);
  EXPECT_EQ(statements[1].column, 12u);
  base::Place first = statements[1].place(3);
  EXPECT_EQ(first.file, "a.sql");
  EXPECT_EQ(first.column, 15u);
  EXPECT_EQ(first.excerpt, "select 1;  select");
  base::Place second = statements[1].place(statements[1].text.find('x'));
  EXPECT_EQ(second.line, 2u);
  EXPECT_EQ(second.column, 3u);
  EXPECT_EQ(second.excerpt, "  x");
}

TEST(Split, PlaceBeyondTheEndIsTheEnd) {
  EXPECT_EQ(split("select", "f")[0].place(1000).column, 7u);
}

TEST(Split, PlaceInALongLineKeepsItsColumn) {
  std::string text = std::string(300, ' ') + "x;y z";
  base::Place place = split(text, "f")[1].place(2);
  EXPECT_EQ(place.column, 305u);
  EXPECT_EQ(place.excerpt.substr(place.column - 1), "z");
}

TEST(Split, UnterminatedIsAnErrorWithItsPlace) {
  try {
    split("select 1;\nselect 'open", "q.sql");
    FAIL() << "no error";
  } catch (const base::Error& error) {
    EXPECT_EQ(error.kind(), base::ErrorKind::sql);
    EXPECT_EQ(error.message(), "unterminated text literal");
    EXPECT_EQ(error.place()->line, 2u);
    EXPECT_EQ(error.place()->column, 8u);
    EXPECT_EQ(error.place()->excerpt, "select 'open");
  }
  EXPECT_THROW(split("/* open", "f"), base::Error);
  EXPECT_THROW(split("\"open", "f"), base::Error);
}

TEST(Header, ReadsKeysAndPurpose) {
  Header found = header(
      "-- One row per play,\n"
      "-- with its match.\n"
      "-- grain: one NextSong event\n"
      "--   of a known user\n"
      "-- needs: users, songs\n"
      "-- a remark\n"
      "-- placed: auto diststyle auto sortkey auto\n"
      "-- placed: by-user distkey(user_id)\n"
      "--   sortkey(artist_id)\n"
      "-- placed: merge-join\n"
      "insert into t\n"
      "-- needs: later\n");
  EXPECT_EQ(found.purpose, "One row per play, with its match.");
  EXPECT_EQ(found.grain, "one NextSong event of a known user");
  EXPECT_EQ(found.needs, (std::vector<std::string>{"users", "songs"}));
  EXPECT_EQ(found.placed.at("auto"), "diststyle auto sortkey auto");
  EXPECT_EQ(found.placed.at("by-user"), "distkey(user_id) sortkey(artist_id)");
  EXPECT_EQ(found.placed.at("merge-join"), "");
  EXPECT_EQ(found.line_of.at("purpose"), 1u);
  EXPECT_EQ(found.line_of.at("grain"), 3u);
  EXPECT_EQ(found.line_of.at("needs"), 5u);
  EXPECT_EQ(found.line_of.at("placed by-user"), 8u);
}

TEST(Header, CountsBlankLinesBeforeIt) {
  Header found = header("\n\r\n-- needs: a\r\n");
  EXPECT_EQ(found.line_of.at("needs"), 3u);
  EXPECT_EQ(found.needs, std::vector<std::string>{"a"});
}

TEST(Header, IsEmptyWithoutComment) {
  Header found = header("select 1\n-- grain: x");
  EXPECT_TRUE(found.purpose.empty() && found.grain.empty() && found.needs.empty());
}

}  // namespace
}  // namespace sparkify::sql
