#pragma once

#include <string>
#include <vector>

#include "sql/script.hpp"

namespace sparkify::session {

/// The names of a query's columns as Redshift gives them: in lower case; of what has no alias the
/// function's or the type's name, `?column?` for other expressions. `names` are the engine's, which
/// stay where the text does not say which column is which.
std::vector<std::string> result_names(const sql::Statement& query, std::vector<std::string> names);

}  // namespace sparkify::session
