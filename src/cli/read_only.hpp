#pragma once

#include <span>

#include "sql/script.hpp"

namespace sparkify::cli {

/// Whether no statement changes the warehouse, so that several processes may look at once. When
/// in doubt the answer is no.
bool is_read_only(std::span<const sql::Statement> statements);

}  // namespace sparkify::cli
