#pragma once

#include <string>
#include <vector>

#include "sql/script.hpp"

namespace sparkify::sql {

/// A statement for another engine, and the way back to the text it came from.
struct Translated {
  std::string text;
  /// The offset in the original statement that the byte at `offset` of `text` came from; for bytes
  /// a rewrite put in, the start of what it replaced.
  std::size_t origin(std::size_t offset) const;
  /// (offset in text, offset in original), both growing
  std::vector<std::pair<std::size_t, std::size_t>> stretches;
  /// What was accepted and has no effect here, one sentence each.
  std::vector<std::string> notices;
};

/// Redshift's dialect -> DuckDB's, `:name` parameters bound on the way. Works on tokens; literals,
/// quoted names and comments are untouched unless a rewrite is about them; a statement that no
/// rewrite knows comes back as it is.
/// Throws sql with place: a parameter without a value, a clause that is malformed.
Translated to_duckdb(const Statement& statement, const Parameters& parameters = {});

/// Redshift's dialect as it is, with parameters bound.
Translated to_redshift(const Statement& statement, const Parameters& parameters = {});

}  // namespace sparkify::sql
