#pragma once

#include <string_view>

#include "web/question.hpp"

namespace sparkify::web {

// Rooms of the API: reports. `what` is the part of the path behind the route.

/// {"version", "first_day", "last_day"} of the events; null: there are none.
void answer_warehouse(Question& question, std::string_view what);
/// The reports and what their headers say.
void answer_reports(Question& question, std::string_view what);
/// The rows of the report `what`; as a file to keep when it ends in .csv.
void answer_report(Question& question, std::string_view what);

}  // namespace sparkify::web
