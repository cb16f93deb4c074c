#include "catalog/catalog.hpp"

#include <fmt/format.h>

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

}  // namespace

void install(duckdb::Connection& connection) {
  connection.run(fmt::format("attach ':memory:' as {}", database));
  connection.run(fmt::format("use {}", database));
  for (const sql::File* file : sql::ordered("catalog")) connection.run(std::string(file->text));
  connection.run("use main");
}

void begin_session(duckdb::Connection& connection) {
  connection.run("set integer_division = true");
  connection.run("set default_null_order = 'nulls_last_on_asc_first_on_desc'");
  connection.run("set TimeZone = 'UTC'");
}

void set_value(duckdb::Connection& connection, std::string_view name, const sql::Value& value) {
  connection.run(fmt::format("set variable {} = {}", quoted_name(fmt::format("redshift_{}", name)),
                             literal(value)));
}

std::optional<rewrite::TableFacts> Session::table(const std::string& schema,
                                                  const std::string& name) const {
  std::string where = schema.empty() ? "schema_name in (current_schema(), 'main')"
                                     : fmt::format("schema_name = {}", quoted_text(schema));
  try {
    duckdb::Rows tables(
        connection_,
        fmt::format("select schema_name, table_name, temporary, comment from duckdb_tables() "
                    "where lower(table_name) = {} and {} and database_name in "
                    "(current_database(), 'temp') order by temporary desc, "
                    "schema_name <> current_schema() limit 1",
                    quoted_text(rewrite::lower(name)), where),
        {});
    if (!tables.next()) return std::nullopt;
    rewrite::TableFacts facts;
    facts.schema = text_of(tables.row()[0]);
    facts.name = text_of(tables.row()[1]);
    facts.is_temporary = text_of(tables.row()[2]) == "true";
    facts.comment = text_of(tables.row()[3]);
    return facts;
  } catch (const base::Error&) {
    return std::nullopt;  // a failed transaction: the statement will say so itself
  }
}

}  // namespace sparkify::catalog
