#pragma once

#include <string>
#include <vector>

#include "field/stream.hpp"
#include "sql/script.hpp"
#include "transfer/statement.hpp"

namespace sparkify::transfer {

/// COPY t [(columns)] FROM STDIN and COPY {t [(columns)] | (query)} TO STDOUT, options in any of
/// PostgreSQL's spellings. Source: COPY of PostgreSQL's documentation, its two older syntaxes too.
struct StdioStatement {
  bool is_from = false;
  Located schema;                ///< empty text: none was given
  Located table;                 ///< empty text: there is a query
  std::vector<Located> columns;  ///< empty: all
  Located query;                 ///< as it stands between the brackets
  field::StreamLayout layout;    ///< by column: what the lists below say, once columns are known
  std::vector<Located> force_not_null, force_null;
  std::vector<Located> force_quote;
  bool quotes_all = false;  ///< FORCE_QUOTE *
};

/// Throws sql with place; 0A000 for what cannot be done here: binary, ON_ERROR, WHERE.
StdioStatement parse_stdio(const sql::Statement& statement);

}  // namespace sparkify::transfer
