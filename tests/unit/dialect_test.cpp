#include "dialect/dialect.hpp"

#include <gtest/gtest.h>

#include <chrono>

namespace sparkify::dialect {
namespace {

sql::Statement statement(std::string text) {
  return sql::Statement{std::move(text), "q.sql", 1, 1, ""};
}

base::Error error_of(const std::string& text, const sql::Parameters& parameters = {}) {
  try {
    to_duckdb(statement(text), parameters);
  } catch (const base::Error& error) {
    return error;
  }
  return base::Error(base::ErrorKind::internal, "no error");
}

TEST(Dialect, OriginOfUntouchedTextIsItself) {
  Translated translated = to_duckdb(statement("select a from t"));
  EXPECT_TRUE(translated.stretches.empty());
  EXPECT_EQ(translated.origin(9), 9u);
}

TEST(Dialect, OriginLeadsBackFromCopiedAndNewText) {
  std::string from = "select nvl(a, b), charindex(c, d), e from t";
  Translated translated = to_duckdb(statement(from));
  ASSERT_EQ(translated.text, "select coalesce(a, b), strpos(d, c), e from t");
  auto origin = [&](std::string_view part) {
    return translated.origin(translated.text.find(part));
  };
  EXPECT_EQ(origin("coalesce"), from.find("nvl"));
  EXPECT_EQ(origin("lesce"), from.find("nvl"));
  EXPECT_EQ(origin("a, b"), from.find("a, b"));
  EXPECT_EQ(origin("strpos"), from.find("charindex"));
  EXPECT_EQ(origin("d, c"), from.find("d), e"));
  EXPECT_EQ(origin("c), e"), from.find("c, d"));
  EXPECT_EQ(origin("from t"), from.find("from t"));
}

TEST(Dialect, OriginSurvivesStatementsPutBefore) {
  std::string from = "create table t (a int identity(0, 1), b nonsense)";
  Translated translated = to_duckdb(statement(from));
  EXPECT_EQ(translated.origin(translated.text.find("nonsense")), from.find("nonsense"));
  EXPECT_EQ(translated.origin(0), 0u);
}

TEST(Dialect, MissingParameterIsPointedAtAndKnownOnesAreNamed) {
  base::Error error = error_of("select :since", {{"from", std::int64_t{1}}});
  EXPECT_EQ(error.kind(), base::ErrorKind::sql);
  EXPECT_EQ(error.message(), "no value for the parameter :since");
  EXPECT_EQ(error.hint_text(), "known are :from");
  EXPECT_EQ(error.place()->column, 8u);
}

TEST(Dialect, TextWithZeroByteIsRefused) {
  base::Error error = error_of("select :a", {{"a", std::string("x\0y", 3)}});
  EXPECT_EQ(error.message(), "the value of :a holds a zero byte");
}

TEST(Dialect, ValuesDoNotRunIntoTheirNeighbours) {
  sql::Parameters parameters = {{"a", std::string("it's \\")}, {"b", std::int64_t{7}}};
  EXPECT_EQ(to_duckdb(statement("select e:a, :a:a, 'x':a, (:b) + -:b"), parameters).text,
            "select e 'it''s \\', 'it''s \\'  'it''s \\', 'x' 'it''s \\', (7) + -7");
}

TEST(Dialect, DoublesComeBackAsTheyWere) {
  for (double value : {0.1, -1.5e300, 1.0 / 3, 2.5e-308, 123456789012345678.0}) {
    std::string text = to_duckdb(statement(":d"), {{"d", value}}).text;
    ASSERT_TRUE(text.starts_with("cast('")) << text;
    EXPECT_EQ(std::stod(text.substr(6)), value);
  }
}

TEST(Dialect, RedshiftTextCannotEscapeItsQuotes) {
  sql::Parameters parameters = {{"a", std::string("\\'; drop table t; --")},
                                {"b", std::string("it's")}};
  EXPECT_EQ(to_redshift(statement("select :a, :b, nvl(1, 2)"), parameters).text,
            "select replace('\uE000''; drop table t; --', '\uE000', chr(92)), 'it''s', nvl(1, 2)");
  EXPECT_EQ(to_duckdb(statement("select :a"), parameters).text, "select '\\''; drop table t; --'");
}

TEST(Dialect, RedshiftTextMarksBackslashesByWhatIsNotThere) {
  EXPECT_EQ(to_redshift(statement("select :a"), {{"a", std::string("\uE000\\\\")}}).text,
            "select replace('\uE000\uE001\uE001', '\uE001', chr(92))");
}

TEST(Dialect, RedshiftKeepsItsLayout) {
  std::string text = "create table t (a int identity(0, 1)) diststyle all";
  EXPECT_EQ(to_redshift(statement(text)).text, text);
}

TEST(Dialect, CommentsInsideArgumentsStay) {
  EXPECT_EQ(to_duckdb(statement("select nvl2(/* a */ x, -- b\n 1 /* c */, 2)")).text,
            "select case when (/* a */ x) is not null then  -- b\n 1 /* c */ else 2 end");
}

TEST(Dialect, NestingTooDeepIsAnError) {
  std::string text = "x";
  for (int i = 0; i < 1000; ++i) text = "nvl2(" + text + ", 1, 2)";
  EXPECT_EQ(error_of(text).message(), "calls are nested too deeply");
}

TEST(Dialect, DoublingIsBounded) {
  std::string text = "x";
  for (int i = 0; i < 100; ++i) text = "decode(" + text + ", null, 1, null, 2, null, 3)";
  EXPECT_EQ(error_of(text).message(), "the statement grows too long when it is translated");
}

TEST(Dialect, TimeGrowsWithTheText) {
  for (std::string part :
       {"select top 1 ", "nvl(", "nvl(a,b),", "minus((", "(a int primary key,", "public.a,",
        "union select top 2 x ", "numeric::numeric(", ":p[1:2]", "a primary key not null ",
        "decode(a,b,c)", "extract(ms from ", "distkey(a),", "identity "}) {
    for (std::string start : {"", "create table t (a int ", "create table t (", "drop table "}) {
      std::string text = start;
      while (text.size() < 100'000) text += part;
      auto begin = std::chrono::steady_clock::now();
      error_of(text, {{"p", std::int64_t{1}}});
      EXPECT_LT(std::chrono::steady_clock::now() - begin, std::chrono::seconds(5)) << start << part;
    }
  }
}

}  // namespace
}  // namespace sparkify::dialect
