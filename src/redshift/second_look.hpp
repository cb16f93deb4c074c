#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "warehouse/warehouse.hpp"

namespace sparkify::redshift {

/// Lines that may hold an object with text behind it, by number of the file in the request.
using DoubtfulLines = std::map<std::size_t, std::set<std::uint64_t>>;

/// COPY takes objects one after another, wherever lines end: of a line `{...} and more` it takes
/// the object and refuses the rest. To our reader such a line is no record. So these lines are read
/// again, and for each such object one row that equals it is taken out of `table`, which has the
/// mapping's columns and row_id. `rejects`, those of these lines, become our reader's.
///
/// Memory: one event::Reader, and the objects.
void take_back_fronts(warehouse::Warehouse& warehouse, const std::string& table,
                      const warehouse::StageRequest& request, const DoubtfulLines& lines,
                      std::vector<warehouse::FileReject>& rejects);

/// Reads the files to count their records, where lines do not tell: `counts` gets what
/// Warehouse::stage() says of each but the refused ones. Memory: one event::Reader.
void count_records(const warehouse::StageRequest& request,
                   std::vector<warehouse::FileCounts>& counts);

}  // namespace sparkify::redshift
