#pragma once

#include "etl/observer.hpp"
#include "warehouse/warehouse.hpp"

namespace sparkify::etl {

/// Runs sql/build in order of need over the staged records, inside the caller's transaction.
/// A statement that is a query gives parameters: each column of its one row becomes a `:name` for
/// the statements after it. Each file is a stage for the observer.
void build(warehouse::Warehouse& warehouse, Observer& observer);

}  // namespace sparkify::etl
