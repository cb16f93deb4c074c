// Values one after another as COPY finds them: one a line as a rule, glued together or over several
// lines otherwise; and keys in any case, records that are lists, paths that lead nowhere.
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "base/error.hpp"
#include "event/frames.hpp"
#include "event/record.hpp"
#include "event_reading.hpp"

namespace sparkify::event {
namespace {

using event_test::MemoryObject;

/// `line-line: text` of each value of a piece; `!` before what is no value.
std::vector<std::string> values_of(const std::string& text, Piece piece, std::uint64_t& lines) {
  MemoryObject object(text);
  Frames frames(Framing::values);
  frames.reset(object, object.entry(), Compression::none, piece);
  std::vector<std::string> found;
  Frame frame;
  for (;;) {
    frames.refill();
    if (frames.next(frame, false) != Frames::Step::frame) break;
    auto is_value = [&] {
      Scan scan = scan_value(frame.text);
      return scan.state == Scan::State::complete && scan.offset == frame.text.size();
    };
    if (!is_value() && frame.is_guess) frames.retake(frame);
    found.push_back((is_value() ? "" : "!") + std::to_string(frame.line) + "-" +
                    std::to_string(frames.lines_read()) + ": " + std::string(frame.text));
  }
  lines = frames.lines_read();
  return found;
}

std::vector<std::string> values_of(const std::string& text) {
  std::uint64_t lines = 0;
  return values_of(text, {0, text.size()}, lines);
}

using Texts = std::vector<std::string>;

TEST(Values, AreLinesAsARule) {
  EXPECT_EQ(values_of("{\"a\":1}\n\n  {\"a\":2} \r\n{\"a\":3}"),
            (Texts{"1-1: {\"a\":1}", "3-3: {\"a\":2}", "4-4: {\"a\":3}"}));
  EXPECT_EQ(values_of(""), Texts{});
  EXPECT_EQ(values_of("\xEF\xBB\xBF\n \n"), Texts{});
}

TEST(Values, MayBeGluedTogether) {
  EXPECT_EQ(values_of("{}{\"a\":[1]} {}\n{}[2]"),
            (Texts{"1-1: {}", "1-1: {\"a\":[1]}", "1-1: {}", "2-2: {}", "2-2: [2]"}));
}

TEST(Values, MayLieOverSeveralLines) {
  EXPECT_EQ(values_of("{\n \"a\": 1\n}\n{}\n{\"b\":\n2} {}\n{}"),
            (Texts{"1-3: {\n \"a\": 1\n}", "4-4: {}", "5-6: {\"b\":\n2}", "6-6: {}", "7-7: {}"}));
}

TEST(Values, AfterWhatIsNoneGoOnAtTheNextLine) {
  EXPECT_EQ(values_of("{\"a\":1}\nx{\"a\":2}\n{\"a\" 3}\n{\"a\":\"4\n{\"a\":5}\n"),
            (Texts{"1-1: {\"a\":1}", "!2-2: x{\"a\":2}", "!3-3: {\"a\" 3}", "!4-4: {\"a\":\"4",
                   "5-5: {\"a\":5}"}));
}

TEST(Values, OfOneLongLineAreReadOnce) {
  std::string text;
  for (int i = 0; i < 200'000; ++i) text += "{\"key\":\"value of some length\"}";
  EXPECT_EQ(values_of(text).size(), 200'000u);
}

TEST(Values, BelongToThePieceTheirLineBeginsIn) {
  std::string text;
  Texts expected;
  for (int i = 1; i <= 200; ++i) {
    std::string value = "{\"a\":" + std::to_string(i * i * i) + "}";
    text += (i % 7 == 0 ? "\n " : "") + value + (i % 5 == 0 ? "  " + value : "") + "\n";
    for (int k = 0; k < (i % 5 == 0 ? 2 : 1); ++k) expected.push_back(value);
  }
  for (std::size_t piece_bytes : {1u, 3u, 17u, 64u, 1000u}) {
    Texts found;
    std::uint64_t all_lines = 0;
    for (std::uint64_t begin = 0; begin < text.size(); begin += piece_bytes) {
      std::uint64_t lines = 0;
      for (const std::string& value : values_of(
               text, {begin, std::min<std::uint64_t>(begin + piece_bytes, text.size())}, lines)) {
        found.push_back(value.substr(value.find(' ') + 1));
      }
      all_lines += lines;
    }
    EXPECT_EQ(found, expected) << piece_bytes;
    EXPECT_EQ(all_lines, 228u) << piece_bytes;
  }
}

/// What the tokens of a record are: `n:1` a number, `s:x` a string, `-` absent, `0` null,
/// `?` unreachable, `{` nested.
std::string tokens_of(const Mapping& mapping, const std::string& record) {
  RecordParser parser(mapping);
  std::string padded = record + std::string(RecordParser::padding_bytes, ' ');
  std::string shown;
  // The second time it may be known.
  for (int time = 0; time < 2; ++time) {
    shown.clear();
    if (!parser.parse(std::string_view(padded).substr(0, record.size()))) return "no record";
    for (const Token& token : parser.tokens()) {
      if (!shown.empty()) shown += ' ';
      switch (token.kind) {
        case Token::Kind::absent:
          shown += '-';
          break;
        case Token::Kind::null:
          shown += '0';
          break;
        case Token::Kind::number:
          shown += "n:" + std::string(token.text);
          break;
        case Token::Kind::string:
          shown += "s:" + std::string(token.text);
          break;
        case Token::Kind::unreachable:
          shown += '?';
          break;
        case Token::Kind::nested:
          shown += '{';
          break;
        default:
          shown += '!';
      }
    }
  }
  return shown;
}

constexpr std::array<Column, 2> two = {
    {{"a", "a", ColumnType::text, 64}, {"b", "b", ColumnType::text, 64}}};

Mapping mapping_of(const std::string& paths) {
  return {Framing::values, two, *read_jsonpaths("{\"jsonpaths\": [" + paths + "]}", "p"), false};
}

TEST(Paths, IntoListsSayWhenThereIsNoSuchPlace) {
  Mapping mapping = mapping_of(R"("$.a[1]", "$['b']['c']")");
  EXPECT_EQ(tokens_of(mapping, R"({"a": [1, 2], "b": {"c": "x"}})"), "n:2 s:x");
  EXPECT_EQ(tokens_of(mapping, R"({"a": [1], "b": {"d": "x"}})"), "? -");
  EXPECT_EQ(tokens_of(mapping, R"({"a": {"1": 2}, "b": [3]})"), "? ?");
  EXPECT_EQ(tokens_of(mapping, R"({"a": 5, "b": "c"})"), "? ?");
  EXPECT_EQ(tokens_of(mapping, R"({"a": null, "b": null})"), "- -");
  EXPECT_EQ(tokens_of(mapping, R"({"x": 1})"), "- -");
  EXPECT_EQ(tokens_of(mapping, R"({"a": [1], "a": [1, 2]})"), "n:2 -");
}

TEST(Paths, MayBeginInAList) {
  Mapping mapping = mapping_of(R"("$[1]", "$[0].c")");
  EXPECT_EQ(tokens_of(mapping, R"([{"c": 4}, "x"])"), "s:x n:4");
  EXPECT_EQ(tokens_of(mapping, R"([{"d": 4}, {}])"), "{ -");
  EXPECT_EQ(tokens_of(mapping, R"([7])"), "? ?");
  EXPECT_EQ(tokens_of(mapping, R"({"0": 1})"), "no record");
  EXPECT_EQ(tokens_of(mapping_of(R"("$.a", "$.b")"), "[1, 2]"), "no record");
}

TEST(Paths, OfAnotherListAreNone) {
  EXPECT_FALSE(read_jsonpaths(R"({"jsonpath": ["$.a"]})", "p"));
  EXPECT_THROW(read_jsonpaths(R"({"jsonpaths": ["$.a", "$[0]"]})", "p"), base::Error);
  EXPECT_THROW(read_jsonpaths(R"({"jsonpaths": [""]})", "p"), base::Error);
  EXPECT_THROW(read_jsonpaths(R"([{"jsonpaths": []}])", "p"), base::Error);
}

TEST(Keys, MayBeOfAnyCase) {
  Mapping mapping = mapping_of(R"("$.a", "$.b")");
  EXPECT_EQ(tokens_of(mapping, R"({"A": 1, "b": 2})"), "- n:2");
  mapping.ignores_case = true;
  EXPECT_EQ(tokens_of(mapping, R"({"A": 1, "B": 2})"), "n:1 n:2");
  EXPECT_EQ(tokens_of(mapping, R"({"\u0041": 1, "c": 2})"), "n:1 -");
}

}  // namespace
}  // namespace sparkify::event
