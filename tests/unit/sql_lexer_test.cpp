#include "sql/lexer.hpp"

#include <gtest/gtest.h>

#include <chrono>
#include <string>
#include <utility>
#include <vector>

namespace sparkify::sql {
namespace {

using Kinds = std::vector<std::pair<TokenKind, std::string>>;

Kinds significant(std::string_view text) {
  Kinds kinds;
  for (const Token& token : lex(text)) {
    if (token.is_significant()) kinds.emplace_back(token.kind, token.text);
  }
  return kinds;
}

std::string joined(std::string_view text) {
  std::string all;
  for (const Token& token : lex(text)) {
    EXPECT_EQ(token.offset, all.size());
    EXPECT_FALSE(token.text.empty());
    all += token.text;
  }
  return all;
}

TEST(Lexer, TokensTogetherAreTheText) {
  for (std::string text : {"select 1", "", "\xff'", "a--b", "/* /* */ */x", "E'\\''", "$a$ $b$ $a$",
                           "'open", "\"open", "/* open", "$x$open", "1.5e-3..2", "a::b:c[1:2]"}) {
    EXPECT_EQ(joined(text), text);
  }
  std::string every_byte;
  for (int i = 0; i < 256; ++i) every_byte += static_cast<char>(i);
  EXPECT_EQ(joined(every_byte), every_byte);
}

TEST(Lexer, CommentsNest) {
  EXPECT_EQ(significant("/* a /* b */ ; */x -- y\nz"),
            (Kinds{{TokenKind::word, "x"}, {TokenKind::word, "z"}}));
}

TEST(Lexer, LiteralsAndNamesEndAtTheirOwnQuote) {
  EXPECT_EQ(significant("'it''s; --' E'a\\'b' \"a\"\"b\" $q$ 'x' $q$"),
            (Kinds{{TokenKind::text, "'it''s; --'"},
                   {TokenKind::text, "E'a\\'b'"},
                   {TokenKind::quoted, "\"a\"\"b\""},
                   {TokenKind::text, "$q$ 'x' $q$"}}));
}

TEST(Lexer, ParameterIsNeitherCastNorSlice) {
  EXPECT_EQ(significant("a::int"),
            (Kinds{{TokenKind::word, "a"}, {TokenKind::symbol, "::"}, {TokenKind::word, "int"}}));
  EXPECT_EQ(significant(":from::date"), (Kinds{{TokenKind::parameter, ":from"},
                                               {TokenKind::symbol, "::"},
                                               {TokenKind::word, "date"}}));
  EXPECT_EQ(significant("x[1:b]"), (Kinds{{TokenKind::word, "x"},
                                          {TokenKind::symbol, "["},
                                          {TokenKind::number, "1"},
                                          {TokenKind::symbol, ":"},
                                          {TokenKind::word, "b"},
                                          {TokenKind::symbol, "]"}}));
  EXPECT_EQ(significant("[:a]")[1].first, TokenKind::parameter);
  EXPECT_EQ(significant("[f(1+:a)]")[5].first, TokenKind::parameter);
  EXPECT_EQ(significant("a=:b")[2].first, TokenKind::parameter);
}

TEST(Lexer, NumbersAndOperatorsAreWhole) {
  EXPECT_EQ(significant("1.5e-3<=.5->>2.!=$1"), (Kinds{{TokenKind::number, "1.5e-3"},
                                                       {TokenKind::symbol, "<="},
                                                       {TokenKind::number, ".5"},
                                                       {TokenKind::symbol, "->>"},
                                                       {TokenKind::number, "2."},
                                                       {TokenKind::symbol, "!="},
                                                       {TokenKind::symbol, "$1"}}));
  EXPECT_EQ(significant("1//*c*/2"),
            (Kinds{{TokenKind::number, "1"}, {TokenKind::symbol, "/"}, {TokenKind::number, "2"}}));
}

TEST(Lexer, UnterminatedIsBadUpToTheEnd) {
  for (std::string open : {"'", "E'\\'", "\"", "/* /* */", "$tag$ $tag"}) {
    auto tokens = lex(open + " ; select 1");
    EXPECT_EQ(tokens.size(), 1u) << open;
    EXPECT_EQ(tokens.back().kind, TokenKind::bad) << open;
  }
}

TEST(Lexer, WordsCompareWithoutCase) {
  auto tokens = lex("SeLeCt");
  EXPECT_TRUE(tokens[0].is_word("select"));
  EXPECT_FALSE(tokens[0].is_word("selec"));
  EXPECT_FALSE(lex("\"select\"")[0].is_word("select"));
}

TEST(Lexer, TimeGrowsWithTheText) {
  for (std::string part :
       {"$a", "$a$", "/*", "'", "\"", "[a:", "(", "-", ":a", "e'\\", "1.", "$"}) {
    std::string text;
    while (text.size() < 500'000) text += part;
    auto begin = std::chrono::steady_clock::now();
    lex(text);
    EXPECT_LT(std::chrono::steady_clock::now() - begin, std::chrono::seconds(5)) << part;
  }
}

}  // namespace
}  // namespace sparkify::sql
