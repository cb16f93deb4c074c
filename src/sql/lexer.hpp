#pragma once

#include <cstddef>
#include <string_view>
#include <vector>

namespace sparkify::sql {

enum class TokenKind {
  word,    ///< unquoted identifier or keyword
  quoted,  ///< "identifier"
  text,    ///< 'literal', also E'...' and $tag$...$tag$
  number,
  parameter,  ///< :name (not ::)
  symbol,     ///< operators and punctuation, longest match: :: <= <> != || ->> ( ) , . ; ...
  space,
  comment,  ///< -- to the line's end, or /* nested */
  bad,      ///< an unterminated literal, name or comment, up to the end
};

/// A stretch of the text; all tokens together are the text, byte for byte.
struct Token {
  TokenKind kind = TokenKind::space;
  std::string_view text;   ///< borrows the lexed text
  std::size_t offset = 0;  ///< in bytes from the text's start

  bool is_word(std::string_view lower_case) const;  ///< ASCII case-insensitive
  bool is_symbol(std::string_view symbol) const {
    return kind == TokenKind::symbol && text == symbol;
  }
  /// Neither space nor comment.
  bool is_significant() const { return kind != TokenKind::space && kind != TokenKind::comment; }
};

/// What a backslash in a plain '...' is. In E'...' it is always an escape.
enum class Literals {
  standard,  ///< itself, as in the SQL standard
  escaped,   ///< the beginning of an escape, as on Redshift: 'it\'s'; there #name is a name, too
};

/// Never fails; what cannot be understood is a `bad` token.
std::vector<Token> lex(std::string_view text, Literals literals = Literals::standard);

}  // namespace sparkify::sql
