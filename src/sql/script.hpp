#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "base/error.hpp"
#include "sql/lexer.hpp"

namespace sparkify::sql {

/// One statement and where it stands. Owns its text.
struct Statement {
  std::string text;        ///< from its first significant token to its last, without semicolon
  std::string file;        ///< for messages; `-` for standard input, `<query>` for an argument
  std::size_t line = 1;    ///< of the first byte, from 1
  std::size_t column = 1;  ///< in bytes, from 1
  std::string lead = {};   ///< what stands before it on its first line, at most 100 bytes of it
  Literals literals = Literals::standard;  ///< how it was split and is to be read

  /// The place of byte `offset` of `text`, with the line as excerpt.
  base::Place place(std::size_t offset) const;
};

/// Splits at semicolons outside literals, names, comments and parentheses; statements of nothing
/// but space and comments are left out.
/// Throws sql with place for an unterminated literal, name or comment.
std::vector<Statement> split(std::string_view text, std::string_view file,
                             Literals literals = Literals::standard);

/// A value for a `:name`; monostate is NULL. Timestamps and dates are passed as text.
using Value = std::variant<std::monostate, bool, std::int64_t, double, std::string>;
using Parameters = std::map<std::string, Value, std::less<>>;

/// The comment block that opens a file of sql/:
///
///   -- One row per play, with what the catalogue knows of it.
///   -- grain: one NextSong event of a known user,
///   --   visitors left out
///   -- needs: users, songs
///   -- placed: auto diststyle auto sortkey auto
///   -- placed: by-user distkey(user_id) sortkey(artist_id)
///
/// Lines before the first key are the purpose; three blanks continue a value; other lines after
/// a key are remarks.
struct Header {
  std::string purpose;  ///< the first lines
  std::string grain;
  std::vector<std::string> needs;  ///< names of files in the same folder, without .sql
  /// layout -> table clauses, empty: no placement
  std::map<std::string, std::string, std::less<>> placed;
  /// purpose, grain, needs, placed, and `placed LAYOUT` -> its first line, for messages
  std::map<std::string, std::size_t, std::less<>> line_of;
};
Header header(std::string_view text);

}  // namespace sparkify::sql
