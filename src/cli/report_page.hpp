#pragma once

#include "cli/invocation.hpp"
#include "report/report.hpp"
#include "warehouse/warehouse.hpp"

namespace sparkify::cli {

/// A report as a page for people: title, definition, rows, caveat. On a terminal a bar behind each
/// row stands for the figure that the report's `shape:` names, and a sparkline for a figure over
/// time, as far as there is room for them. They are blocks without colour. Elsewhere, and behind
/// more than 1,000 rows, there are none. Throws sql, interrupted.
void print_page(Invocation& invocation, const report::Report& report, warehouse::Rows& rows);

}  // namespace sparkify::cli
