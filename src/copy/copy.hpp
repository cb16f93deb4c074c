#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "base/object_store.hpp"
#include "duckdb/connection.hpp"
#include "sql/script.hpp"
#include "transfer/statement.hpp"

namespace sparkify::copy {

/// What a COPY or UNLOAD works with. Lives as long as the session.
struct Environment {
  /// The session's connection, inside its transaction when it has one.
  duckdb::Connection& connection;
  /// Another connection to the same database: what it writes stays when the COPY fails.
  duckdb::Connection& aside;
  /// The store for these credentials, for one statement. Throws config.
  std::function<std::shared_ptr<base::ObjectStore>(const transfer::Access&)> store;
  /// For paths that are not of S3. Null: this machine's files are nobody's business, and such paths
  /// are refused.
  base::ObjectStore* files = nullptr;
  /// A folder for Parquet files on their way; the engine must be allowed to read and write there
  /// even where it has no access to files otherwise (`allowed_directories`). Empty: the system's
  /// folder for temporary files.
  std::string scratch_folder;
  std::int64_t query_id = 0;  ///< of stl_load_errors and its relatives, and pg_last_copy_id()
  std::int32_t session_id = 0;
  std::int32_t user_id = 100;
  std::string database = "dev";
};

/// What came of it.
struct Outcome {
  std::int64_t row_count = 0;        ///< loaded, or unloaded
  bool is_unload = false;            ///< else pg_last_copy_count() is row_count from now on
  std::vector<std::string> notices;  ///< INFO texts, in order
};

/// COPY ... FROM 's3://...' (or another path) and UNLOAD; not COPY ... FROM STDIN or TO STDOUT.
/// COPY ... TO 'path' is one as well: run() refuses it and names UNLOAD.
bool is_copy(const sql::Statement& statement);

/// Runs it: all rows or none. Throws sql with place (what the statement says wrong), bad_data with
/// SQLSTATE XX000 (rows that do not fit; they are in stl_load_errors), not_found, denied,
/// unavailable, interrupted.
Outcome run(const sql::Statement& statement, Environment& environment);

}  // namespace sparkify::copy
