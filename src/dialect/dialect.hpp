#pragma once

#include <string>
#include <vector>

#include "sql/script.hpp"

namespace sparkify::dialect {

/// A statement for another engine, and the way back to the text it came from.
struct Translated {
  std::string text;
  struct Stretch {
    std::size_t offset = 0;  ///< in `text`, growing
    std::size_t origin = 0;  ///< in the original statement
    bool is_copied = true;   ///< byte for byte; else all of it stands for the byte at `origin`
  };
  std::vector<Stretch> stretches;  ///< empty: `text` is the original
  /// What was accepted and has no effect here, one sentence each.
  std::vector<std::string> notices;

  /// The offset in the original statement that the byte at `offset` of `text` came from; for bytes
  /// a rewrite put in, the start of what it replaced.
  std::size_t origin(std::size_t offset) const;
};

/// Redshift's dialect -> DuckDB's, `:name` parameters bound on the way. Works on tokens; literals,
/// quoted names and comments are untouched unless a rewrite is about them; a statement that no
/// rewrite knows comes back as it is. The result may hold several statements, `;` between them.
///
/// Two differences cannot be seen in the text, the connection must be set to Redshift's ways:
///   set integer_division = true        `/` of two integers truncates; of decimals or doubles not
///   set default_null_order = 'nulls_last_on_asc_first_on_desc'
/// and TimeZone to UTC, which getdate(), to_timestamp() and convert_timezone() rely on.
///
/// Throws sql with place: a parameter without a value, a clause that is malformed.
Translated to_duckdb(const sql::Statement& statement, const sql::Parameters& parameters = {});

/// Redshift's dialect as it is, with parameters bound.
Translated to_redshift(const sql::Statement& statement, const sql::Parameters& parameters = {});

}  // namespace sparkify::dialect
