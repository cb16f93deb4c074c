#pragma once

#include <string_view>

#include "sql/script.hpp"

namespace sparkify::session {

/// The first function that a statement calls, anywhere, and that clients of the server must not:
/// it reads files, runs statements hidden in a text, or changes the engine for everybody. Borrows
/// the statement; empty: there is none.
/// What files are concerned the engine refuses as well, see serve/confinement.hpp; some of these it
/// does not.
std::string_view function_of_the_server(const sql::Statement& statement);

/// Throws denied, SQLSTATE 42501, for a statement that calls such a function.
void check_reach(const sql::Statement& statement);

}  // namespace sparkify::session
