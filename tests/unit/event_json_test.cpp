#include "event/json.hpp"

#include <gtest/gtest.h>

#include <string>

namespace sparkify::event {
namespace {

using State = Scan::State;

struct ScanCase {
  std::string text;
  State state;
  std::size_t offset;
};

class ScanValue : public testing::TestWithParam<ScanCase> {};

TEST_P(ScanValue, FindsTheEndOrTheError) {
  Scan scan = scan_value(GetParam().text);
  EXPECT_EQ(scan.state, GetParam().state) << GetParam().text;
  EXPECT_EQ(scan.offset, GetParam().offset) << GetParam().text;
}

INSTANTIATE_TEST_SUITE_P(
    Json, ScanValue,
    testing::Values(
        ScanCase{"{}", State::complete, 2}, ScanCase{"[]x", State::complete, 2},
        ScanCase{"  12 ", State::complete, 4}, ScanCase{"-0.5e+10,", State::complete, 8},
        ScanCase{"true", State::complete, 4}, ScanCase{"null]", State::complete, 4},
        ScanCase{R"("a\"b\\" )", State::complete, 8},
        ScanCase{R"({"a":[1,{"b":"}"}],"c":"\u00e9"} {)", State::complete, 32},
        ScanCase{"", State::incomplete, 0}, ScanCase{"  ", State::incomplete, 2},
        ScanCase{"{", State::incomplete, 1}, ScanCase{R"({"a":1)", State::incomplete, 6},
        ScanCase{R"({"a")", State::incomplete, 4}, ScanCase{R"("abc)", State::incomplete, 4},
        ScanCase{R"("abc\)", State::incomplete, 5}, ScanCase{R"("\u12)", State::incomplete, 5},
        ScanCase{"tru", State::incomplete, 3}, ScanCase{"-", State::incomplete, 1},
        ScanCase{"1.", State::incomplete, 2}, ScanCase{"1e+", State::incomplete, 3},
        ScanCase{"hello", State::malformed, 0}, ScanCase{"tRue", State::malformed, 1},
        ScanCase{R"({"a" 1})", State::malformed, 5}, ScanCase{R"({a:1})", State::malformed, 1},
        ScanCase{R"({"a":1,})", State::malformed, 7}, ScanCase{"[1,]", State::malformed, 3},
        ScanCase{"[1 2]", State::malformed, 3}, ScanCase{"[1}", State::malformed, 2},
        ScanCase{R"({"a":1])", State::malformed, 6}, ScanCase{"[01]", State::malformed, 2},
        ScanCase{"[1.e5]", State::malformed, 3}, ScanCase{"[+1]", State::malformed, 1},
        ScanCase{"[NaN]", State::malformed, 1}, ScanCase{R"(["\x"])", State::malformed, 2},
        ScanCase{R"(["\u12g4"])", State::malformed, 2}, ScanCase{"[\"a\tb\"]", State::malformed, 3},
        ScanCase{"\v1", State::malformed, 0}));

TEST(ScanDepth, AllowsAsManyOpenBracketsAsItSays) {
  std::string deep = std::string(max_depth, '[') + std::string(max_depth, ']');
  EXPECT_EQ(scan_value(deep).state, State::complete);
  Scan deeper = scan_value("[" + deep + "]");
  EXPECT_EQ(deeper.state, State::malformed);
  EXPECT_EQ(deeper.offset, max_depth);
  EXPECT_EQ(scan_value("[[]]", 1).state, State::malformed);
}

TEST(IsNumber, TakesWhatJsonTakes) {
  for (const char* good : {"0", "-0", "12", "1.50", "1e3", "1E-3", "0.0e+00", "-1.5e10"}) {
    EXPECT_TRUE(is_number(good)) << good;
  }
  for (const char* bad :
       {"", "-", "01", "1.", ".5", "+1", "1e", "1e+", "0x1", "1 ", "NaN", "--1"}) {
    EXPECT_FALSE(is_number(bad)) << bad;
  }
}

std::string plain(std::string_view content) {
  std::string out(content.size(), '?');
  out.resize(unescape(content, out.data()).size_bytes);
  return out;
}

TEST(Unescape, ResolvesEveryEscapeOfJson) {
  EXPECT_EQ(plain(R"(no escape)"), "no escape");
  EXPECT_EQ(plain(R"(\"\\\/\b\f\n\r\t)"), "\"\\/\b\f\n\r\t");
  EXPECT_EQ(plain(R"(a\u0041\u00e9\u20AC\ud83d\ude00z)"), "aA\u00e9\u20ac\U0001F600z");
}

TEST(Unescape, KeepsWhatLiesBetweenEscapesAndWritesNoMoreThanTheContent) {
  for (std::size_t before = 0; before < 40; ++before) {
    for (std::size_t behind = 0; behind < 40; ++behind) {
      // Bytes next to the backslash in value are no backslashes.
      std::string head(before, '['), tail(behind, ']');
      std::string content = head + "\\n\u00e9" + tail;
      std::string out(content.size(), '?');
      auto unescaped = unescape(content, out.data());
      ASSERT_EQ(out.substr(0, unescaped.size_bytes), head + "\n\xc3\xa9" + tail);
    }
  }
}

TEST(Unescape, TellsNulAndLoneSurrogates) {
  char out[64];
  EXPECT_TRUE(unescape(R"(a\u0000b)", out).has_nul);
  EXPECT_FALSE(unescape(R"(a\\u0000)", out).has_nul);
  for (const char* lone : {R"(\ud800)", R"(\udc00)", R"(\ud800\u0041)", R"(\ud800\ud800)",
                           R"(\ud800x)", R"(\ud83d\n)"}) {
    EXPECT_TRUE(unescape(lone, out).has_lone_surrogate) << lone;
  }
  EXPECT_FALSE(unescape(R"(\ud83d\ude00)", out).has_lone_surrogate);
}

TEST(FindBadEscape, PointsAtTheBackslash) {
  EXPECT_EQ(find_bad_escape(R"(ab\n\u00e9\\)"), std::nullopt);
  EXPECT_EQ(find_bad_escape(R"(ab\x)"), 2u);
  EXPECT_EQ(find_bad_escape(R"(\\\q)"), 2u);
  EXPECT_EQ(find_bad_escape(R"(\u00e)"), 0u);
  EXPECT_EQ(find_bad_escape("a\\"), 1u);
}

TEST(FindInvalidUtf8, PointsAtTheFirstBadByte) {
  EXPECT_EQ(find_invalid_utf8("plain, \u00e9, \u20ac, \U0001F600, \U0010FFFF"), std::nullopt);
  EXPECT_EQ(find_invalid_utf8("ab\xff"), 2u);
  EXPECT_EQ(find_invalid_utf8("a\xc3"), 1u);             // cut off
  EXPECT_EQ(find_invalid_utf8("\xc0\xaf"), 0u);          // overlong
  EXPECT_EQ(find_invalid_utf8("\xe0\x9f\x80"), 0u);      // overlong
  EXPECT_EQ(find_invalid_utf8("\xed\xa0\x80"), 0u);      // a surrogate
  EXPECT_EQ(find_invalid_utf8("\xf4\x90\x80\x80"), 0u);  // beyond U+10FFFF
  EXPECT_EQ(find_invalid_utf8("x\x80"), 1u);             // a tail alone
}

TEST(TrimBlanks, TakesAsciiWhiteSpaceOnly) {
  EXPECT_EQ(trim_blanks(" \t\r\n\v\fa b\v "), "a b");
  EXPECT_EQ(trim_trailing_blanks(" a\f"), " a");
  EXPECT_EQ(trim_blanks("\u00a0"), "\u00a0");
  EXPECT_EQ(trim_blanks(" \n"), "");
}

}  // namespace
}  // namespace sparkify::event
