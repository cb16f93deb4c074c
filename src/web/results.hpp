#pragma once

#include <string_view>

#include "warehouse/warehouse.hpp"
#include "web/question.hpp"

namespace sparkify::web {

// Rows as an answer that streams, never capped. What fails before the first row is an answer of its
// own, so the head waits for that row; what fails later breaks the connection.

/// {"columns": [{"name", "kind"}], "rows": [[...]]}; `members` stand before these: `"count": 3, `.
void answer_json(Question& question, warehouse::Rows& rows, std::string_view members = "");
/// A file to keep, called `name`.csv.
void answer_csv(Question& question, warehouse::Rows& rows, std::string_view name);

}  // namespace sparkify::web
