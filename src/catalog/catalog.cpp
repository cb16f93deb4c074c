#include "catalog/catalog.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "ddl/definition.hpp"
#include "duckdb/rows.hpp"
#include "rewrite/tokens.hpp"
#include "sql/files.hpp"

namespace sparkify::catalog {
namespace {

using rewrite::quoted_name;
using rewrite::quoted_text;

std::string literal(const sql::Value& value) {
  if (std::holds_alternative<std::monostate>(value)) return "null";
  if (const bool* truth = std::get_if<bool>(&value)) return *truth ? "true" : "false";
  if (const auto* number = std::get_if<std::int64_t>(&value)) return std::to_string(*number);
  if (const double* number = std::get_if<double>(&value)) return fmt::format("{}", *number);
  return quoted_text(std::get<std::string>(value));
}

std::string text_of(const std::optional<std::string_view>& value) {
  return std::string(value.value_or(std::string_view()));
}

/// `table "x" does not exist` as PostgreSQL's clients know it.
base::Error missing_relation(const base::Error& error) {
  constexpr std::string_view engines = "table \"";
  if (!error.message().starts_with(engines)) return error;
  base::Error found(error.kind(), "relation \"" + error.message().substr(engines.size()));
  found.sql_state(error.sql_state_text());
  if (error.place()) found.at(*error.place());
  // The engine's own relations are no help.
  bool is_own = error.hint_text().find("\"duckdb_") != std::string::npos ||
                error.hint_text().find("\"pragma_") != std::string::npos;
  if (!is_own) found.hint(error.hint_text());
  return found;
}

}  // namespace

void install(duckdb::Connection& connection) {
  std::string home;
  {
    duckdb::Rows rows(connection, "select current_database(), current_schema()", {});
    rows.next();
    home = quoted_name(text_of(rows.row()[0])) + "." + quoted_name(text_of(rows.row()[1]));
  }
  connection.run(fmt::format("attach ':memory:' as {}", database));
  connection.run(fmt::format("use {}", database));
  for (const sql::File* file : sql::ordered("catalog")) {
    try {
      connection.run(std::string(file->text));
    } catch (base::Error& error) {
      throw error.during(fmt::format("make the catalogue of {}", file->path));
    }
  }
  connection.run("use " + home);
}

void begin_session(duckdb::Connection& connection) {
  connection.run("set integer_division = true");
  connection.run("set default_null_order = 'nulls_last_on_asc_first_on_desc'");
  connection.run("set TimeZone = 'UTC'");
}

void set_value(duckdb::Connection& connection, std::string_view name, const sql::Value& value) {
  constexpr auto own = std::to_array<std::string_view>(
      {"user", "database", "search_path", "pg_backend_pid", "pg_last_copy_count", "pg_last_copy_id",
       "pg_last_query_id", "pg_last_unload_count", "pg_last_unload_id"});
  if (std::find(own.begin(), own.end(), name) != own.end()) {
    connection.run(fmt::format("set variable redshift_{} = {}", name, literal(value)));
    return;
  }
  connection.run(fmt::format(
      "set variable redshift_settings = map_concat(coalesce(getvariable('redshift_settings'), "
      "map {{}}), map {{{}: cast({} as varchar)}})",
      quoted_text(rewrite::lower(name)), literal(value)));
}

void set_settings(duckdb::Connection& connection,
                  const std::vector<std::pair<std::string, std::string>>& settings) {
  std::string entries;
  for (const auto& [name, value] : settings) {
    entries += fmt::format("{}{}: {}", entries.empty() ? "" : ", ",
                           quoted_text(rewrite::lower(name)), quoted_text(value));
  }
  connection.run(fmt::format("set variable redshift_settings = map {{{}}}", entries));
}

base::Error redshift_error(base::Error error) {
  if (auto length = ddl::length_error(error)) {
    if (error.place()) length->at(*error.place());
    return *std::move(length);
  }
  return error.sql_state_text() == "42P01" ? missing_relation(error) : error;
}

std::optional<rewrite::TableFacts> Session::table(const std::string& schema,
                                                  const std::string& name) const {
  // A query that fails would end a transaction.
  if (!connection_.column_count(schema, name)) return std::nullopt;
  rewrite::TableFacts facts;
  std::string where = schema.empty() ? "true" : "schema_name = " + quoted_text(schema);
  {
    duckdb::Rows tables(
        connection_,
        fmt::format("select schema_name, table_name, temporary, comment from duckdb_tables() "
                    "where lower(table_name) = {} and {} and (temporary or "
                    "database_name = current_database()) order by temporary desc, "
                    "schema_name <> current_schema(), schema_name <> 'main' limit 1",
                    quoted_text(rewrite::lower(name)), where),
        {});
    if (!tables.next()) return std::nullopt;
    facts.schema = text_of(tables.row()[0]);
    facts.name = text_of(tables.row()[1]);
    facts.is_temporary = text_of(tables.row()[2]) == "true";
    facts.comment = text_of(tables.row()[3]);
  }
  std::string whole_name =
      (facts.is_temporary ? "temp" : quoted_name(facts.schema)) + "." + quoted_name(facts.name);
  duckdb::Rows columns(connection_,
                       "select name, type, dflt_value, \"notnull\" from pragma_table_info(" +
                           quoted_text(whole_name) + ")",
                       {});
  while (columns.next()) {
    auto row = columns.row();
    facts.columns.push_back(
        {text_of(row[0]), text_of(row[1]), text_of(row[2]), text_of(row[3]) == "true"});
  }
  return facts;
}

std::optional<std::size_t> Session::column_count(const std::string& schema,
                                                 const std::string& name) const {
  return connection_.column_count(schema, name);
}

bool Session::has_sequence(const std::string& schema, const std::string& name) const {
  std::string where = schema.empty() ? "true" : "schema_name = " + quoted_text(schema);
  return connection_.number(
             fmt::format("select count(*) from duckdb_sequences() where lower(sequence_name) = {} "
                         "and {} and (temporary or database_name = current_database())",
                         quoted_text(rewrite::lower(name)), where)) > 0;
}

}  // namespace sparkify::catalog
