#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "load/environment.hpp"
#include "sql/script.hpp"

namespace sparkify::copy {

/// What came of it.
struct Outcome {
  std::int64_t row_count = 0;        ///< loaded, or unloaded
  bool is_unload = false;            ///< else pg_last_copy_count() is row_count from now on
  std::vector<std::string> notices;  ///< INFO texts, in order
};

/// COPY ... FROM 's3://...' (or another path) and UNLOAD; not COPY ... FROM STDIN or TO STDOUT.
/// COPY ... TO 'path' is one as well: run() refuses it and names UNLOAD.
bool is_copy(const sql::Statement& statement);

/// Runs it: all rows or none. Throws sql with place (what the statement says wrong), bad_data with
/// SQLSTATE XX000 (rows that do not fit; they are in stl_load_errors), not_found, denied,
/// unavailable, interrupted.
Outcome run(const sql::Statement& statement, load::Environment& environment);

}  // namespace sparkify::copy
