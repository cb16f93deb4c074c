#pragma once

#include "cli/invocation.hpp"
#include "format/writer.hpp"
#include "warehouse/warehouse.hpp"

namespace sparkify::cli {

/// All rows, as they come; stops where nobody reads on. Throws sql, interrupted.
void print_rows(Invocation& invocation, warehouse::Rows& rows, format::Writer& writer);

}  // namespace sparkify::cli
