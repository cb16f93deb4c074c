#pragma once

#include <string>
#include <vector>

#include "duckdb/connection.hpp"
#include "field/column.hpp"
#include "transfer/cursor.hpp"
#include "transfer/statement.hpp"

namespace sparkify::load {

/// The table that a COPY fills.
struct Table {
  std::string name;       ///< as messages call it
  std::string qualified;  ///< as SQL calls it, quoted
  std::int64_t id = 0;    ///< the engine's
  /// What the file's fields are, in their order; the others take their defaults.
  std::vector<field::Column> columns;
  std::vector<std::string> quoted;  ///< their names for SQL
};

/// Looks it up in the catalogue and its comment (ddl::Layout), which knows lengths of texts and
/// IDENTITY columns. Throws sql with place: no such table or column, a column given twice, IDENTITY
/// against EXPLICIT_IDS, a column that must have a value and gets none, a type that COPY cannot
/// load.
Table find_table(duckdb::Connection& connection, const transfer::CopyStatement& copy,
                 const transfer::Cursor& places);

}  // namespace sparkify::load
