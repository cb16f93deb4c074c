#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/object_store.hpp"
#include "event/reader.hpp"
#include "sql/script.hpp"

namespace sparkify::warehouse {

/// How a value prints: numbers and booleans bare in JSON, everything else quoted.
enum class ValueKind { text, number, boolean };

struct ResultColumn {
  std::string name;
  ValueKind kind = ValueKind::text;
  /// DuckDB's name of its type, where it comes with the rows; empty: the engine tells it when asked
  /// to describe a query.
  std::string type = {};
};

/// A result that streams. One row at a time; the row's texts live until the next call.
class Rows {
 public:
  virtual ~Rows() = default;
  virtual const std::vector<ResultColumn>& columns() const = 0;
  /// Moves to the next row; false at the end. Throws sql, interrupted.
  virtual bool next() = 0;
  /// The current row's values; nullopt is NULL.
  virtual std::span<const std::optional<std::string_view>> row() const = 0;
  /// Rows changed by INSERT, UPDATE, DELETE; nullopt for a query.
  virtual std::optional<std::int64_t> rows_changed() const = 0;
};

/// One file of a load.
struct StagedFile {
  std::int32_t file_id = 0;  ///< unique within the warehouse; staging rows carry it
  base::ObjectEntry entry;
  event::Compression compression = event::Compression::none;
};

/// What reading one file gave.
struct FileCounts {
  std::uint64_t rows_read = 0;  ///< records: staged + rejected
  std::uint64_t rejects = 0;
  std::uint64_t unknown_keys = 0;
  std::string content_hash;  ///< empty: an engine read the file that does not tell
  /// The file_id that its rows in staging bear: its own, or that of another file of the request
  /// with which it was read when nobody knows which row is whose.
  std::optional<std::int32_t> staged_as;
};

struct FileReject {
  std::int32_t file_id = 0;
  event::Reject reject;  ///< its line counts within the whole file
};

/// One staging table's worth of input.
struct StageRequest {
  std::string table;  ///< staging_events or staging_songs
  event::Mapping mapping;
  base::ObjectStore* store = nullptr;
  std::vector<StagedFile> files;
  bool is_repetitive = false;      ///< the same texts occur again and again
  std::uint64_t max_rejects = 0;   ///< with more of them the load will be refused
  std::uint64_t reject_limit = 0;  ///< reading stops soon after this many rejects
  /// Called now and then from the calling thread: files, bytes and rows done so far.
  std::function<void(std::uint64_t files, std::uint64_t bytes, std::uint64_t rows)> progressed;
};

struct StageResult {
  std::vector<FileCounts> files;       ///< as in the request
  std::vector<FileReject> rejects;     ///< ordered by file and line
  bool stopped_early = false;          ///< the reject limit was passed; counts are partial
  bool has_ended_transaction = false;  ///< with that: nothing runs any more before a rollback
};

/// The engine that holds the star. Seam number two: DuckDB here, Redshift there.
/// SQL is in the Redshift dialect everywhere; errors point into the text that was given.
/// Threads: one thread uses a warehouse; interrupt() may come from any.
class Warehouse {
 public:
  virtual ~Warehouse() = default;

  /// Runs one statement to its end and returns the rows changed (0 for a query).
  /// Throws sql with place, interrupted.
  virtual std::int64_t execute(const sql::Statement& statement,
                               const sql::Parameters& parameters = {}) = 0;
  virtual std::unique_ptr<Rows> query(const sql::Statement& statement,
                                      const sql::Parameters& parameters = {}) = 0;

  virtual void begin() = 0;
  virtual void commit() = 0;
  virtual void rollback() noexcept = 0;

  /// Adds rows to a table, values in its column order.
  virtual void append(std::string_view table, std::span<const std::vector<sql::Value>> rows) = 0;

  /// Makes the staging table anew and reads files into it, on all threads, in no particular row
  /// order. Throws unavailable (a file changed while it was read), bad_data (broken compression),
  /// denied, not_found, interrupted.
  virtual StageResult stage(const StageRequest& request) = 0;

  /// Whether others may load at the same time. Then a load is one transaction from its first look
  /// at the ledger on, which begins with await_turn(), and staging is a part of it.
  virtual bool is_shared() const { return false; }
  /// Waits until no other load runs. None begins until this transaction ends.
  virtual void await_turn() {}
  /// Connects again after unavailable or in_doubt. Throws as opening does.
  virtual void reconnect() {}

  /// Stops what runs now or would run next: it ends with interrupted. Any thread, no signal
  /// handler.
  virtual void interrupt() = 0;

  /// "duckdb" or "redshift".
  virtual std::string_view engine() const = 0;
};

}  // namespace sparkify::warehouse
