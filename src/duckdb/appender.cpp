#include "duckdb/appender.hpp"

#include "duckdb/changes.hpp"

namespace sparkify::duckdb {

Appender::Appender(Connection& connection, const std::string& table, const std::string& database) {
  check(duckdb_appender_create_ext(connection.get(), database.empty() ? nullptr : database.c_str(),
                                   nullptr, table.c_str(), &appender_));
}

Appender::~Appender() {
  Change change;
  duckdb_appender_destroy(&appender_);
}

void Appender::check(duckdb_state state) {
  if (state == DuckDBSuccess) return;
  const char* text = duckdb_appender_error(appender_);
  base::Error error =
      error_from(DUCKDB_ERROR_INVALID, text ? text : "cannot append to the table", {});
  throw error;
}

void Appender::append(const std::vector<Value>& row) {
  struct Append {
    duckdb_appender appender;
    duckdb_state operator()(std::monostate) const { return duckdb_append_null(appender); }
    duckdb_state operator()(bool value) const { return duckdb_append_bool(appender, value); }
    duckdb_state operator()(std::int64_t value) const {
      return duckdb_append_int64(appender, value);
    }
    duckdb_state operator()(double value) const { return duckdb_append_double(appender, value); }
    duckdb_state operator()(const std::string& value) const {
      return duckdb_append_varchar_length(appender, value.data(), value.size());
    }
  };
  Change change;
  for (const Value& value : row) check(std::visit(Append{appender_}, value));
  check(duckdb_appender_end_row(appender_));
}

void Appender::choose(const std::vector<std::string>& columns) {
  for (const std::string& name : columns)
    check(duckdb_appender_add_column(appender_, name.c_str()));
}

void Appender::append(duckdb_data_chunk rows) {
  Change change;
  check(duckdb_append_data_chunk(appender_, rows));
}

void Appender::close() {
  Change change;
  check(duckdb_appender_close(appender_));
}

}  // namespace sparkify::duckdb
