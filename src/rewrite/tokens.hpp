#pragma once

#include <cstddef>
#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.hpp"
#include "sql/lexer.hpp"
#include "sql/script.hpp"

namespace sparkify::rewrite {

/// Significant tokens [begin, end) of a statement.
struct Range {
  std::size_t begin = 0, end = 0;
  std::size_t size() const { return end - begin; }
};

/// What becomes of the letters of names: Redshift folds them to lower case even in quotes.
enum class Names { kept, folded };

/// The significant tokens of one statement, with brackets matched: what rewrites look at.
/// Borrows the statement, which must outlive it.
class Tokens {
 public:
  explicit Tokens(const sql::Statement& statement, Names names = Names::kept);
  Tokens(const Tokens&) = delete;
  Tokens& operator=(const Tokens&) = delete;

  std::size_t size() const { return significant_.size(); }
  /// Beyond the end: an empty symbol, equal to nothing.
  const sql::Token& operator[](std::size_t i) const;
  bool is_word(std::size_t i, std::string_view lower_case) const;
  bool is_any(std::size_t i, std::initializer_list<std::string_view> lower_case) const;
  /// These words, one after the other.
  bool are_words(std::size_t i, std::initializer_list<std::string_view> lower_case) const;
  bool is_symbol(std::size_t i, std::string_view symbol) const;
  bool is_name(std::size_t i) const;  ///< a word or a quoted name

  /// The bracket that closes the one at `open`, or size() when there is none.
  std::size_t close(std::size_t open) const;
  /// The bracket that the one at `close` closes, or size() when there is none.
  std::size_t open(std::size_t close) const;
  /// Where the token at `i` ends in its own level: behind the closing bracket when it opens one.
  std::size_t next(std::size_t i) const;
  /// What stands between the commas of a closed `( ... )`; none for `()`.
  std::vector<Range> arguments(std::size_t open) const;
  /// The end of a name with its qualifiers that begins at `i`.
  std::size_t end_of_name(std::size_t i) const;
  /// A word followed by a closed `( ... )` that is a function call: `decode(...)`, not
  /// `t.decode(...)`, `into decode (...)` or a quoted name.
  bool is_call(std::size_t i) const;

  std::size_t begin_byte(std::size_t i) const;  ///< of token i; the text's end beyond the end
  std::size_t end_byte(std::size_t i) const;    ///< of token i
  bool has_comment_before(std::size_t i) const;
  /// The statement, byte for byte but for folded names.
  std::string_view text() const { return text_; }
  bool has_folded() const { return text_ != statement_.text; }
  std::string_view text(Range range) const;
  /// What the text literal at `i` stands for; nullopt for anything else.
  std::optional<std::string> text_value(std::size_t i) const;

  base::Error error(std::size_t i, std::string message) const;

 private:
  const sql::Statement& statement_;
  std::string text_;
  std::vector<sql::Token> significant_;
  std::vector<std::size_t> pair_;  ///< of each bracket, its other end
  std::vector<bool> has_comment_before_;
};

/// ASCII only, as SQL compares names.
std::string lower(std::string_view text);
/// What a text literal stands for; nullopt for anything else.
std::optional<std::string> text_value(const sql::Token& token,
                                      sql::Literals literals = sql::Literals::standard);
/// The name a word or quoted name stands for.
std::string name_value(const sql::Token& token);
/// A name as SQL writes it: quoted only where it must be.
std::string quoted_name(std::string_view name);
/// A text as SQL writes it, quotes doubled.
std::string quoted_text(std::string_view text);

}  // namespace sparkify::rewrite
