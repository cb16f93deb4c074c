#include "transfer/stdio.hpp"

#include <gtest/gtest.h>

#include <string>

#include "base/error.hpp"

namespace sparkify::transfer {
namespace {

StdioStatement parsed(const std::string& text, sql::Literals literals = sql::Literals::standard) {
  return parse_stdio(sql::split(text, "test", literals).at(0));
}

std::string state_of(const std::string& text) {
  try {
    parsed(text);
  } catch (const base::Error& error) {
    return error.sql_state_text();
  }
  return "none";
}

TEST(StdioStatement, TakesTheListOfOptions) {
  StdioStatement copy = parsed(
      "copy public.\"T\" (A, \"b c\") from stdin with (format 'csv', delimiter ';', null 'none', "
      "header true, quote '''', escape e'\\\\', force_null (a), force_not_null *)");
  EXPECT_TRUE(copy.is_from);
  EXPECT_EQ(copy.schema.text, "public");
  EXPECT_EQ(copy.table.text, "t");
  ASSERT_EQ(copy.columns.size(), 2u);
  EXPECT_EQ(copy.columns[1].text, "b c");
  EXPECT_TRUE(copy.layout.is_csv);
  EXPECT_EQ(copy.layout.delimiter, ';');
  EXPECT_EQ(copy.layout.null_as, "none");
  EXPECT_TRUE(copy.layout.has_header);
  EXPECT_EQ(copy.layout.quote, '\'');
  EXPECT_EQ(copy.layout.escape, '\\');
  ASSERT_EQ(copy.force_null.size(), 1u);
  EXPECT_EQ(copy.force_null[0].text, "a");
  ASSERT_EQ(copy.force_not_null.size(), 1u);
  EXPECT_EQ(copy.force_not_null[0].text, "*");
}

TEST(StdioStatement, TakesTheOlderSpellings) {
  StdioStatement copy =
      parsed("COPY t FROM STDIN WITH DELIMITER AS '|' NULL AS '' CSV HEADER QUOTE AS '\"'");
  EXPECT_TRUE(copy.layout.is_csv && copy.layout.has_header);
  EXPECT_EQ(copy.layout.delimiter, '|');
  copy = parsed("copy t from stdin using delimiters ','");
  EXPECT_FALSE(copy.layout.is_csv);
  EXPECT_EQ(copy.layout.delimiter, ',');
  copy = parsed("copy t to stdout csv force quote a, b");
  EXPECT_EQ(copy.force_quote.size(), 2u);
  copy = parsed("copy t to stdout (format csv, force_quote *)");
  EXPECT_TRUE(copy.quotes_all);
}

TEST(StdioStatement, HasDefaultsOfItsFormat) {
  StdioStatement copy = parsed("copy t from stdin");
  EXPECT_EQ(copy.layout.delimiter, '\t');
  EXPECT_EQ(copy.layout.null_as, "\\N");
  copy = parsed("copy t from stdin csv quote ''''");
  EXPECT_EQ(copy.layout.delimiter, ',');
  EXPECT_EQ(copy.layout.null_as, "");
  EXPECT_EQ(copy.layout.escape, '\'');
}

/// As psycopg2's copy_from writes it, for servers with and without escapes in literals.
TEST(StdioStatement, TakesBackslashesAsTheyAreMeant) {
  for (const char* null : {"'\\N'", "E'\\\\N'"}) {
    EXPECT_EQ(parsed(std::string("copy t from stdin null as ") + null).layout.null_as, "\\N");
  }
  StdioStatement copy =
      parsed("copy t from stdin with delimiter as '\t' null as '\\\\N'", sql::Literals::escaped);
  EXPECT_EQ(copy.layout.null_as, "\\N");
  EXPECT_EQ(copy.layout.delimiter, '\t');
}

TEST(StdioStatement, CutsTheQueryOut) {
  StdioStatement copy = parsed("copy (select (1), ')' from \"a)\" ) to stdout");
  EXPECT_FALSE(copy.is_from);
  EXPECT_EQ(copy.query.text, "select (1), ')' from \"a)\" ");
  EXPECT_EQ(copy.query.offset, 6u);
}

TEST(StdioStatement, RefusesByName) {
  EXPECT_EQ(state_of("copy t from stdin (format binary)"), "0A000");
  EXPECT_EQ(state_of("copy t from stdin binary"), "0A000");
  EXPECT_EQ(state_of("copy binary t from stdin"), "0A000");
  EXPECT_EQ(state_of("copy t from stdin (on_error ignore)"), "0A000");
  EXPECT_EQ(state_of("copy t from stdin (encoding 'latin1')"), "0A000");
  EXPECT_EQ(state_of("copy t from stdin (format xml)"), "22023");
  EXPECT_EQ(state_of("copy t from stdin delimiter 'a'"), "22023");
}

TEST(StdioStatement, RefusesWhatIsWrong) {
  for (const char* text :
       {"copy t from stdin quote '\"'", "copy t from stdin (header, header)",
        "copy t from stdin with", "copy () to stdout", "copy (select 1 to stdout",
        "copy t from stdin (format csv", "copy t from stdin (format csv) and more",
        "copy t from stdin delimiter 'ab'", "copy t from stdin (hedaer)"}) {
    EXPECT_THROW(parsed(text), base::Error) << text;
  }
}

}  // namespace
}  // namespace sparkify::transfer
