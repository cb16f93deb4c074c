#include "etl/schema.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <thread>

#include "base/error.hpp"
#include "dialect/dialect.hpp"
#include "sql/files.hpp"
#include "warehouse/query.hpp"
#include "warehouse/transaction.hpp"

namespace sparkify::etl {
namespace {

using base::Error;
using base::ErrorKind;

bool is_staging(const sql::File& file) { return file.name().starts_with("staging_"); }
bool is_view(const sql::File& file) {
  return file.text.find("create or replace view") != std::string_view::npos;
}

/// The star, the ledger and the internal tables. Staging belongs to the engine, but where it is a
/// part of the load's transaction its tables last.
std::vector<const sql::File*> lasting_files(const warehouse::Warehouse& warehouse) {
  std::vector<const sql::File*> files = sql::ordered("schema");
  if (warehouse.is_shared()) return files;
  std::erase_if(files, [](const sql::File* file) { return is_staging(*file); });
  return files;
}

/// The statements of a file of sql/schema, with the clauses that place the table.
std::vector<sql::Statement> placed_statements(const sql::File& file, std::string_view layout) {
  std::vector<sql::Statement> statements = sql::split(file.text, file.path);
  sql::Header header = sql::header(file.text);
  auto placed = header.placed.find(std::string(layout));
  if (placed == header.placed.end() || placed->second.empty()) return statements;
  for (sql::Statement& each : statements) each.text += "\n" + placed->second;
  return statements;
}

void create_all(warehouse::Warehouse& warehouse, std::string_view layout) {
  for (const sql::File* file : lasting_files(warehouse)) {
    if (!warehouse.is_shared()) {
      run_file(warehouse, file->path);
      continue;
    }
    for (const auto& each : placed_statements(*file, layout)) warehouse.execute(each);
  }
  if (number_of(warehouse, "select count(*) from warehouse_version") > 0) return;
  warehouse.execute(
      warehouse::statement("insert into warehouse_version values (:version, :program)"),
      {{"version", std::int64_t{schema_version}}, {"program", SPARKIFY_VERSION}});
}

void drop_all(warehouse::Warehouse& warehouse) {
  std::vector<const sql::File*> files = lasting_files(warehouse);
  std::reverse(files.begin(), files.end());
  for (const sql::File* file : files) {
    warehouse.execute(warehouse::statement(fmt::format(
        "drop {} if exists {} cascade", is_view(*file) ? "view" : "table", file->name())));
  }
}

int version_of(warehouse::Warehouse& warehouse) {
  return static_cast<int>(
      number_of(warehouse, "select max(schema_version) from warehouse_version"));
}

void refuse_newer(warehouse::Warehouse& warehouse, int version, const std::string& path) {
  if (version <= schema_version) return;
  auto rows =
      rows_of(warehouse, warehouse::statement("select max(written_by) from warehouse_version"));
  throw Error(ErrorKind::bad_data,
              fmt::format("the warehouse has schema version {}, this program knows up to {}",
                          version, schema_version))
      .at({path, 0, 0, {}})
      .hint(fmt::format("open it with sparkify {} or later", rows[0][0].value_or("?")));
}

}  // namespace

bool has_schema(warehouse::Warehouse& warehouse) {
  return number_of(warehouse,
                   "select count(*) from information_schema.tables "
                   "where table_name = 'warehouse_version'") > 0;
}

void require_schema(warehouse::Warehouse& warehouse) {
  if (has_schema(warehouse)) return;
  throw base::Error(base::ErrorKind::not_found, "the warehouse has no tables")
      .hint("sparkify etl or sparkify create-tables makes them");
}

int migrate(warehouse::Warehouse& warehouse, std::span<const sql::File* const> steps) {
  warehouse::Transaction transaction(warehouse);
  warehouse.await_turn();
  int version = version_of(warehouse);  // somebody else may just have done it
  for (const sql::File* step : steps) {
    int from = std::stoi(std::string(step->name()));
    if (from != version) continue;
    for (const auto& each : sql::split(step->text, step->path)) warehouse.execute(each);
    ++version;
    warehouse.execute(
        warehouse::statement(
            "update warehouse_version set schema_version = :version, written_by = :program"),
        {{"version", std::int64_t{version}}, {"program", SPARKIFY_VERSION}});
  }
  transaction.commit();
  return version;
}

void bring_up_to_date(warehouse::Warehouse& warehouse, const std::string& path,
                      Observer& observer) {
  if (!has_schema(warehouse)) return;
  int version = version_of(warehouse);
  refuse_newer(warehouse, version, path);
  if (version == schema_version) return;
  int reached = migrate(warehouse, sql::ordered("migrate"));
  if (reached != schema_version) {
    throw Error(ErrorKind::bad_data,
                fmt::format("no way leads from schema version {} to {}", version, schema_version))
        .at({path, 0, 0, {}});
  }
  observer.noted(fmt::format("{}: schema version {} is now {}", path, version, reached));
}

std::unique_ptr<warehouse::Warehouse> open(const warehouse::EmbeddedOptions& options,
                                           Observer& observer) {
  using Mode = warehouse::EmbeddedOptions::Mode;
  auto opened = warehouse::open_embedded(options);
  if (options.mode == Mode::read_write) {
    bring_up_to_date(*opened, options.path, observer);
    return opened;
  }
  if (!has_schema(*opened)) return opened;
  int version = version_of(*opened);
  refuse_newer(*opened, version, options.path);
  if (version == schema_version) return opened;
  opened.reset();
  warehouse::EmbeddedOptions writable = options;
  writable.mode = Mode::read_write;
  open(writable, observer).reset();
  return warehouse::open_embedded(options);
}

/// Of several at once on a shared warehouse one makes them, and the others find them made.
void create_missing(warehouse::Warehouse& warehouse, std::string_view layout) {
  constexpr std::chrono::milliseconds pause{250};
  for (int left = 40;; --left) {
    try {
      warehouse::Transaction transaction(warehouse);
      create_all(warehouse, layout);
      return transaction.commit();
    } catch (const Error& error) {
      if (!warehouse.is_shared()) throw;
      if (has_schema(warehouse)) return;
      if (left == 0 || error.kind() != ErrorKind::unavailable) throw;
    }
    std::this_thread::sleep_for(pause);
  }
}

void create_tables(warehouse::Warehouse& warehouse, bool replace_data, std::string_view layout) {
  if (has_schema(warehouse) && !replace_data) {
    for (const sql::File* file : lasting_files(warehouse)) {
      bool is_data = !is_view(*file) && !is_staging(*file) && file->name() != "warehouse_version";
      if (!is_data) continue;
      std::int64_t count =
          number_of(warehouse, fmt::format("select count(*) from {}", file->name()));
      if (count == 0) continue;
      throw Error(ErrorKind::usage,
                  fmt::format("table {} holds {} rows, which would be lost", file->name(), count))
          .hint("give --yes to drop all tables and create them empty");
    }
  }
  warehouse::Transaction transaction(warehouse);
  drop_all(warehouse);
  create_all(warehouse, layout);
  transaction.commit();
}

std::string ddl(std::string_view engine, std::string_view layout) {
  std::string text;
  for (const sql::File* file : sql::ordered("schema")) {
    sql::Header header = sql::header(file->text);
    text += fmt::format("-- {}\n", header.purpose);
    for (const auto& each : placed_statements(*file, layout)) {
      text += (engine == "duckdb" ? dialect::to_duckdb(each).text : each.text) + ";\n\n";
    }
  }
  text.pop_back();
  return text;
}

}  // namespace sparkify::etl
