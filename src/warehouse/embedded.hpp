#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <type_traits>

#include "duckdb/connection.hpp"
#include "duckdb/travelling_chunk.hpp"
#include "warehouse/dictionary.hpp"
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

/// The warehouse on DuckDB. Sessions run in UTC. The schema version of the file is not looked at;
/// etl::open does that.
/// Throws locked (says which process holds it), bad_data (another format), denied, not_found.
std::unique_ptr<Warehouse> open_embedded(const EmbeddedOptions& options);

/// A warehouse file, opened once for many sessions of one process.
using SharedDatabase = std::shared_ptr<std::remove_pointer_t<duckdb_database>>;
/// Throws as open_embedded().
SharedDatabase open_file(const EmbeddedOptions& options);

/// One of them. Its settings are its own.
class Session : public Warehouse {
 public:
  /// Becomes the next rows, whose columns are staging_columns(), and returns how many; 0: the end.
  /// By then all texts whose numbers came in rows must be in `texts`.
  using NextRows = std::function<std::size_t(duckdb::TravellingChunk& rows, Dictionary& texts)>;

  /// Makes the staging table anew from rows that another process has read. Coded: they hold numbers
  /// for texts. What `next` throws ends it, and leaves no staging table.
  /// Throws not_found: that is no staging table.
  virtual void stage_rows(const std::string& table, bool is_coded, const NextRows& next) = 0;
};
std::unique_ptr<Session> open_session(SharedDatabase database, bool keep_staging);

}  // namespace sparkify::warehouse
