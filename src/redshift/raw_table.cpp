#include "redshift/raw_table.hpp"

#include <fmt/format.h>

namespace sparkify::redshift {
namespace {

std::string sql_type(const event::Column& column) {
  switch (column.type) {
    case event::ColumnType::text:
      return fmt::format("varchar({})", column.max_bytes);
    case event::ColumnType::integer:
      return "integer";
    case event::ColumnType::timestamp:
      return "timestamp";
    case event::ColumnType::real:
      return "double precision";
  }
  return {};
}

}  // namespace

std::string column_types(std::span<const event::Column> columns, bool is_strict) {
  std::string types;
  for (const event::Column& column : columns) {
    types += fmt::format("{}{} {}{}", types.empty() ? "" : ", ", column.name, sql_type(column),
                         is_strict && column.is_required ? " not null" : "");
  }
  return types;
}

}  // namespace sparkify::redshift
