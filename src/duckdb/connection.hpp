#pragma once

#include <duckdb.h>

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>

#include "base/error.hpp"

namespace sparkify::duckdb {

/// Says where byte `offset` of the text that was run stands in what the user wrote.
using Locate = std::function<base::Place(std::size_t offset)>;

struct CloseDatabase {
  void operator()(duckdb_database database) const { duckdb_close(&database); }
};
struct CloseConnection {
  void operator()(duckdb_connection connection) const { duckdb_disconnect(&connection); }
};
using DatabaseHandle = std::unique_ptr<std::remove_pointer_t<duckdb_database>, CloseDatabase>;
using ConnectionHandle = std::unique_ptr<std::remove_pointer_t<duckdb_connection>, CloseConnection>;

/// A materialized result that destroys itself.
class Result {
 public:
  Result() = default;
  ~Result() { duckdb_destroy_result(&result_); }
  Result(const Result&) = delete;
  Result& operator=(const Result&) = delete;
  duckdb_result* get() { return &result_; }

 private:
  duckdb_result result_{};
};

/// Opens a database file (empty path: in memory) with settings by name.
/// Throws locked (with the holder's process), bad_data (not a DuckDB file), denied, unavailable.
DatabaseHandle open_database(const std::string& path,
                             const std::map<std::string, std::string>& settings);

/// One session. Errors come with position: `errors_as_json` is on.
/// Threads: one at a time, but interrupt() from any.
class Connection {
 public:
  /// Borrows the database, which must outlive the connection.
  explicit Connection(duckdb_database database);

  /// Runs every statement of `text` to its end; returns the rows the last one changed.
  std::int64_t run(const std::string& text, const Locate& locate = {});
  /// The same for a text that changes no database whatever it looks like: the commit of a
  /// transaction that only reads. See Change.
  std::int64_t run_reading(const std::string& text, const Locate& locate = {});
  /// The same, calling `poll` every few milliseconds from this thread. One statement only.
  std::int64_t run_polled(const std::string& text, const std::function<void()>& poll);
  /// The first row's first column as a number; 0 when NULL or no row. For our own short queries.
  std::int64_t number(const std::string& text);
  /// How many columns a table has, without a query. Schema empty: found as a name alone is.
  /// nullopt: there is no such table, or it is a view.
  std::optional<std::size_t> column_count(const std::string& schema, const std::string& table);

  void interrupt() { duckdb_interrupt(handle_.get()); }
  duckdb_connection get() const { return handle_.get(); }

 private:
  ConnectionHandle handle_;
};

/// DuckDB's error text (plain or JSON) as ours.
base::Error error_from(duckdb_error_type type, const std::string& text, const Locate& locate);

}  // namespace sparkify::duckdb
