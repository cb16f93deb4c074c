#pragma once

#include <cstddef>
#include <initializer_list>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.hpp"
#include "sql/lexer.hpp"
#include "sql/script.hpp"

namespace sparkify::session {

/// Reads a statement's tokens from left to right, without space and comments. Borrows it.
class Words {
 public:
  explicit Words(const sql::Statement& statement);

  bool is_end() const { return at_ >= tokens_.size(); }
  std::size_t position() const { return at_; }
  void go_to(std::size_t position) { at_ = position; }
  /// The token `ahead` of the next; past the end an empty one.
  const sql::Token& peek(std::size_t ahead = 0) const;
  bool is(std::string_view lower_word) const { return peek().is_word(lower_word); }
  bool is_any(std::initializer_list<std::string_view> lower_words) const;
  /// Takes the next token if it is this word, all of these words, or this symbol.
  bool take(std::string_view lower_word);
  bool take_all(std::initializer_list<std::string_view> lower_words);
  bool take_symbol(std::string_view symbol);
  const sql::Token& next();
  /// A name, folded to lower case when it is not quoted. Throws sql.
  std::string name();
  /// A literal's or word's text without quotes. Throws sql.
  std::string value();
  std::size_t offset() const { return peek().offset; }
  /// Throws sql unless all was read.
  void end() const;
  /// SQLSTATE 42601 at the next token.
  base::Error error(const std::string& expected) const;

 private:
  const sql::Statement& statement_;
  std::vector<sql::Token> tokens_;
  std::size_t at_ = 0;
  sql::Token none_;
};

/// A text literal's content: 'it''s' -> it's. Of E'...' the usual escapes.
std::string unquoted(const sql::Token& token, sql::Literals literals = sql::Literals::standard);

}  // namespace sparkify::session
