#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "duckdb/connection.hpp"
#include "rewrite/session.hpp"
#include "sql/script.hpp"

namespace sparkify::catalog {

/// What clients of Redshift ask about the warehouse: the relations and functions of pg_catalog,
/// information_schema and the system views (svv_*, stl_*, sys_*), made of sql/catalog/. They live
/// in a database in memory that is attached beside the warehouse, so that nothing of them is in
/// the file; `dialect::to_duckdb` with a session leads names there.
inline constexpr std::string_view database = "redshift_catalog";

/// Attaches that database and fills it. Once, when the database is open and before its first
/// session; takes some tenths of a second on a busy machine; connections start no slower for it.
void install(duckdb::Connection& connection);

/// Sets a new connection to Redshift's ways: integer division, order of nulls, UTC.
void begin_session(duckdb::Connection& connection);

/// What a session's functions answer from then on. Names, and what they are without a value:
///   user                'sparkify'   current_user, user, session_user, pg_get_userbyid()
///   database            the engine's name for it
///   pg_backend_pid      0
///   pg_last_copy_count  0            also pg_last_copy_id, pg_last_query_id (-1 each),
///                                    pg_last_unload_count (0), pg_last_unload_id (-1)
///   search_path         '$user, public'   as the client wrote it, for current_setting
/// Other names are settings: `set_value(c, "statement_timeout", "0")` is what
/// current_setting('statement_timeout') and pg_settings tell.
void set_value(duckdb::Connection& connection, std::string_view name, const sql::Value& value);

/// Tells all settings at once; those of before are forgotten.
void set_settings(duckdb::Connection& connection,
                  const std::vector<std::pair<std::string, std::string>>& settings);

/// An error of the engine as Redshift tells it: a text that is too long for its column has SQLSTATE
/// 22001, a relation that is missing is called one. Others come back as they are.
base::Error redshift_error(base::Error error);

/// The tables of a session, as dialect::to_duckdb asks for them: two queries of the catalogue, and
/// only for statements that need it.
/// Threads: as the connection.
class Session final : public rewrite::Session {
 public:
  /// Borrows the connection that will run the statements.
  explicit Session(duckdb::Connection& connection) : connection_(connection) {}
  std::optional<rewrite::TableFacts> table(const std::string& schema,
                                           const std::string& name) const override;
  std::optional<std::size_t> column_count(const std::string& schema,
                                          const std::string& name) const override;
  bool has_sequence(const std::string& schema, const std::string& name) const override;

 private:
  duckdb::Connection& connection_;
};

}  // namespace sparkify::catalog
