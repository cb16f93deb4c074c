#include "cli/results.hpp"

namespace sparkify::cli {
namespace {

format::ValueKind kind_of(warehouse::ValueKind kind) {
  switch (kind) {
    case warehouse::ValueKind::number:
      return format::ValueKind::number;
    case warehouse::ValueKind::boolean:
      return format::ValueKind::boolean;
    case warehouse::ValueKind::text:
      break;
  }
  return format::ValueKind::text;
}

}  // namespace

std::vector<format::Column> columns_of(const warehouse::Rows& rows) {
  std::vector<format::Column> columns;
  for (const auto& column : rows.columns()) columns.push_back({column.name, kind_of(column.kind)});
  return columns;
}

void print_rows(Invocation& invocation, warehouse::Rows& rows, format::Writer& writer) {
  writer.begin(columns_of(rows));
  while (!invocation.out.is_closed() && rows.next()) {
    invocation.interrupts.check();
    writer.row(rows.row());
  }
  writer.end();
}

}  // namespace sparkify::cli
