#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "etl/load.hpp"
#include "warehouse/warehouse.hpp"

namespace sparkify::etl {

/// One row of etl_loads.
struct LoadRecord {
  std::int64_t load_id = 0;
  std::string status;  ///< loaded, failed
  std::string started_at, finished_at;
  std::int64_t files_loaded = 0, rows_loaded = 0, duplicates = 0, rejects = 0;
  std::string error;  ///< of a failed load
};

struct Status {
  int schema_version = 0;
  std::vector<TableCount> tables;
  std::vector<LoadRecord> recent_loads;           ///< newest first, ten at most
  std::string first_event_time, last_event_time;  ///< empty when there are no events
};

/// Rows of each table of the star and the ledger, facts first.
std::vector<TableCount> table_counts(warehouse::Warehouse& warehouse);

/// Throws not_found when the warehouse has no tables.
Status status(warehouse::Warehouse& warehouse);

}  // namespace sparkify::etl
