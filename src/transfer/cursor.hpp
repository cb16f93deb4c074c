#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.hpp"
#include "sql/lexer.hpp"
#include "sql/script.hpp"
#include "transfer/statement.hpp"

namespace sparkify::transfer {

/// Walks over the significant tokens of a COPY or UNLOAD.
/// Its errors are sql, with the token's place and an excerpt that shows no secret.
class Cursor {
 public:
  explicit Cursor(const sql::Statement& statement);

  bool is_at_end() const { return at_ == tokens_.size(); }
  /// The token at hand; behind the end an empty one, of no kind that matters.
  const sql::Token& peek() const { return is_at_end() ? end_ : tokens_[at_]; }
  std::size_t offset() const { return peek().offset; }

  /// Passes over the token at hand when it is this.
  bool skip_word(std::string_view lower_case);
  bool skip_symbol(std::string_view symbol);
  void expect_word(std::string_view lower_case);
  void expect_symbol(std::string_view symbol);

  /// A word in lower case, empty when the token is none.
  std::string word() const;
  void next() { ++at_; }

  /// Whether this symbol comes behind the token at hand.
  bool is_followed_by(std::string_view symbol) const {
    return at_ + 1 < tokens_.size() && tokens_[at_ + 1].is_symbol(symbol);
  }

  /// The value of the literal at hand.
  std::string value() const;
  bool is_literal() const { return peek().kind == sql::TokenKind::text; }
  /// The value of a literal; `what` names it in the error: `a path in quotes`.
  Located literal(std::string_view what);
  /// Likewise, a query: backslashes are escapes where the statement was split so.
  Located query(std::string_view what);
  /// A name as the catalogue knows it, that is in lower case.
  Located name(std::string_view what);
  /// A whole number within bounds, bare or in quotes.
  std::uint64_t number(std::string_view what, std::uint64_t least, std::uint64_t most);

  base::Error error(std::size_t offset, std::string message) const;
  base::Error error(std::string message) const { return error(offset(), std::move(message)); }
  /// `expected WHAT, found ...`.
  base::Error expected(std::string_view what) const;

 private:
  sql::Statement masked_;           ///< for places: its text shows no secret
  std::string text_;                ///< the real one
  std::vector<sql::Token> tokens_;  ///< borrow text_
  sql::Token end_;
  std::size_t at_ = 0;
};

/// The value of a text literal: quotes doubled, or escapes where it is E'...'. Of other escapes
/// only that of a quote is one: what else a backslash means, its option says.
std::string literal_value(std::string_view literal,
                          sql::Literals literals = sql::Literals::standard);

}  // namespace sparkify::transfer
