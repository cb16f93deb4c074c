#include "rewrite/edits.hpp"

#include <gtest/gtest.h>

#include "rewrite/tokens.hpp"

namespace sparkify::rewrite {
namespace {

sql::Statement statement(std::string text) {
  return sql::Statement{std::move(text), "q.sql", 1, 1, ""};
}

TEST(Tokens, MatchBracketsAndSplitArguments) {
  sql::Statement text = statement("f(a, (b, c), [d, e]) g() h(");
  Tokens tokens(text);
  auto arguments = tokens.arguments(1);
  ASSERT_EQ(arguments.size(), 3u);
  EXPECT_EQ(tokens.text(arguments[1]), "(b, c)");
  EXPECT_EQ(tokens.text(arguments[2]), "[d, e]");
  EXPECT_TRUE(tokens.is_word(tokens.close(1) + 1, "g"));
  EXPECT_TRUE(tokens.arguments(tokens.close(1) + 2).empty());
  EXPECT_EQ(tokens.close(tokens.size() - 1), tokens.size());
  EXPECT_FALSE(tokens.is_call(tokens.size() - 2));
}

TEST(Tokens, CallsAreNotColumnsNorTables) {
  for (std::string text : {"t.nvl(a)", "into nvl (a)", "\"nvl\"(a)", "nvl"}) {
    sql::Statement one = statement(text);
    Tokens tokens(one);
    for (std::size_t i = 0; i < tokens.size(); ++i) EXPECT_FALSE(tokens.is_call(i)) << text;
  }
}

TEST(Tokens, LiteralsAndNamesHaveValues) {
  EXPECT_EQ(text_value(sql::lex("'it''s'")[0]), "it's");
  EXPECT_EQ(text_value(sql::lex("E'a''b'")[0]), "a'b");
  EXPECT_EQ(text_value(sql::lex("E'a\\'b'")[0]), "a'b");
  EXPECT_EQ(text_value(sql::lex("'a\\nb'")[0]), "a\\nb");
  auto escaped = sql::Literals::escaped;
  EXPECT_EQ(text_value(sql::lex("'a\\nb''\\'\\d\\\\'", escaped)[0], escaped), "a\nb''d\\");
  EXPECT_EQ(text_value(sql::lex("E'\\x41\\102\\u00e9\\q'")[0]), "AB\u00e9q");
  EXPECT_EQ(text_value(sql::lex("$t$a'b$t$")[0]), "a'b");
  EXPECT_EQ(name_value(sql::lex("\"A\"\"b\"")[0]), "A\"b");
  EXPECT_EQ(name_value(sql::lex("AbC")[0]), "abc");
  EXPECT_EQ(quoted_name("a b\""), "\"a b\"\"\"");
  EXPECT_EQ(quoted_name("a_1"), "a_1");
}

TEST(Edits, NestWhereTheOuterPutsThem) {
  sql::Statement text = statement("a b c d e");
  Tokens tokens(text);
  Edits edits;
  edits.replace({2, 3}, {"X"});
  edits.replace({1, 4}, {Range{3, 4}, "<", Range{2, 3}, ">", Range{2, 3}});
  edits.insert_after(4, {"!"});
  edits.insert_before(0, {"?"});
  EXPECT_EQ(edits.render(tokens).text, "?a d<X>X e!");
}

TEST(Edits, FirstOfTwoThatOverlapWins) {
  sql::Statement text = statement("a b c d");
  Tokens tokens(text);
  Edits edits;
  edits.replace({1, 3}, {"Y"});
  edits.replace({0, 2}, {"X"});
  EXPECT_EQ(edits.render(tokens).text, "X c d");
}

TEST(Edits, RemovingKeepsNeighboursApart) {
  sql::Statement text = statement("a /* x */ b c(d)e");
  Tokens tokens(text);
  Edits edits;
  edits.remove({1, 2});
  edits.remove({2, 6});
  EXPECT_EQ(edits.render(tokens).text, "a /* x */  e");
}

}  // namespace
}  // namespace sparkify::rewrite
