#include <gtest/gtest.h>

#include "base/error.hpp"
#include "editor/queries.hpp"
#include "editor/reading.hpp"
#include "editor/run.hpp"
#include "editor/script.hpp"
#include "editor/star.hpp"
#include "editor/tickets.hpp"

namespace sparkify::editor {
namespace {

TEST(EditorScript, StatementsStandWhereBrowsersCountThem) {
  // Two units of UTF-16 for the note, one for each accented letter.
  auto parts = parts_of("-- \xF0\x9F\x8E\xB5\nselect '\xC3\xA9';\n\n select 2 ;;");
  ASSERT_EQ(parts.size(), 2U);
  EXPECT_EQ(parts[0].text, "select '\xC3\xA9'");
  EXPECT_EQ(parts[0].begin, 6U);
  EXPECT_EQ(parts[0].end, 16U);
  EXPECT_EQ(parts[1].text, "select 2");
  EXPECT_EQ(parts[1].begin, 20U);
  EXPECT_EQ(parts[1].end, 28U);
}

TEST(EditorScript, ACharacterOfAStatementHasItsPlaceInTheText) {
  Part part{"a\xF0\x9F\x8E\xB5z", 10, 14};
  EXPECT_EQ(part.place_of(1), 10U);
  EXPECT_EQ(part.place_of(2), 11U);
  EXPECT_EQ(part.place_of(3), 13U);
  EXPECT_EQ(part.place_of(99), 14U);
}

TEST(EditorScript, ALiteralWithoutAnEndIsMarkedWhereItBegins) {
  std::string text = "select 1;\nselect '\xC3\xA9', 'x";
  try {
    parts_of(text);
    FAIL();
  } catch (const base::Error& error) {
    EXPECT_EQ(place_of(error, text), 22U);
  }
}

/// What Run sends to the page.
struct Told {
  std::string text;
  Run::Output output = [this](std::string_view line) { text += line; };
};

TEST(EditorRun, StatementsBehindOneThatFailedDoNotRun) {
  Told told;
  editor::Run run("select 1; select x; select 3", {}, told.output);
  EXPECT_EQ(run.next(), "select 1");
  EXPECT_TRUE(run.running_since());
  run.done("SELECT 1", false);
  EXPECT_FALSE(run.running_since());
  EXPECT_EQ(run.next(), "select x");
  run.failed({"no column", "", "another?", "42703", 8});
  EXPECT_EQ(run.next(), std::nullopt);
  run.finish();
  EXPECT_NE(told.text.find("\"statement\": 1, \"from\": 10, \"to\": 18, \"of\": 3}\n"),
            std::string::npos);
  EXPECT_NE(told.text.find("\"hint\": \"another?\", \"state\": \"42703\", \"at\": 17}"),
            std::string::npos);
  EXPECT_TRUE(told.text.ends_with("{\"end\": true}\n"));
}

TEST(EditorRun, TheBudgetIsOneOfAllResultsTogether) {
  Told told;
  editor::Run run("select 1; select 2", {3, 1000}, told.output);
  std::vector<std::optional<std::string_view>> row{"a\"b", std::nullopt};
  run.next();
  EXPECT_EQ(run.wanted_rows(), 3U);
  run.row(row);
  run.row(row);
  run.done("", false);
  run.next();
  EXPECT_EQ(run.wanted_rows(), 1U);
  run.row(row);
  EXPECT_EQ(run.wanted_rows(), 0U);
  run.done("", true);
  EXPECT_NE(told.text.find("{\"rows\": [[\"a\\\"b\",null],[\"a\\\"b\",null]]}\n"),
            std::string::npos);
  EXPECT_NE(told.text.find("{\"done\": \"\", \"rows\": 1, \"more\": true, "), std::string::npos);
}

TEST(EditorRun, LongValuesUseTheBudgetUp) {
  Told told;
  editor::Run run("select 1", {1000, 10}, told.output);
  run.next();
  std::string text(20, 'x');
  std::vector<std::optional<std::string_view>> row{text};
  EXPECT_GT(run.wanted_rows(), 0U);
  run.row(row);
  EXPECT_EQ(run.wanted_rows(), 0U);
  for (int i = 0; i < 9; ++i) run.row(row);  // they were asked for before the first one came
  run.done("SELECT 10", false);
  EXPECT_NE(told.text.find("\"rows\": 1, \"more\": true, "), std::string::npos);
}

TEST(EditorRun, PlansRunNoStatement) {
  Told told;
  std::string text = "-- first\nselect 1; delete from t; /* c */ Explain select 2";
  editor::Run run(text, {}, told.output, Run::Wanted::plans);
  EXPECT_EQ(run.next(), "explain select 1");
  EXPECT_EQ(run.next(), "explain delete from t");
  run.failed({"no table", "", "", "42P01", 21});
  EXPECT_NE(told.text.find("\"state\": \"42P01\", \"at\": 31}"), std::string::npos);
  editor::Run explained("/* c */ Explain select 2", {}, told.output, Run::Wanted::plans);
  EXPECT_EQ(explained.next(), "Explain select 2");
}

TEST(EditorReading, ARowDescriptionBecomesColumns) {
  std::string body("\0\2n\0\0\0\0\0\0\0\0\0\6\xA4\xFF\xFF\0\x0A\0\6\0\0", 22);
  body += std::string("ok\0\0\0\0\0\0\0\0\0\0\x10\0\1\xFF\xFF\xFF\xFF\0\0", 21);
  auto columns = columns_of(body);
  ASSERT_EQ(columns.size(), 2U);
  EXPECT_EQ(columns[0].column.name, "n");
  EXPECT_EQ(columns[0].column.type, "DECIMAL(10,2)");
  EXPECT_EQ(columns[0].redshift_type, "numeric(10,2)");
  EXPECT_EQ(columns[1].column.kind, format::ValueKind::boolean);
  std::vector<std::optional<std::string_view>> values;
  read_row(std::string_view("\0\2\xFF\xFF\xFF\xFF\0\0\0\1t", 11), columns, values);
  EXPECT_EQ(values[0], std::nullopt);
  EXPECT_EQ(values[1], "true");
}

TEST(EditorQueries, NamesLeadToNoOtherFolder) {
  for (const char* name : {"a", "Plays per day", "a.b", "\xC3\xA9", "x-1_2"}) {
    EXPECT_TRUE(is_query_name(name)) << name;
  }
  for (const char* name : {"", ".", "..", ".a", "a/b", "a\\b", " a", "a ", "a\nb", "a:b", "\xFF"}) {
    EXPECT_FALSE(is_query_name(name)) << name;
  }
  EXPECT_FALSE(is_query_name(std::string(81, 'a')));
  EXPECT_FALSE(is_query_name(std::string_view("a\0b", 3)));
}

TEST(EditorQueries, AWarehouseInMemoryKeepsNone) {
  Queries queries(Queries::folder_beside(":memory:"));
  EXPECT_FALSE(queries.has_folder());
  EXPECT_TRUE(queries.list().empty());
  EXPECT_THROW(queries.write("a", "select 1"), base::Error);
  EXPECT_EQ(Queries::folder_beside("w.duckdb"), "w.duckdb.queries");
}

TEST(EditorTickets, TheOldestAreForgotten) {
  Tickets tickets;
  std::string first = tickets.add({"select 1", "csv", ""});
  EXPECT_EQ(tickets.find(first)->statement, "select 1");
  for (std::size_t i = 0; i < Tickets::most_tickets; ++i) tickets.add({"select 2", "csv", ""});
  EXPECT_FALSE(tickets.find(first));
}

constexpr std::string_view plays = R"(-- Plays.
-- grain: one play
-- placed: auto diststyle auto sortkey auto
-- placed: by-user distkey(user_id)
create table if not exists plays (
  play_id bigint identity(0, 1) not null,
  user_id integer not null,
  level varchar(64),
  is_seen smallint default 0,
  primary key (play_id)
);
)";

TEST(EditorStar, AFileSaysWhatItsTableIs) {
  StarTable table = table_of_file("sql/schema/plays.sql", plays);
  EXPECT_EQ(table.name, "plays");
  EXPECT_EQ(table.grain, "one play");
  ASSERT_EQ(table.layouts.size(), 2U);
  EXPECT_EQ(table.layouts[1].clauses, "distkey(user_id)");
  ASSERT_EQ(table.columns.size(), 4U);
  EXPECT_EQ(table.columns[0].type, "bigint identity(0, 1)");
  EXPECT_TRUE(table.columns[0].is_key);
  EXPECT_TRUE(table.columns[1].is_required);
  EXPECT_EQ(table.columns[2].type, "varchar(64)");
  EXPECT_EQ(table.columns[3].type, "smallint");
}

TEST(EditorStar, AColumnRefersToTheTableWhoseKeyIsCalledSo) {
  StarTable users, history;
  users.name = "users";
  history.name = "user_history";
  users.columns = {{"user_id", "integer", true, true, ""}, {"level", "text", false, false, ""}};
  history.columns = {{"user_id", "integer", true, true, ""}, {"from", "date", true, true, ""}};
  std::vector<StarTable> tables{users, history, table_of_file("sql/schema/plays.sql", plays)};
  connect(tables);
  EXPECT_EQ(tables[0].columns[0].references, "");
  EXPECT_EQ(tables[1].columns[0].references, "users");
  EXPECT_EQ(tables[2].columns[0].references, "");
  EXPECT_EQ(tables[2].columns[1].references, "users");
}

}  // namespace
}  // namespace sparkify::editor
