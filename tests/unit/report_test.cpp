#include "report/report.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <set>

#include "base/error.hpp"
#include "etl/schema.hpp"
#include "report/rows.hpp"
#include "sql/files.hpp"
#include "warehouse/embedded.hpp"
#include "warehouse/query.hpp"

namespace sparkify::report {
namespace {

using base::Error;
using base::ErrorKind;

constexpr std::string_view whole =
    "-- Plays by level,\n"
    "-- at the time of the play.\n"
    "-- metric: M05\n"
    "-- title: Plays\n"
    "-- unit: plays\n"
    "-- grain: one level\n"
    "-- parameters: from, level\n"
    "-- shape: plays\n"
    "-- column level: free: or\n"
    "--   paid\n"
    "-- column plays: plays\n"
    "-- caveat: None.\n"
    "-- rows plays: level_plays\n"
    "-- rows level: others days=7 page='Roll Advert' state=any\n"
    "select level, count(*) as plays from songplays where :level = level group by level;\n";

/// The whole header with one text of it replaced.
std::string with(std::string_view part, std::string_view by) {
  std::string text(whole);
  text.replace(text.find(part), part.size(), by);
  return text;
}

std::string complaint_on(const std::string& text) {
  try {
    parse("sql/report/plays.sql", text);
  } catch (const Error& error) {
    EXPECT_EQ(error.kind(), ErrorKind::internal);
    return error.message();
  }
  return "none";
}

TEST(ReportHeader, IsReadWithItsContinuedLines) {
  Report report = parse("sql/report/plays.sql", whole);
  EXPECT_EQ(report.name, "plays");
  EXPECT_EQ(report.definition, "Plays by level, at the time of the play.");
  EXPECT_EQ(report.metric, "M05");
  EXPECT_EQ(report.title, "Plays");
  EXPECT_EQ(report.unit, "plays");
  EXPECT_EQ(report.grain, "one level");
  EXPECT_EQ(report.caveat, "None.");
  EXPECT_EQ(report.shape, "plays");
  EXPECT_EQ(report.parameters, (std::vector<std::string>{"from", "level"}));
  EXPECT_TRUE(report.takes("level"));
  EXPECT_FALSE(report.takes("top"));
  ASSERT_EQ(report.columns.size(), 2u);
  EXPECT_EQ(report.columns[0].name, "level");
  EXPECT_EQ(report.columns[0].meaning, "free: or paid");
  EXPECT_EQ(report.statement.text.substr(0, 12), "select level");
  ASSERT_EQ(report.drills.size(), 2u);
  EXPECT_EQ(report.drills[0].query, "level_plays");
  EXPECT_TRUE(report.drills[0].values.empty());
  EXPECT_EQ(report.drills[1].column, "level");
  EXPECT_EQ(report.drills[1].query, "others");
  EXPECT_EQ(report.drills[1].values, (sql::Parameters{{"days", std::int64_t{7}},
                                                      {"page", std::string("Roll Advert")},
                                                      {"state", std::string("any")}}));
}

TEST(ReportHeader, OfRowsNamesKeysAndOrder) {
  Report rows = parse("sql/report/rows/some.sql",
                      "-- One.\n-- title: One\n-- unit: one\n-- grain: one\n-- keys: day date,\n"
                      "--   step number, state text\n-- order: a desc\n-- column a: one\n"
                      "select 1 as a");
  ASSERT_EQ(rows.keys.size(), 3u);
  EXPECT_EQ(rows.keys[0].name, "day");
  EXPECT_EQ(rows.keys[0].kind, KeyKind::day);
  EXPECT_EQ(rows.keys[1].kind, KeyKind::number);
  EXPECT_EQ(rows.keys[2].kind, KeyKind::text);
  EXPECT_EQ(rows.order, "a desc");
}

TEST(ReportHeader, MetricParametersShapeAndCaveatMayBeMissing) {
  Report report =
      parse("sql/report/one.sql",
            "-- One.\n-- title: One\n-- unit: one\n-- grain: one\n-- column a: one\nselect 1 as a");
  EXPECT_EQ(report.metric + report.caveat + report.shape, "");
  EXPECT_TRUE(report.parameters.empty());
}

TEST(ReportHeader, IsRefusedWhereItBreaksARule) {
  const std::string place = "sql/report/plays.sql: ";
  EXPECT_EQ(complaint_on(std::string(whole)), "none");
  EXPECT_EQ(complaint_on(with("-- Plays by level,\n-- at the time of the play.\n", "")),
            place + "no definition");
  EXPECT_EQ(complaint_on(with("-- title: Plays\n", "")), place + "no title");
  EXPECT_EQ(complaint_on(with("-- unit: plays\n", "")), place + "no unit");
  EXPECT_EQ(complaint_on(with("-- grain: one level\n", "")), place + "no grain");
  EXPECT_EQ(complaint_on("-- Plays.\n-- title: a\n-- unit: b\n-- grain: c\nselect 1"),
            place + "no columns");
  EXPECT_EQ(complaint_on(with("shape: plays", "shape: hours")), place + "the shape is no column");
  EXPECT_EQ(complaint_on(with("caveat: None.", "caveats: None.")),
            place + "unknown key \"caveats\"");
  EXPECT_EQ(complaint_on(with("from, level", "from, country")),
            place + "unknown parameter \"country\"");
  EXPECT_EQ(complaint_on(with("--   paid", "-- paid")), place + "no key: paid");
  EXPECT_EQ(complaint_on(with("caveat: None.", "title: None.")), place + "title is said twice");
  EXPECT_EQ(complaint_on(with("rows plays", "rows hours")),
            place + "rows of \"hours\", which is no column");
  EXPECT_EQ(complaint_on(with("days=7", "days")),
            place + "no NAME=VALUE: days page='Roll Advert' state=any");
  EXPECT_EQ(complaint_on(with("caveat: None.", "keys: day")), place + "no names and kinds: day");
  EXPECT_EQ(complaint_on(with("caveat: None.", "keys: a word")), place + "unknown kind \"word\"");
  EXPECT_EQ(complaint_on(with("column plays", "column level")),
            place + "column level is said twice");
  EXPECT_EQ(complaint_on(with("group by level;", "group by level; select 2;")),
            place + "it must hold one statement");
  EXPECT_EQ(complaint_on(std::string(whole.substr(0, whole.find("select")))),
            place + "it must hold one statement");
}

std::unique_ptr<warehouse::Warehouse> empty_star() {
  warehouse::EmbeddedOptions options;
  options.path = "";
  auto star = warehouse::open_embedded(options);
  etl::create_missing(*star);
  return star;
}

TEST(Reports, ResultsHaveTheColumnsTheHeadersName) {
  auto star = empty_star();
  ASSERT_EQ(reports().size(), 34u);
  for (const Report& each : reports()) {
    std::vector<std::string> named, found;
    for (const Column& column : each.columns) named.push_back(column.name);
    auto rows = run(*star, each, {});
    for (const auto& column : rows->columns()) found.push_back(column.name);
    EXPECT_EQ(found, named) << each.name;
    while (rows->next()) EXPECT_EQ(rows->row().size(), named.size()) << each.name;
  }
}

/// A row that says where, of the kinds that a query's keys have.
Figure figure_of(const Report& report, const Drill& drill) {
  Figure figure{drill.column, {}};
  for (const Key& key : rows_query(drill.query).keys) {
    if (drill.values.find(key.name) != drill.values.end()) continue;
    EXPECT_TRUE(std::any_of(report.columns.begin(), report.columns.end(),
                            [&](const Column& column) { return column.name == key.name; }))
        << report.name << " " << key.name;
    if (key.kind == KeyKind::number) {
      figure.row[key.name] = std::int64_t{1};
    } else {
      figure.row[key.name] = key.kind == KeyKind::day ? "2018-11-01" : "it's";
    }
  }
  return figure;
}

TEST(RowsBehind, HaveTheColumnsTheHeadersNameAndTakeTheRowsKeys) {
  auto star = empty_star();
  std::set<std::string> used;
  for (const Report& each : reports()) {
    for (const Drill& drill : each.drills) {
      used.insert(drill.query);
      Behind behind(each, figure_of(each, drill), {});
      EXPECT_EQ(behind.count(*star), 0) << each.name << " " << drill.column;
      auto rows = behind.rows(*star);
      std::vector<std::string> named, found;
      for (const Column& column : rows_query(drill.query).columns) named.push_back(column.name);
      for (const auto& column : rows->columns()) found.push_back(column.name);
      EXPECT_EQ(found, named) << drill.query;
    }
  }
  std::size_t files = 0;
  for (const sql::File& file : sql::files()) files += file.folder() == "report/rows" ? 1 : 0;
  EXPECT_EQ(used.size(), files) << "a file that no report names";
}

TEST(RowsBehind, AreRefusedForAFigureThatIsNone) {
  const sql::Parameters song = {{"artist_name", "A"}, {"song_title", "B"}};
  auto with_value = [&](const std::string& name, sql::Value value) {
    sql::Parameters row = song;
    row[name] = std::move(value);
    return row;
  };
  struct Wrong {
    std::string_view report;
    Figure figure;
    std::string_view message;
  };
  const std::vector<Wrong> all = {
      {"table_rows", {"", {}}, "table_rows has no rows behind its figures"},
      {"top_songs", {"rank", song}, "top_songs has no rows behind \"rank\""},
      {"top_songs", {"", {{"artist_name", "A"}}}, "the row has no \"song_title\""},
      {"top_songs", {"", with_value("plays", "3")}, "nothing asks for the row's \"plays\""},
      {"top_songs",
       {"", with_value("song_title", std::int64_t{1})},
       "the row's \"song_title\" is of another kind"},
      {"top_songs",
       {"", with_value("song_title", std::string("a\0b", 3))},
       "the row's \"song_title\" is of another kind"},
      {"active_users", {"", {{"day", "2018-11-31"}}}, "the row's \"day\" is of another kind"},
      {"active_users",
       {"", {{"day", std::monostate()}, {"days", std::int64_t{900}}}},
       "nothing asks for the row's \"days\""},
      {"user_activity",
       {"", {{"user_id", "1 or 1=1"}}},
       "the row's \"user_id\" is of another kind"},
  };
  for (const Wrong& each : all) {
    try {
      Behind(report(each.report), each.figure, {});
      ADD_FAILURE() << each.message;
    } catch (const Error& error) {
      EXPECT_EQ(error.kind(), ErrorKind::usage);
      EXPECT_EQ(error.message(), each.message);
    }
  }
}

TEST(Reports, UseTheParametersTheyNameAndNoOthers) {
  for (const Report& each : reports()) {
    for (std::string_view parameter : {"from", "to", "level", "top"}) {
      // No parameter's name begins with another's, and casts are written `::double`.
      bool is_used = each.statement.text.find(":" + std::string(parameter)) != std::string::npos;
      EXPECT_EQ(is_used, each.takes(parameter)) << each.name << " " << parameter;
    }
  }
}

TEST(Reports, AnswerEveryMetricOfTheCatalogueInItsOrder) {
  std::set<std::string> metrics;
  std::string last;
  bool is_past_metrics = false;
  for (const Report& each : reports()) {
    is_past_metrics = is_past_metrics || each.metric.empty();
    EXPECT_EQ(each.metric.empty(), is_past_metrics) << each.name;
    if (is_past_metrics) continue;
    EXPECT_LE(last, each.metric);
    metrics.insert(last = each.metric);
  }
  EXPECT_EQ(metrics.size(), 25u);
  EXPECT_EQ(*metrics.begin(), "M01");
  EXPECT_EQ(*metrics.rbegin(), "M25");
}

struct Refused {
  std::string_view report;
  Filter filter;
  std::string_view message, hint;
};

Filter period(std::optional<std::string> from, std::optional<std::string> to) {
  Filter filter;
  filter.from = std::move(from);
  filter.to = std::move(to);
  return filter;
}

Filter at_level(std::string level) {
  Filter filter;
  filter.level = std::move(level);
  return filter;
}

Filter first(std::int64_t top) {
  Filter filter;
  filter.top = top;
  return filter;
}

TEST(ReportFilter, IsRefusedWithAReason) {
  auto star = empty_star();
  const std::string_view days = "write it as 2018-11-30";
  const std::vector<Refused> all = {
      {"table_rows", period("2018-11-01", {}), "table_rows takes no --from", ""},
      {"stickiness", period("2018-11-01", {}), "stickiness takes no --from", "it takes --to"},
      {"active_users", at_level("paid"), "active_users takes no --level", "it takes --from --to"},
      {"active_users", first(3), "active_users takes no --top", "it takes --from --to"},
      {"active_users", period("2018-11-31", {}), "\"2018-11-31\" of --from is no day", days},
      {"active_users", period({}, "2018-1-1"), "\"2018-1-1\" of --to is no day", days},
      {"active_users", period({}, "2018-11-0x"), "\"2018-11-0x\" of --to is no day", days},
      {"active_users", period({}, "0000-01-01"), "\"0000-01-01\" of --to is no day", days},
      {"active_users", period({}, "2018-11-1-"), "\"2018-11-1-\" of --to is no day", days},
      {"active_users", period({}, "9999-12-31"), "\"9999-12-31\" of --to is no day", days},
      {"active_users", period("2018-11-02", "2018-11-01"),
       "the period ends before it begins: 2018-11-02 to 2018-11-01", "--to is its last day"},
      {"skip_rate", at_level("gold"), "unknown level \"gold\"", "levels are free and paid"},
      {"top_songs", first(0), "--top must be 1 at least", ""},
  };
  for (const Refused& each : all) {
    try {
      run(*star, report(each.report), each.filter);
      ADD_FAILURE() << each.message;
    } catch (const Error& error) {
      EXPECT_EQ(error.kind(), ErrorKind::usage);
      EXPECT_EQ(error.message(), each.message);
      EXPECT_EQ(error.hint_text(), each.hint);
    }
  }
  EXPECT_FALSE(run(*star, report("active_users"), period("2016-02-29", "2016-02-29"))->next());
}

TEST(Reports, AnUnknownNameIsAnsweredWithTheNearest) {
  try {
    report("retentoin");
    FAIL();
  } catch (const Error& error) {
    EXPECT_EQ(error.kind(), ErrorKind::usage);
    EXPECT_EQ(error.message(), "unknown report \"retentoin\"");
    EXPECT_EQ(error.hint_text(), "did you mean \"retention\"?");
  }
}

}  // namespace
}  // namespace sparkify::report
