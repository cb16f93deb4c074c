#pragma once

#include <chrono>
#include <cstdint>
#include <memory>
#include <string>

#include "duckdb/connection.hpp"
#include "warehouse/warehouse.hpp"

namespace sparkify::warehouse {

struct EmbeddedOptions {
  std::string path = "sparkify.duckdb";
  enum class Mode {
    read_only,   ///< several processes may read at once; throws not_found when there is no file
    read_write,  ///< one process; creates the file when there is none
  } mode = Mode::read_write;
  std::chrono::seconds wait{0};  ///< how long to wait for another process that holds the file
  unsigned threads = 0;          ///< 0: as many as the machine has
  std::string memory_limit;      ///< DuckDB's way: "2GB"; empty: the default, see embedded.cpp
  bool keep_staging = false;     ///< staging tables are real ones, not temporary
};

/// The file opened with the settings of a warehouse, for several users in one process.
/// Throws as open_embedded().
duckdb::DatabaseHandle open_file(const EmbeddedOptions& options);

/// The warehouse on DuckDB. Sessions run in UTC. The schema version of the file is not looked at;
/// etl::open does that.
/// Throws locked (says which process holds it), bad_data (another format), denied, not_found.
std::unique_ptr<Warehouse> open_embedded(const EmbeddedOptions& options);

}  // namespace sparkify::warehouse
