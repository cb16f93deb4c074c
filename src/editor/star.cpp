#include "editor/star.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <optional>

#include "base/error.hpp"
#include "base/text.hpp"
#include "ddl/layout.hpp"
#include "format/json.hpp"
#include "sql/files.hpp"
#include "warehouse/query.hpp"

namespace sparkify::editor {
namespace {

constexpr std::string_view folder = "sql/schema/", ending = ".sql";
constexpr std::string_view no_placement = "diststyle auto sortkey auto";

/// The words of `primary key (a, b)`.
std::vector<std::string> names_in_parentheses(std::string_view line) {
  std::vector<std::string> names;
  std::size_t begin = line.find('(') + 1, end = line.find(')');
  while (begin < end && end != std::string_view::npos) {
    std::size_t comma = std::min(line.find(',', begin), end);
    names.emplace_back(base::trim(line.substr(begin, comma - begin)));
    begin = comma + 1;
  }
  return names;
}

void mark_keys(StarTable& table, const std::vector<std::string>& names) {
  for (StarTable::Column& column : table.columns) {
    column.is_key |= std::find(names.begin(), names.end(), column.name) != names.end();
  }
}

/// `  user_id integer not null,`
void read_column(std::string_view line, StarTable& table) {
  constexpr std::string_view required = " not null";
  if (line.ends_with(',')) line.remove_suffix(1);
  if (line.starts_with("primary key")) return mark_keys(table, names_in_parentheses(line));
  StarTable::Column column;
  column.is_required = line.ends_with(required);
  if (column.is_required) line.remove_suffix(required.size());
  std::size_t blank = std::min(line.find(' '), line.size());
  column.name = line.substr(0, blank);
  column.type = base::trim(line.substr(blank));
  column.type.resize(std::min(column.type.find(" default "), column.type.size()));
  table.columns.push_back(std::move(column));
}

/// What a table that somebody made says of itself, in its comment.
void read_layout(const std::string& comment, StarTable& table) {
  ddl::Layout layout = ddl::Layout::parse(comment);
  table.purpose = layout.comment;
  if (!layout.distkey.empty()) {
    table.placed = fmt::format("distkey({})", layout.distkey);
  } else if (!layout.diststyle.empty()) {
    table.placed = fmt::format("diststyle {}", layout.diststyle);
  }
  if (!layout.sortkey.empty()) {
    table.placed += fmt::format("{}sortkey({})", table.placed.empty() ? "" : " ",
                                fmt::join(layout.sortkey, ", "));
  }
  if (layout.primary_key) mark_keys(table, layout.primary_key->columns);
  for (const ddl::ForeignKey& key : layout.foreign_keys) {
    for (StarTable::Column& column : table.columns) {
      const auto& names = key.key.columns;
      if (std::find(names.begin(), names.end(), column.name) == names.end()) continue;
      column.references = key.table;
    }
  }
  for (StarTable::Column& column : table.columns) {
    auto known = layout.columns.find(column.name);
    if (known != layout.columns.end() && !known->second.type.empty()) {
      column.type = known->second.type;
    }
  }
}

/// Tables and views with their columns as the engine knows them.
std::vector<StarTable> found_tables(warehouse::Warehouse& warehouse) {
  std::vector<StarTable> tables;
  auto rows = warehouse::rows_of(
      warehouse, warehouse::statement(
                     "select c.table_name, c.column_name, lower(c.data_type), not c.is_nullable, "
                     "v.view_name is not null, t.comment from duckdb_columns() as c "
                     "left join duckdb_views() as v on v.database_name = c.database_name and "
                     "v.schema_name = c.schema_name and v.view_name = c.table_name "
                     "left join duckdb_tables() as t on t.database_name = c.database_name and "
                     "t.schema_name = c.schema_name and t.table_name = c.table_name "
                     "where c.database_name = current_database() and c.schema_name = 'main' "
                     "and not c.internal order by c.table_name, c.column_index"));
  std::string comment;
  auto finish = [&] {
    if (!tables.empty()) read_layout(comment, tables.back());
  };
  for (const auto& row : rows) {
    if (tables.empty() || tables.back().name != *row[0]) {
      finish();
      tables.emplace_back().name = *row[0];
      tables.back().is_view = row[4] == "true";
      comment = row[5].value_or("");
    }
    tables.back().columns.push_back({*row[1], *row[2], row[3] == "true", false, ""});
  }
  finish();
  return tables;
}

/// What the files say of tables that are there.
void describe(StarTable& table) {
  for (const sql::File& file : sql::files()) {
    if (file.path != fmt::format("{}{}{}", folder, table.name, ending)) continue;
    StarTable known = table_of_file(file.path, file.text);
    known.is_view = table.is_view;
    if (!table.placed.empty()) known.placed = table.placed;
    if (known.columns.empty()) known.columns = table.columns;
    table = std::move(known);
    return;
  }
}

std::string_view role_of(const StarTable& table, const std::vector<StarTable>& all) {
  if (!table.is_ours) return "other";
  bool is_internal = table.name.starts_with("etl_") || table.name.starts_with("staging_") ||
                     table.name == "warehouse_version" || table.purpose.starts_with("Internal");
  if (is_internal) return "internal";
  auto refers_here = [&](const StarTable& other) {
    return std::any_of(other.columns.begin(), other.columns.end(),
                       [&](const auto& column) { return column.references == table.name; });
  };
  if (std::any_of(all.begin(), all.end(), refers_here)) return "dimension";
  // A dimension that keeps versions is referred to by its key and a time.
  return table.name.ends_with("_history") ? "dimension" : "fact";
}

std::int64_t bytes_of(warehouse::Warehouse& warehouse, const std::string& name) {
  return warehouse::number_of(
      warehouse, fmt::format("select count(distinct block_id) * (select max(block_size) from "
                             "pragma_database_size() where database_name = current_database()) "
                             "from pragma_storage_info({}) where block_id >= 0",
                             base::quoted(base::quoted(name, '"'), '\'')));
}

void write(format::JsonDocument& document, const StarTable::Column& column) {
  document.begin_object().key("name").text(column.name).key("type").text(column.type);
  document.key("is_required").boolean(column.is_required);
  document.key("is_key").boolean(column.is_key).key("references");
  column.references.empty() ? document.null() : document.text(column.references);
  document.end_object();
}

void write(format::JsonDocument& document, const StarTable& table, std::string_view role,
           warehouse::Warehouse& warehouse) {
  document.begin_object().key("name").text(table.name).key("role").text(role);
  document.key("purpose").text(table.purpose).key("grain").text(table.grain);
  document.key("rows");
  if (table.is_view) {
    document.null().key("bytes").null();
  } else {
    document.number(warehouse::number_of(
        warehouse, fmt::format("select count(*) from {}", base::quoted(table.name, '"'))));
    document.key("bytes").number(bytes_of(warehouse, table.name));
  }
  document.key("is_view").boolean(table.is_view).key("placed");
  document.text(table.is_view          ? ""
                : table.placed.empty() ? no_placement
                                       : std::string_view(table.placed));
  document.key("layouts").begin_array();
  for (const StarTable::Layout& layout : table.layouts) {
    document.begin_object().key("name").text(layout.name);
    document.key("clauses").text(layout.clauses).end_object();
  }
  document.end_array().key("columns").begin_array();
  for (const StarTable::Column& column : table.columns) write(document, column);
  document.end_array().end_object();
}

}  // namespace

StarTable table_of_file(std::string_view path, std::string_view text) {
  StarTable table;
  table.is_ours = true;
  table.name = path.substr(folder.size(), path.size() - folder.size() - ending.size());
  sql::Header header = sql::header(text);
  table.purpose = header.purpose;
  table.grain = header.grain;
  for (const auto& [name, clauses] : header.placed) table.layouts.push_back({name, clauses});
  bool is_inside = false;
  for (std::size_t at = 0; at < text.size();) {
    std::size_t end = std::min(text.find('\n', at), text.size());
    std::string_view line = text.substr(at, end - at);
    at = end + 1;
    if (line.starts_with(");")) break;
    if (is_inside) read_column(base::trim(line), table);
    is_inside |= line.starts_with("create table") && line.ends_with('(');
  }
  return table;
}

void connect(std::vector<StarTable>& tables) {
  std::map<std::string, std::string> table_of_key;
  for (const StarTable& table : tables) {
    auto is_key = [](const StarTable::Column& column) { return column.is_key; };
    if (std::count_if(table.columns.begin(), table.columns.end(), is_key) != 1) continue;
    auto key = std::find_if(table.columns.begin(), table.columns.end(), is_key);
    // What the load keeps for itself is nothing to refer to.
    if (!table.purpose.starts_with("Internal")) table_of_key[key->name] = table.name;
  }
  for (StarTable& table : tables) {
    for (StarTable::Column& column : table.columns) {
      auto found = table_of_key.find(column.name);
      if (found == table_of_key.end() || found->second == table.name) continue;
      if (column.references.empty()) column.references = found->second;
    }
  }
}

std::string star(warehouse::Warehouse& warehouse) {
  std::vector<StarTable> tables = found_tables(warehouse);
  for (StarTable& table : tables) describe(table);
  connect(tables);
  format::JsonDocument document;
  document.begin_object().key("tables").begin_array();
  for (const StarTable& table : tables) write(document, table, role_of(table, tables), warehouse);
  document.end_array().end_object();
  return document.str();
}

}  // namespace sparkify::editor
