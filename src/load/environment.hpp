#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>

#include "base/object_store.hpp"
#include "duckdb/connection.hpp"
#include "transfer/statement.hpp"

namespace sparkify::load {

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
  /// Throws for a query in UNLOAD's quotes that the session must not run. Null: it may run all.
  std::function<void(const sql::Statement&)> admit = nullptr;
};

}  // namespace sparkify::load
