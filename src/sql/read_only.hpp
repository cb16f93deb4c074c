#pragma once

#include <span>

#include "sql/script.hpp"

namespace sparkify::sql {

/// Whether a statement asks for rows: `select`, `with`, `values`, also in parentheses.
bool is_query(const Statement& statement);

/// Whether no statement changes the warehouse, so that several processes may look at once. When
/// in doubt the answer is no.
bool is_read_only(std::span<const Statement> statements);

}  // namespace sparkify::sql
