#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "base/object_store.hpp"
#include "duckdb/connection.hpp"
#include "sql/script.hpp"

namespace sparkify::copy {

/// Who reads or writes the objects, as the statement says it.
struct Access {
  std::string region;             ///< REGION; empty: the server's
  std::string access_key_id;      ///< explicit keys, used as given; empty: the server's own
  std::string secret_access_key;  ///< never in a message, a log or a table
  std::string session_token;
  std::string iam_role;           ///< accepted; the server's own credentials are used
};

/// What a COPY or UNLOAD works with. Lives as long as the session.
struct Environment {
  /// The session's connection, inside its transaction when it has one.
  duckdb::Connection& connection;
  /// Another connection to the same database: what it writes stays when the COPY fails.
  duckdb::Connection& aside;
  /// Lends the store for these credentials. Throws denied.
  std::function<base::ObjectStore&(const Access&)> store;
  std::int64_t query_id = 0;  ///< of stl_load_errors and its relatives
  std::string user;
};

/// What came of it.
struct Outcome {
  std::int64_t row_count = 0;        ///< loaded, or unloaded
  std::vector<std::string> notices;  ///< INFO and NOTICE texts, in order
};

/// COPY ... FROM 's3://...' (or another path) and UNLOAD; not COPY ... FROM STDIN or TO STDOUT.
bool is_copy(const sql::Statement& statement);

/// Runs it: all rows or none. Throws sql with place (what the statement says wrong), bad_data (rows
/// that do not fit; they are in stl_load_errors), not_found, denied, unavailable, interrupted.
Outcome run(const sql::Statement& statement, Environment& environment);

}  // namespace sparkify::copy
