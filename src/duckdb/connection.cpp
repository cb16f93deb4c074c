#include "duckdb/connection.hpp"

#include <chrono>
#include <cstdlib>
#include <optional>
#include <thread>

#include "duckdb/changes.hpp"

namespace sparkify::duckdb {
namespace {

using base::Error;
using base::ErrorKind;

struct DestroyConfig {
  void operator()(duckdb_config config) const { duckdb_destroy_config(&config); }
};
using ConfigHandle = std::unique_ptr<std::remove_pointer_t<duckdb_config>, DestroyConfig>;

struct DestroyPrepared {
  void operator()(duckdb_prepared_statement statement) const { duckdb_destroy_prepare(&statement); }
};
using PreparedHandle =
    std::unique_ptr<std::remove_pointer_t<duckdb_prepared_statement>, DestroyPrepared>;

struct DestroyPending {
  void operator()(duckdb_pending_result pending) const { duckdb_destroy_pending(&pending); }
};
using PendingHandle = std::unique_ptr<std::remove_pointer_t<duckdb_pending_result>, DestroyPending>;

void check(duckdb_state state, Result& result, const Locate& locate) {
  if (state == DuckDBSuccess) return;
  const char* text = duckdb_result_error(result.get());
  throw error_from(duckdb_result_error_type(result.get()), text ? text : "unknown error", locate);
}

struct DestroyDescription {
  void operator()(duckdb_table_description table) const {
    duckdb_table_description_destroy(&table);
  }
};
using DescriptionHandle =
    std::unique_ptr<std::remove_pointer_t<duckdb_table_description>, DestroyDescription>;

}  // namespace

DatabaseHandle open_database(const std::string& path,
                             const std::map<std::string, std::string>& settings) {
  duckdb_config raw_config = nullptr;
  if (duckdb_create_config(&raw_config) != DuckDBSuccess) {
    throw Error(ErrorKind::internal, "cannot create a DuckDB configuration");
  }
  ConfigHandle config(raw_config);
  for (const auto& [name, value] : settings) {
    if (duckdb_set_config(config.get(), name.c_str(), value.c_str()) != DuckDBSuccess) {
      throw Error(ErrorKind::config, "DuckDB refuses " + name + " = " + value);
    }
  }
  duckdb_database raw = nullptr;
  char* raw_message = nullptr;
  duckdb_state state =
      duckdb_open_ext(path.empty() ? nullptr : path.c_str(), &raw, config.get(), &raw_message);
  DatabaseHandle database(raw);
  if (state == DuckDBSuccess) return database;
  std::unique_ptr<char, decltype(&duckdb_free)> message(raw_message, duckdb_free);
  throw error_from(DUCKDB_ERROR_IO, message ? message.get() : "cannot open", {});
}

Connection::Connection(duckdb_database database) {
  duckdb_connection raw = nullptr;
  if (duckdb_connect(database, &raw) != DuckDBSuccess) {
    throw Error(ErrorKind::internal, "cannot connect to the open database");
  }
  handle_.reset(raw);
  run("set errors_as_json = true");
}

std::int64_t Connection::run(const std::string& text, const Locate& locate) {
  std::optional<Change> change;
  if (may_change(text)) change.emplace();
  return run_reading(text, locate);
}

std::int64_t Connection::run_reading(const std::string& text, const Locate& locate) {
  Result result;
  check(duckdb_query(handle_.get(), text.c_str(), result.get()), result, locate);
  return static_cast<std::int64_t>(duckdb_rows_changed(result.get()));
}

std::int64_t Connection::run_polled(const std::string& text, const std::function<void()>& poll) {
  using namespace std::chrono_literals;
  Change change;
  duckdb_prepared_statement raw_statement = nullptr;
  duckdb_state state = duckdb_prepare(handle_.get(), text.c_str(), &raw_statement);
  PreparedHandle statement(raw_statement);
  if (state != DuckDBSuccess) {
    throw error_from(DUCKDB_ERROR_INVALID, duckdb_prepare_error(statement.get()), {});
  }
  duckdb_pending_result raw_pending = nullptr;
  state = duckdb_pending_prepared(statement.get(), &raw_pending);
  PendingHandle pending(raw_pending);
  auto last_poll = std::chrono::steady_clock::now();
  for (duckdb_pending_state at = DUCKDB_PENDING_RESULT_NOT_READY; state == DuckDBSuccess;) {
    at = duckdb_pending_execute_task(pending.get());
    if (at == DUCKDB_PENDING_ERROR || duckdb_pending_execution_is_finished(at)) break;
    if (at == DUCKDB_PENDING_NO_TASKS_AVAILABLE) std::this_thread::sleep_for(1ms);
    if (auto now = std::chrono::steady_clock::now(); now - last_poll > 50ms) {
      last_poll = now;
      poll();
    }
  }
  Result result;
  check(duckdb_execute_pending(pending.get(), result.get()), result, {});
  return static_cast<std::int64_t>(duckdb_rows_changed(result.get()));
}

std::int64_t Connection::number(const std::string& text) {
  std::optional<Change> change;
  if (may_change(text)) change.emplace();
  Result result;
  check(duckdb_query(handle_.get(), text.c_str(), result.get()), result, {});
  if (duckdb_row_count(result.get()) == 0) return 0;
  return duckdb_value_int64(result.get(), 0, 0);
}

std::optional<std::size_t> Connection::column_count(const std::string& schema,
                                                    const std::string& table) {
  duckdb_table_description raw = nullptr;
  duckdb_state state = duckdb_table_description_create(
      handle_.get(), schema.empty() ? nullptr : schema.c_str(), table.c_str(), &raw);
  DescriptionHandle description(raw);
  if (state != DuckDBSuccess) return std::nullopt;
  return duckdb_table_description_get_column_count(description.get());
}

}  // namespace sparkify::duckdb
