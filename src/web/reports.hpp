#pragma once

#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>

#include "report/report.hpp"
#include "web/question.hpp"

namespace sparkify::web {

/// The days of the first and the last event; nothing when there are none.
struct Days {
  std::optional<std::string> first, last;
};
Days days_of(warehouse::Warehouse& warehouse);

// Rooms of the API: reports. `what` is the part of the path behind the route.

/// What an answer to a report is kept under.
std::string question_of(const report::Report& report, const report::Filter& filter);

/// {"version", "first_day", "last_day"} of the events; null: there are none.
void answer_warehouse(Question& question, std::string_view what);
/// The reports and what their headers say.
void answer_reports(Question& question, std::string_view what);
/// The rows of the report `what`; as a file to keep when it ends in .csv.
void answer_report(Question& question, std::string_view what);

/// The filter in a request's query. Throws usage for a parameter that is neither one nor of
/// `others`.
report::Filter filter_of(const Request& request, std::initializer_list<std::string_view> others);
/// Throws not_found for an unknown name.
const report::Report& report_named(std::string_view name);

}  // namespace sparkify::web
