#pragma once

#include <string_view>

#include "web/question.hpp"

namespace sparkify::web {

// A room of the API: the rows behind a figure of a report.

/// Of the report `what`: `of` is a column of it, `row` the values that say which row, as a JSON
/// object. {"count", "columns", "rows"}: how many there are, and the first `top`; all of them as a
/// file to keep when `what` ends in .csv.
void answer_rows(Question& question, std::string_view what);

}  // namespace sparkify::web
