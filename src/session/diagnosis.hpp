#pragma once

#include <string>

#include "duckdb/connection.hpp"
#include "sql/script.hpp"

namespace sparkify::session {

/// Says what is wrong with a statement in its client's terms, where the engine's error speaks of
/// what the dialect has put there: sum(missing) finds no overload of a macro instead of no column,
/// and an alias that a result got stands for the column it hides.
/// `text` is the engine's, `source` the client's. Returns `found` when there is nothing to add.
base::Error diagnose(const base::Error& found, duckdb::Connection& connection,
                     const std::string& text, const duckdb::Locate& locate,
                     const sql::Statement& source);

}  // namespace sparkify::session
