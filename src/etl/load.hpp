#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "base/object_store.hpp"
#include "etl/observer.hpp"
#include "warehouse/warehouse.hpp"

namespace sparkify::etl {

struct LoadOptions {
  std::optional<std::string> log_data;  ///< directory, file or prefix; at least one of the two
  std::optional<std::string> song_data;
  std::optional<std::string> log_jsonpath;  ///< a jsonpaths file for the logs
  std::uint64_t max_rejects = 0;            ///< refused records allowed, as MAXERROR
  bool keep_staging = false;                ///< staging tables stay in the warehouse
  std::string layout = "auto";              ///< of tables that are missing, on Redshift
};

/// What a load would do with one file, or why not.
struct PlannedFile {
  std::string path;
  std::uint64_t size_bytes = 0;
  std::string source;           ///< "events" or "songs"
  std::string verdict;          ///< "load", or why not: "unchanged since load 3", "not .json ..."
  bool is_passed_over = false;  ///< no file of ours; "load" and known files are
};

struct TableCount {
  std::string table;
  std::int64_t row_count = 0;   ///< now
  std::int64_t rows_added = 0;  ///< by this load
};

struct StageTime {
  std::string stage;
  double seconds = 0;
};

struct LoadSummary {
  std::int64_t load_id = 0;  ///< 0: nothing was new, nothing recorded
  std::uint64_t files_loaded = 0, files_unchanged = 0, files_passed_over = 0;
  std::uint64_t bytes_read = 0, rows_read = 0, rows_loaded = 0, duplicates = 0, rejects = 0;
  std::uint64_t unknown_keys = 0;
  std::vector<TableCount> tables;
  std::vector<StageTime> stages;
  double seconds = 0;
};

/// Which files a load would take, and why not the others. Changes nothing; reads no far object.
std::vector<PlannedFile> plan_load(warehouse::Warehouse& warehouse, base::ObjectStore& store,
                                   const LoadOptions& options);

/// Where a load goes.
struct LoadTarget {
  /// Nobody made it yet: it is opened, and so made, when there is something to load into it.
  bool is_new = false;
  /// Called once. What it returns outlives the load.
  std::function<warehouse::Warehouse&()> open;
};

/// One load: list, read into staging, build the star, record it; one transaction.
/// Creates what is missing. Far objects are each read once, also those whose content turns out to
/// be known: their records count as duplicates. On any error star and ledger of files are as
/// before; a load refused for its records is on record in etl_loads and etl_rejects. When the link
/// is lost during the commit, the ledger is asked what became of the load.
/// Throws too_many_rejects, not_found (nothing below a prefix), bad_data, unavailable, denied,
/// interrupted, in_doubt (the warehouse cannot be asked).
LoadSummary load(const LoadTarget& target, base::ObjectStore& store, const LoadOptions& options,
                 Observer& observer);

/// The same on a warehouse that tells its statements instead of running them. Throws not_found: it
/// has no tables.
void explain_load(warehouse::Warehouse& warehouse, base::ObjectStore& store,
                  const LoadOptions& options, Observer& observer);

}  // namespace sparkify::etl
