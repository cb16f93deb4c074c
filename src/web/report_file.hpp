#pragma once

#include <cstdint>
#include <string>

#include "report/report.hpp"
#include "warehouse/warehouse.hpp"
#include "web/results.hpp"

namespace sparkify::web {

struct ReportFileOptions {
  report::Filter filter;  ///< without top
  std::string warehouse;  ///< what it is called
  /// Of a report; the file says where there are more.
  std::uint64_t most_rows = 5'000;
};

/// All pages of the web app as one HTML file that needs no server and asks nobody for anything,
/// with the rows that their cards show and, when a period with two ends is chosen, those of the one
/// before it. No text of the warehouse becomes markup.
/// Throws usage (the filter), sql, interrupted, and what `piece` throws.
void write_report_file(warehouse::Warehouse& warehouse, const ReportFileOptions& options,
                       const Piece& piece);

}  // namespace sparkify::web
