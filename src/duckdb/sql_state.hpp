#pragma once

#include <string>
#include <string_view>

namespace sparkify::duckdb {

/// What DuckDB says of an error, in its own words.
struct ErrorWords {
  std::string_view exception;  ///< `Catalog`, `Binder`, `Out of Range`
  std::string_view subtype;    ///< `MISSING_ENTRY`, mostly empty
  std::string_view type;       ///< of the entry: `Table`
  std::string_view message;
};

/// The SQLSTATE that PostgreSQL has for it; empty when it has none that says more than the class.
/// Source: "PostgreSQL Error Codes".
std::string sql_state_of(const ErrorWords& words);

}  // namespace sparkify::duckdb
