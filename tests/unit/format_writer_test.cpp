#include "format/writer.hpp"

#include <gtest/gtest.h>

#include <string>

#include "base/error.hpp"
#include "format/json.hpp"
#include "format/width.hpp"

namespace sparkify::format {
namespace {

using Cells = std::vector<std::optional<std::string_view>>;

std::string print(std::string_view format, std::vector<Column> columns,
                  const std::vector<Cells>& rows) {
  std::string text;
  auto writer = make_writer(format, [&](std::string_view part) { text += part; });
  writer->begin(std::move(columns));
  for (const Cells& row : rows) writer->row(row);
  writer->end();
  return text;
}

const std::vector<Column> columns = {{"id", ValueKind::number}, {"name", ValueKind::text}};

TEST(TableWriter, AlignsNumbersRightAndTextLeft) {
  EXPECT_EQ(print("table", columns, {{"7", "Ann"}, {"123", std::nullopt}, {std::nullopt, ""}}),
            "   id | name\n"
            "------+------\n"
            "    7 | Ann\n"
            "  123 | NULL\n"
            " NULL |\n"
            "(3 rows)\n");
}

TEST(TableWriter, CountsWideAndCombiningCharactersAsTheyAreShown) {
  EXPECT_EQ(print("table", {{"a", ValueKind::text}, {"b", ValueKind::text}},
                  {{"日本", "x"}, {"e\xCC\x81", "x"}, {"Björk", "x"}}),
            " a     | b\n"
            "-------+---\n"
            " 日本  | x\n"
            " e\xCC\x81     | x\n"
            " Björk | x\n"
            "(3 rows)\n");
}

TEST(TableWriter, ShowsControlCharactersAsText) {
  EXPECT_EQ(print("table", {{"a", ValueKind::text}}, {{"one\ntwo\x1b[31m"}}),
            " a\n------------------\n one\\ntwo\\x1b[31m\n(1 row)\n");
}

TEST(TableWriter, PrintsTheHeaderOfAnEmptyResult) {
  EXPECT_EQ(print("table", columns, {}), " id | name\n----+------\n(0 rows)\n");
}

TEST(TableWriter, StreamsOnceWidthsAreFixed) {
  std::size_t parts = 0;
  auto writer = make_writer("table", [&](std::string_view) { ++parts; });
  writer->begin({{"n", ValueKind::number}});
  Cells row = {"1"};
  for (std::size_t i = 0; i + 1 < table_rows; ++i) writer->row(row);
  EXPECT_EQ(parts, 0U);
  writer->row(row);
  EXPECT_EQ(parts, table_rows + 1);
  Cells longer = {"1234567890"};
  writer->row(longer);
  EXPECT_EQ(parts, table_rows + 2);
}

TEST(CsvWriter, QuotesWhatRfc4180Asks) {
  EXPECT_EQ(
      print("csv", columns, {{"1", "a,b"}, {"2", "say \"hi\""}, {"3", "x\ny"}, {"4", "plain"}}),
      "id,name\n1,\"a,b\"\n2,\"say \"\"hi\"\"\"\n3,\"x\ny\"\n4,plain\n");
}

TEST(CsvWriter, TellsNullFromEmptyText) {
  EXPECT_EQ(print("csv", columns, {{std::nullopt, ""}}), "id,name\n,\"\"\n");
  EXPECT_EQ(print("csv", {{"a", ValueKind::text}}, {{std::nullopt}}), "a\n\"\"\n");
}

TEST(JsonWriter, WritesAnArrayOfObjects) {
  EXPECT_EQ(
      print("json", {{"n", ValueKind::number}, {"b", ValueKind::boolean}, {"t", ValueKind::text}},
            {{"1.5", "true", "7"}, {std::nullopt, std::nullopt, std::nullopt}}),
      "[\n  {\"n\":1.5,\"b\":true,\"t\":\"7\"},\n"
      "  {\"n\":null,\"b\":null,\"t\":null}\n]\n");
  EXPECT_EQ(print("json", columns, {}), "[]\n");
}

TEST(JsonWriter, WritesNumbersThatJsonLacksAsNull) {
  EXPECT_EQ(print("json", {{"n", ValueKind::number}}, {{"nan"}, {"-inf"}, {"1e+20"}}),
            "[\n  {\"n\":null},\n  {\"n\":null},\n  {\"n\":1e+20}\n]\n");
}

TEST(JsonWriter, TellsColumnsOfOneNameApart) {
  EXPECT_EQ(print("json", {{"a", ValueKind::number}, {"a", ValueKind::number}}, {{"1", "2"}}),
            "[\n  {\"a\":1,\"a_2\":2}\n]\n");
}

TEST(JsonText, EscapesAndIsAlwaysUtf8) {
  EXPECT_EQ(json_text("a\"b\\c\n\t\x01/é"), "\"a\\\"b\\\\c\\n\\t\\u0001/é\"");
  EXPECT_EQ(json_text("x\xFFy\xC3"), "\"x\xEF\xBF\xBDy\xEF\xBF\xBD\"");
  EXPECT_EQ(json_text("\xED\xA0\x80"), "\"\xEF\xBF\xBD\xEF\xBF\xBD\xEF\xBF\xBD\"");
}

TEST(IsJsonNumber, FollowsTheGrammar) {
  for (std::string_view yes : {"0", "-0", "10", "1.5", "1e5", "1E-5", "-0.1e+10"}) {
    EXPECT_TRUE(is_json_number(yes)) << yes;
  }
  for (std::string_view no : {"", "-", "+1", "01", ".5", "1.", "1e", "NaN", "inf", "0x1", "1 "}) {
    EXPECT_FALSE(is_json_number(no)) << no;
  }
}

TEST(JsonDocument, NestsAndIndents) {
  JsonDocument document;
  document.begin_object().key("a").number(std::int64_t{-1}).key("b").begin_array();
  document.text("x").null().boolean(true).number(0.5).end_array();
  document.key("c").begin_array().end_array().key("d").number(1.0 / 0.0).end_object();
  EXPECT_EQ(document.str(),
            "{\n  \"a\": -1,\n  \"b\": [\n    \"x\",\n    null,\n    true,\n    0.5\n  ],\n"
            "  \"c\": [],\n  \"d\": null\n}\n");
}

TEST(MarkdownWriter, EscapesWhatWouldBreakTheTable) {
  EXPECT_EQ(print("markdown", columns, {{"1", "a|b\nc"}}),
            "|  id | name      |\n| --: | --------- |\n|   1 | a\\|b<br>c |\n");
}

TEST(MakeWriter, RefusesAnUnknownFormat) {
  EXPECT_THROW(make_writer("xml", [](std::string_view) {}), base::Error);
}

TEST(DisplayWidth, FollowsUnicode) {
  EXPECT_EQ(display_width("abc"), 3U);
  EXPECT_EQ(display_width("Björk"), 5U);
  EXPECT_EQ(display_width("e\xCC\x81"), 1U);
  EXPECT_EQ(display_width("日本"), 4U);
  EXPECT_EQ(display_width("ｶ"), 1U);
  EXPECT_EQ(display_width("Ａ"), 2U);
  EXPECT_EQ(display_width("한"), 2U);
  EXPECT_EQ(display_width("🎵"), 2U);
  EXPECT_EQ(display_width("a\xE2\x80\x8D"), 1U);
}

TEST(NextCharacter, RefusesWhatIsNoUtf8) {
  for (std::string_view bad : {"\x80", "\xC0\x80", "\xE0\x80\x80", "\xED\xA0\x80",
                               "\xF4\x90\x80\x80", "\xF5\x80\x80\x80", "\xE2\x82", "\xFF"}) {
    EXPECT_FALSE(next_character(bad).is_valid);
    EXPECT_EQ(next_character(bad).size_bytes, 1U);
  }
  EXPECT_EQ(next_character("\xF0\x9F\x8E\xB5").code, U'\U0001F3B5');
}

}  // namespace
}  // namespace sparkify::format
