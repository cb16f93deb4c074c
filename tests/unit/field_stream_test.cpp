#include "field/stream.hpp"

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "base/error.hpp"

namespace sparkify::field {
namespace {

/// Rows as `a|b` and NULL as `~`, fed in pieces of `piece_bytes`.
std::vector<std::string> rows_of(const StreamLayout& layout, std::string_view text,
                                 std::size_t piece_bytes, std::size_t columns = 2) {
  StreamReader reader(layout, std::vector<std::string>(columns, "c"));
  std::vector<std::string> rows;
  std::vector<Field> fields;
  auto take = [&] {
    while (reader.next(fields)) {
      std::string row;
      for (const Field& field : fields) {
        row += row.empty() && &field == fields.data() ? "" : "|";
        row += field.kind == Field::Kind::null ? "~" : std::string(field.text);
      }
      rows.push_back(row);
    }
  };
  for (std::size_t at = 0; at < text.size(); at += piece_bytes) {
    reader.feed(text.substr(at, piece_bytes));
    take();
  }
  reader.end();
  take();
  return rows;
}

StreamLayout csv() {
  StreamLayout layout;
  layout.is_csv = true;
  layout.delimiter = ',';
  layout.null_as.clear();
  return layout;
}

using Rows = std::vector<std::string>;

TEST(StreamReader, TakesTextInPiecesOfAnySize) {
  const std::string text =
      "1\ta\\tb\\\\\r\n"
      "\\N\t\\x41\\101\\.\\\n"
      "x\n"
      "\t\n"
      "last\tline";
  const Rows expected = {"1|a\tb\\", "~|AA.\nx", "|", "last|line"};
  for (std::size_t piece : {1, 2, 3, 5, 7, 100}) {
    EXPECT_EQ(rows_of(StreamLayout(), text, piece), expected) << piece;
  }
}

TEST(StreamReader, TakesCsvInPiecesOfAnySize) {
  const std::string text =
      "1,\"a,\"\"b\"\"\nsecond line\"\n"
      ",\"\"\n"
      "x\"y,\"z,w\r\n"
      "\"\\.\",end";
  const Rows expected = {"1|a,\"b\"\nsecond line", "~|", "xy,z|w", "\\.|end"};
  for (std::size_t piece : {1, 2, 3, 5, 7, 100}) {
    EXPECT_EQ(rows_of(csv(), text, piece), expected) << piece;
  }
}

TEST(StreamReader, TakesAnEscapeThatIsNoQuote) {
  StreamLayout layout = csv();
  layout.quote = '\'';
  layout.escape = '\\';
  const std::string text = "'it\\'s','\\a\\\\\n'\n";
  for (std::size_t piece : {1, 2, 3, 100}) {
    EXPECT_EQ(rows_of(layout, text, piece), Rows{"it's|\\a\\\n"}) << piece;
  }
}

TEST(StreamReader, PassesOverAHeader) {
  StreamLayout layout = csv();
  layout.has_header = true;
  EXPECT_EQ(rows_of(layout, "\"a\nb\",c\n1,2\n", 4), Rows{"1|2"});
}

TEST(StreamReader, EndsAtTheMark) {
  EXPECT_EQ(rows_of(StreamLayout(), "1\t2\n\\.\nwhat follows is nothing\n", 3), Rows{"1|2"});
  EXPECT_EQ(rows_of(csv(), "1,2\n\\.\nnothing\n", 3), Rows{"1|2"});
}

TEST(StreamReader, KnowsWhatMayBeNull) {
  StreamLayout layout = csv();
  layout.may_not_be_null = {true, false};
  layout.is_null_if_quoted = {false, true};
  EXPECT_EQ(rows_of(layout, ",\"\"\n", 100), Rows{"|~"});
  StreamLayout text;
  text.null_as = "none";
  EXPECT_EQ(rows_of(text, "none\tno\\ne\n", 100), Rows{"~|no\ne"});
}

TEST(StreamReader, RefusesRowsThatDoNotFit) {
  auto state_of = [](const StreamLayout& layout, std::string_view text) {
    try {
      rows_of(layout, text, 2);
    } catch (const base::Error& error) {
      return error.sql_state_text() + ": " + error.message();
    }
    return std::string();
  };
  EXPECT_EQ(state_of(StreamLayout(), "1\n"), "22P04: missing data for column \"c\"");
  EXPECT_EQ(state_of(StreamLayout(), "1\t2\t3\n"), "22P04: extra data after last expected column");
  EXPECT_EQ(state_of(StreamLayout(), "\n"), "22P04: missing data for column \"c\"");
  EXPECT_EQ(state_of(csv(), "1,\"2\n3,4\n"), "22P04: unterminated CSV quoted field");
  EXPECT_EQ(state_of(StreamLayout(), std::string_view("1\t\0\n", 4)),
            "22021: invalid byte sequence for encoding \"UTF8\": 0x00");
  EXPECT_EQ(state_of(StreamLayout(), "1\t\\000\n"),
            "22021: invalid byte sequence for encoding \"UTF8\": 0x00");
}

TEST(StreamReader, CountsLines) {
  StreamReader reader(csv(), {"a"});
  std::vector<Field> fields;
  reader.feed("\"1\n2\"\n3\n");
  ASSERT_TRUE(reader.next(fields));
  EXPECT_EQ(reader.line(), 1u);
  ASSERT_TRUE(reader.next(fields));
  EXPECT_EQ(reader.line(), 3u);
  EXPECT_FALSE(reader.next(fields));
}

}  // namespace
}  // namespace sparkify::field
