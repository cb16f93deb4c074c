#include "load/table.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <optional>
#include <utility>

#include "base/text.hpp"
#include "ddl/layout.hpp"
#include "duckdb/rows.hpp"

namespace sparkify::load {
namespace {

/// Of texts whose length nobody said.
constexpr std::size_t most_text_bytes = 65'535;
constexpr std::size_t most_super_bytes = 16'777'216;

std::string text_of(const std::optional<std::string_view>& value) {
  return std::string(value.value_or(std::string_view()));
}

/// A column of the catalogue.
struct Found {
  std::string name;  ///< as the engine spells it
  field::Column column;
  bool is_loadable = true;
  std::string engine_type;
  bool has_default = false;
  bool is_identity = false;
};

bool set_decimal(std::string_view type, field::Column& column) {
  if (!type.starts_with("DECIMAL(")) return false;
  const char* end = type.data() + type.size();
  auto [comma, failure] = std::from_chars(type.data() + 8, end, column.precision);
  if (failure != std::errc() || comma == end) return false;
  std::from_chars(comma + 1, end, column.scale);
  column.type = field::Type::numeric;
  return true;
}

/// False for a type that has no text form in Redshift.
bool set_type(std::string_view type, field::Column& column) {
  using field::Type;
  static constexpr auto types = std::to_array<std::pair<std::string_view, Type>>(
      {{"BOOLEAN", Type::boolean},
       {"SMALLINT", Type::int2},
       {"INTEGER", Type::int4},
       {"BIGINT", Type::int8},
       {"FLOAT", Type::float4},
       {"DOUBLE", Type::float8},
       {"VARCHAR", Type::varchar},
       {"JSON", Type::super},
       {"BLOB", Type::varbyte},
       {"DATE", Type::date},
       {"TIME", Type::time},
       {"TIME WITH TIME ZONE", Type::timetz},
       {"TIMESTAMP", Type::timestamp},
       {"TIMESTAMP WITH TIME ZONE", Type::timestamptz}});
  if (set_decimal(type, column)) return true;
  auto found = std::find_if(types.begin(), types.end(),
                            [&](const auto& each) { return each.first == type; });
  if (found == types.end()) return false;
  column.type = found->second;
  if (column.type == Type::super) column.max_bytes = most_super_bytes;
  if (column.type == Type::varchar || column.type == Type::varbyte) {
    column.max_bytes = most_text_bytes;
  }
  return true;
}

/// What the table's definition said beyond the engine's type.
void set_layout(const ddl::Layout& layout, Found& found) {
  auto entry = layout.columns.find(found.column.name);
  if (entry == layout.columns.end()) return;
  const ddl::ColumnLayout& said = entry->second;
  found.is_identity = said.identity.has_value();
  if (said.type == "super") {
    found.column.type = field::Type::super;
    found.column.max_bytes = most_super_bytes;
    found.is_loadable = true;
  }
  if (auto limit = ddl::byte_limit(said.type)) {
    found.column.max_bytes = *limit;
    if (ddl::is_padded(said.type)) found.column.type = field::Type::character;
  }
}

/// The table's place in the catalogue: database, schema, name, id, comment.
std::optional<std::array<std::string, 5>> find_place(duckdb::Connection& connection,
                                                     const transfer::CopyStatement& copy) {
  std::string schema = copy.schema.text == "public" ? "main" : copy.schema.text;
  std::string where = schema.empty()
                          ? "schema_name in (current_schema(), 'main')"
                          : fmt::format("lower(schema_name) = {}", base::quoted(schema, '\''));
  duckdb::Rows rows(connection,
                    fmt::format("select database_name, schema_name, table_name, table_oid, comment "
                                "from duckdb_tables() where lower(table_name) = {} and {} "
                                "and database_name in (current_database(), 'temp') "
                                "order by temporary desc, schema_name <> current_schema() limit 1",
                                base::quoted(copy.table.text, '\''), where),
                    {});
  if (!rows.next()) return std::nullopt;
  std::array<std::string, 5> place;
  for (std::size_t i = 0; i < place.size(); ++i) place[i] = text_of(rows.row()[i]);
  return place;
}

std::vector<Found> find_columns(duckdb::Connection& connection,
                                const std::array<std::string, 5>& place) {
  ddl::Layout layout = ddl::Layout::parse(place[4]);
  duckdb::Rows rows(
      connection,
      fmt::format("select column_name, data_type, is_nullable, column_default "
                  "from duckdb_columns() where database_name = {} and schema_name = {} "
                  "and table_name = {} order by column_index",
                  base::quoted(place[0], '\''), base::quoted(place[1], '\''),
                  base::quoted(place[2], '\'')),
      {});
  std::vector<Found> columns;
  while (rows.next()) {
    Found found;
    found.name = text_of(rows.row()[0]);
    found.engine_type = text_of(rows.row()[1]);
    found.column.name = base::to_lower(found.name);
    found.column.is_required = text_of(rows.row()[2]) == "false";
    found.has_default = rows.row()[3].has_value();
    found.is_loadable = set_type(found.engine_type, found.column);
    set_layout(layout, found);
    columns.push_back(std::move(found));
  }
  return columns;
}

/// Indexes of the columns that fields go to.
std::vector<std::size_t> choose(const std::vector<Found>& columns,
                                const transfer::CopyStatement& copy,
                                const transfer::Cursor& places) {
  std::vector<std::size_t> chosen;
  if (copy.columns.empty()) {
    for (std::size_t i = 0; i < columns.size(); ++i) {
      if (!columns[i].is_identity || copy.has_explicit_ids) chosen.push_back(i);
    }
    return chosen;
  }
  for (const transfer::Located& name : copy.columns) {
    auto found = std::find_if(columns.begin(), columns.end(),
                              [&](const Found& each) { return each.column.name == name.text; });
    if (found == columns.end()) {
      throw places
          .error(name.offset, fmt::format("column \"{}\" of relation \"{}\" does not exist",
                                          name.text, copy.table.text))
          .sql_state("42703");
    }
    auto index = static_cast<std::size_t>(found - columns.begin());
    if (std::find(chosen.begin(), chosen.end(), index) != chosen.end()) {
      throw places.error(name.offset, fmt::format("column \"{}\" is given twice", name.text))
          .sql_state("42701");
    }
    chosen.push_back(index);
  }
  return chosen;
}

void check_identity(const std::vector<Found>& columns, const std::vector<std::size_t>& chosen,
                    const transfer::CopyStatement& copy, const transfer::Cursor& places) {
  for (std::size_t i = 0; i < columns.size(); ++i) {
    if (!columns[i].is_identity || copy.may_list_ids) continue;
    auto at = std::find(chosen.begin(), chosen.end(), i);
    if (at != chosen.end() && !copy.has_explicit_ids) {
      const transfer::Located& name = copy.columns[static_cast<std::size_t>(at - chosen.begin())];
      throw places
          .error(name.offset,
                 fmt::format("\"{}\" is an IDENTITY column: its values are made here", name.text))
          .hint("EXPLICIT_IDS loads values of the file instead");
    }
    if (at == chosen.end() && copy.has_explicit_ids) {
      throw places.error(copy.table.offset,
                         fmt::format("EXPLICIT_IDS needs the IDENTITY column \"{}\" in the list",
                                     columns[i].column.name));
    }
  }
}

/// Columns without a field take their default, if that can be.
void check_others(const std::vector<Found>& columns, const std::vector<std::size_t>& chosen,
                  const transfer::CopyStatement& copy, const transfer::Cursor& places) {
  for (std::size_t i = 0; i < columns.size(); ++i) {
    const Found& found = columns[i];
    bool is_chosen = std::find(chosen.begin(), chosen.end(), i) != chosen.end();
    if (is_chosen && !found.is_loadable) {
      throw places
          .error(copy.table.offset, fmt::format("COPY cannot load column \"{}\" of type {}",
                                                found.column.name, found.engine_type))
          .sql_state("0A000");
    }
    if (is_chosen || !found.column.is_required || found.has_default) continue;
    throw places
        .error(copy.table.offset,
               fmt::format("column \"{}\" is NOT NULL, has no default and is not in the list",
                           found.column.name))
        .sql_state("23502");
  }
}

}  // namespace

Table find_table(duckdb::Connection& connection, const transfer::CopyStatement& copy,
                 const transfer::Cursor& places) {
  auto place = find_place(connection, copy);
  if (!place) {
    throw places
        .error(copy.table.offset,
               fmt::format("Cannot COPY into nonexistent table {}", copy.table.text))
        .sql_state("42P01");
  }
  std::vector<Found> columns = find_columns(connection, *place);
  std::vector<std::size_t> chosen = choose(columns, copy, places);
  check_identity(columns, chosen, copy, places);
  check_others(columns, chosen, copy, places);
  Table table;
  table.name = copy.table.text;
  for (std::size_t i = 0; i < 3; ++i) {
    table.qualified += (i > 0 ? "." : "") + base::quoted((*place)[i], '"');
  }
  std::from_chars((*place)[3].data(), (*place)[3].data() + (*place)[3].size(), table.id);
  for (std::size_t index : chosen) {
    table.columns.push_back(columns[index].column);
    table.quoted.push_back(base::quoted(columns[index].name, '"'));
  }
  return table;
}

}  // namespace sparkify::load
