#pragma once

#include <string>
#include <vector>

#include "format/writer.hpp"
#include "warehouse/warehouse.hpp"

namespace sparkify::report {

/// The reports and what their headers say, as a JSON array.
std::string listing();

/// The columns of a result, for a format::Writer.
std::vector<format::Column> columns_of(const warehouse::Rows& rows);

}  // namespace sparkify::report
