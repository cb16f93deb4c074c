#pragma once

#include <duckdb.h>

#include <optional>
#include <string>
#include <vector>

namespace sparkify::duckdb {

/// Whether column_text() can print this type; others are cast to VARCHAR by the query.
bool is_printable(duckdb_type type);

/// The first `row_count` values of a vector as text, appended to `out`; nullopt for NULL.
/// `type` is the vector's logical type and must be printable.
void column_text(duckdb_vector vector, duckdb_logical_type type, std::size_t row_count,
                 std::vector<std::optional<std::string>>& out);

}  // namespace sparkify::duckdb
