#include "redshift/row_lines.hpp"

#include <fmt/format.h>

#include <cstdint>
#include <iterator>

#include "base/text.hpp"

namespace sparkify::redshift {
namespace {

void append_value(const duckdb::TravellingChunk& rows, std::size_t column, std::size_t row,
                  duckdb_type type, std::string& line) {
  constexpr std::int64_t micros_in_milli = 1000;
  auto out = std::back_inserter(line);
  if (rows.is_null(column, row)) {
    line += "null";
  } else if (type == DUCKDB_TYPE_VARCHAR) {
    base::append_json_text(rows.text(column, row), line);
  } else if (type == DUCKDB_TYPE_INTEGER) {
    fmt::format_to(out, "{}", rows.values<std::int32_t>(column)[row]);
  } else if (type == DUCKDB_TYPE_DOUBLE) {
    fmt::format_to(out, "{}", rows.values<double>(column)[row]);
  } else if (type == DUCKDB_TYPE_TIMESTAMP) {
    fmt::format_to(out, "{}", rows.values<std::int64_t>(column)[row] / micros_in_milli);
  } else {
    fmt::format_to(out, "{}", rows.values<std::int64_t>(column)[row]);
  }
}

}  // namespace

void append_lines(const duckdb::TravellingChunk& rows, std::size_t row_count,
                  std::span<const duckdb::Source::Column> columns, std::string& lines) {
  for (std::size_t row = 0; row < row_count; ++row) {
    for (std::size_t column = 0; column < columns.size(); ++column) {
      lines += column == 0 ? "{\"" : ",\"";
      lines += columns[column].name;
      lines += "\":";
      append_value(rows, column, row, columns[column].type, lines);
    }
    lines += "}\n";
  }
}

}  // namespace sparkify::redshift
