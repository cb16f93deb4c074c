#include <gtest/gtest.h>

#include <string>

#include "event_reading.hpp"

namespace sparkify::event {
namespace {

using event_test::event_line;
using event_test::read_events;

/// A value as it is written in the input, and what its column holds; nothing is NULL.
struct ValueCase {
  std::string column, key, literal;
  std::optional<std::string> value;
};

class Value : public testing::TestWithParam<ValueCase> {};

TEST_P(Value, IsTakenByItsColumnsRules) {
  const ValueCase& test = GetParam();
  std::string line = event_line("\"" + test.key + "\":" + test.literal);
  auto reading = read_events(line);
  EXPECT_EQ(reading.refusals(), std::vector<std::string>{}) << line;
  ASSERT_EQ(reading.rows.size(), 1u);
  EXPECT_EQ(event_test::at(reading.rows[0], event_mapping(), test.column), test.value) << line;
}

ValueCase text(std::string literal, std::optional<std::string> value) {
  return {"song", "song", std::move(literal), std::move(value)};
}
ValueCase integer(std::string literal, std::optional<std::string> value) {
  return {"status", "status", std::move(literal), std::move(value)};
}
ValueCase real(std::string literal, std::optional<std::string> value) {
  return {"length", "length", std::move(literal), std::move(value)};
}
ValueCase time(std::string literal, std::optional<std::string> value) {
  return {"ts", "ts", std::move(literal), std::move(value)};
}

INSTANTIATE_TEST_SUITE_P(
    Text, Value,
    testing::Values(
        text("\"plain\"", "plain"), text("null", std::nullopt), text("\"\"", std::nullopt),
        text("\"   \"", std::nullopt), text(R"(" \t\n\r\f\u000b ")", std::nullopt),
        text("\" both \"", " both"), text(R"("tail\t\u0020\n")", "tail"),
        text(R"("\u00a0")", "\u00a0"), text("1986", "1986"), text("1.50", "1.50"),
        text("1e3", "1e3"), text("-0", "-0"),
        text(R"("a\"b\\c\/d\te\u00e9")", "a\"b\\c/d\te\u00e9"),
        text(R"("\ud83d\ude00")", "\U0001F600"), text("\"Bj\u00c3\u00b6rk\"", "Bj\u00c3\u00b6rk"),
        text("\"\\\\\"", "\\"), text("\"{}[],:\"", "{}[],:"), text(R"("\\\"")", "\\\""),
        text(R"("\u007f\u0001")", "\x7f\x01"),
        text("\"" + std::string(1024, 'x') + "\"", std::string(1024, 'x')),
        text("\"" + std::string(1024, 'x') + std::string(500, ' ') + "\"", std::string(1024, 'x')),
        text("\"" + std::string(1000, 'x') + R"(\u00e9")", std::string(1000, 'x') + "\u00e9"),
        text(std::string(1024, '1'), std::string(1024, '1'))));

INSTANTIATE_TEST_SUITE_P(
    Integer, Value,
    testing::Values(integer("0", "0"), integer("-0", "0"), integer("200", "200"),
                    integer("-7", "-7"), integer("2147483647", "2147483647"),
                    integer("-2147483648", "-2147483648"), integer("200.0", "200"),
                    integer("2e2", "200"), integer("0.2E+3", "200"), integer("2000e-1", "200"),
                    integer("0e999999999999999999999", "0"), integer("0.000e-5", "0"),
                    integer("\"404\"", "404"), integer("\" 404\\t\"", "404"),
                    integer("\"007\"", "7"), integer("\"-1.0\"", "-1"),
                    integer(R"("\u0034\u0030")", "40"), integer("\"\"", std::nullopt),
                    integer("\" \"", std::nullopt), integer("null", std::nullopt),
                    integer("200." + std::string(5000, '0'), "200"),
                    integer("200" + std::string(5000, '0') + "e-5000", "200")));

INSTANTIATE_TEST_SUITE_P(Real, Value,
                         testing::Values(real("0", "0"), real("-0.0", "-0"), real("231.5", "231.5"),
                                         real("1e2", "100"), real("246.30812", "246.30812"),
                                         real("0.1", "0.1"),
                                         real("123456789012345678", "1.2345678901234568e+17"),
                                         real("9007199254740993", "9007199254740992"),
                                         real("0.30000000000000004", "0.30000000000000004"),
                                         real("1.7976931348623157e308", "1.7976931348623157e+308"),
                                         real("5e-324", "5e-324"),
                                         real("2.2250738585072011e-308", "2.225073858507201e-308"),
                                         real("1e-999", "0"), real("-1e-999", "-0"),
                                         real("0e999", "0"), real("\"1.5\"", "1.5"),
                                         real("\" 1.5 \"", "1.5"), real("\"\"", std::nullopt),
                                         real("null", std::nullopt)));

INSTANTIATE_TEST_SUITE_P(Timestamp, Value,
                         testing::Values(time("1541105830796", "1541105830796000"),
                                         time("1541105830796.0", "1541105830796000"),
                                         time("1.541105830796e12", "1541105830796000"),
                                         time("\"1541105830796\"", "1541105830796000"),
                                         time("0", "0"), time("-1", "-1000"),
                                         time("-62135596800000", "-62135596800000000"),
                                         time("253402214399999", "253402214399999000")));

/// A value that refuses its record.
struct RefusedCase {
  std::string column, key, literal, reason;
};

class RefusedValue : public testing::TestWithParam<RefusedCase> {};

TEST_P(RefusedValue, RefusesItsRecordAndIsPointedAt) {
  const RefusedCase& test = GetParam();
  std::string line = event_line("\"" + test.key + "\":" + test.literal);
  std::size_t column = line.find("\"" + test.key + "\":") + test.key.size() + 4;
  auto reading = read_events(event_line() + "\n" + line + "\n" + event_line());
  EXPECT_EQ(reading.rows.size(), 2u);
  std::string expected = "2:" + std::to_string(column) + " " + test.reason + " " + test.column;
  EXPECT_EQ(reading.refusals(), std::vector<std::string>{expected}) << line;
  ASSERT_EQ(reading.rejects.size(), 1u);
  EXPECT_EQ(reading.rejects[0].raw, line);
  EXPECT_EQ(reading.rejects[0].raw_bytes, line.size());
}

INSTANTIATE_TEST_SUITE_P(
    Values, RefusedValue,
    testing::Values(
        RefusedCase{"song", "song", "true", "wrong_type"},
        RefusedCase{"song", "song", "false", "wrong_type"},
        RefusedCase{"song", "song", "{\"a\":1}", "nested_value"},
        RefusedCase{"song", "song", "[]", "nested_value"},
        RefusedCase{"song", "song", "\"a\\u0000b\"", "nul_byte"},
        RefusedCase{"song", "song", "\"a\\ud800b\"", "invalid_utf8"},
        RefusedCase{"song", "song", "\"\\ude00\\ud83d\"", "invalid_utf8"},
        RefusedCase{"song", "song", "\"" + std::string(1025, 'x') + "\"", "text_too_long"},
        RefusedCase{"song", "song", "\"" + std::string(1025, ' ') + "x\"", "text_too_long"},
        RefusedCase{"song", "song", std::string(1025, '1'), "text_too_long"},
        RefusedCase{"song", "song", R"("\u00e9)" + std::string(1023, 'x') + "\"", "text_too_long"},
        RefusedCase{"page", "page", "\"" + std::string(65, 'x') + "\"", "text_too_long"},
        RefusedCase{"user_agent", "userAgent", "\"" + std::string(2049, 'x') + "\"",
                    "text_too_long"}));

INSTANTIATE_TEST_SUITE_P(
    Numbers, RefusedValue,
    testing::Values(RefusedCase{"status", "status", "\"ok\"", "wrong_type"},
                    RefusedCase{"status", "status", "\"0x1\"", "wrong_type"},
                    RefusedCase{"status", "status", "\"12abc\"", "wrong_type"},
                    RefusedCase{"status", "status", "\"1 2\"", "wrong_type"},
                    RefusedCase{"status", "status", "\"+5\"", "wrong_type"},
                    RefusedCase{"status", "status", "\"--5\"", "wrong_type"},
                    RefusedCase{"status", "status", "\"-\"", "wrong_type"},
                    RefusedCase{"status", "status", "\"1.\"", "wrong_type"},
                    RefusedCase{"status", "status", "\"5\\u0000\"", "wrong_type"},
                    RefusedCase{"length", "length", "\"NaN\"", "wrong_type"},
                    RefusedCase{"length", "length", "\"inf\"", "wrong_type"},
                    RefusedCase{"length", "length", "true", "wrong_type"},
                    RefusedCase{"status", "status", "[200]", "nested_value"},
                    RefusedCase{"status", "status", "2147483648", "out_of_range"},
                    RefusedCase{"status", "status", "-2147483649", "out_of_range"},
                    RefusedCase{"status", "status", "1.5", "out_of_range"},
                    RefusedCase{"status", "status", "0.99999999999999999999999", "out_of_range"},
                    RefusedCase{"status", "status", "1e-1", "out_of_range"},
                    RefusedCase{"status", "status", "1e10", "out_of_range"},
                    RefusedCase{"status", "status", "1e99999999999999999999", "out_of_range"},
                    RefusedCase{"status", "status", "1e-99999999999999999999", "out_of_range"},
                    RefusedCase{"status", "status", std::string(40, '9'), "out_of_range"},
                    RefusedCase{"user_id", "userId", "\"99999999999\"", "out_of_range"},
                    RefusedCase{"length", "length", "1e999", "out_of_range"},
                    RefusedCase{"length", "length", "-1.8e308", "out_of_range"},
                    RefusedCase{"length", "length", std::string(400, '9'), "out_of_range"},
                    RefusedCase{"ts", "ts", "253402214400000", "out_of_range"},
                    RefusedCase{"ts", "ts", "-62135596800001", "out_of_range"},
                    RefusedCase{"ts", "ts", std::string(25, '9'), "out_of_range"},
                    RefusedCase{"ts", "ts", "1541105830796.5", "out_of_range"},
                    RefusedCase{"ts", "ts", "\"yesterday\"", "wrong_type"}));

INSTANTIATE_TEST_SUITE_P(
    Missing, RefusedValue,
    testing::Values(RefusedCase{"ts", "ts", "null", "missing_value"},
                    RefusedCase{"ts", "ts", "\" \"", "missing_value"},
                    RefusedCase{"page", "page", "\"\"", "missing_value"},
                    RefusedCase{"page", "page", "\" \\n\"", "missing_value"},
                    RefusedCase{"session_id", "sessionId", "null", "missing_value"},
                    RefusedCase{"item_in_session", "itemInSession", "\"\"", "missing_value"}));

TEST(MissingKey, IsNullOrRefusesItsRecord) {
  auto reading = read_events(
      "{\"ts\":1,\"sessionId\":2,\"itemInSession\":3,\"page\":\"Home\"}\n"
      "{\"ts\":1,\"sessionId\":2,\"page\":\"Home\"}\n{}");
  ASSERT_EQ(reading.rows.size(), 1u);
  EXPECT_EQ(event_test::at(reading.rows[0], event_mapping(), "song"), std::nullopt);
  EXPECT_EQ(event_test::at(reading.rows[0], event_mapping(), "page"), "Home");
  EXPECT_EQ(reading.refusals(), (std::vector<std::string>{"2:1 missing_value item_in_session",
                                                          "3:1 missing_value item_in_session"}));
}

TEST(Reject, IsOneForARecordOfTheFirstBadColumn) {
  // user_id comes first in the text, page first among the columns.
  auto reading = read_events(
      "{\"userId\":true,\"ts\":\"x\",\"page\":[],\"sessionId\":1,"
      "\"itemInSession\":1}");
  EXPECT_EQ(reading.refusals(), std::vector<std::string>{"1:32 nested_value page"});
}

TEST(Reject, HasACodeAndWordsOfItsOwn) {
  std::vector<std::string_view> codes, words;
  for (int i = 0; i <= static_cast<int>(Reason::line_too_long); ++i) {
    codes.push_back(code(static_cast<Reason>(i)));
    words.push_back(describe(static_cast<Reason>(i)));
  }
  for (auto* texts : {&codes, &words}) {
    std::sort(texts->begin(), texts->end());
    EXPECT_EQ(std::unique(texts->begin(), texts->end()), texts->end());
  }
  EXPECT_EQ(code(Reason::missing_value), "missing_value");
}

}  // namespace
}  // namespace sparkify::event
