#include "report/output.hpp"

#include "format/json.hpp"
#include "report/report.hpp"

namespace sparkify::report {
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

void add_columns(format::JsonDocument& document, const Report& report) {
  document.key("columns").begin_array();
  for (const Column& column : report.columns) {
    document.begin_object().key("name").text(column.name);
    document.key("meaning").text(column.meaning).end_object();
  }
  document.end_array();
}

void add_parameters(format::JsonDocument& document, const Report& report) {
  document.key("parameters").begin_array();
  for (const std::string& parameter : report.parameters) document.text(parameter);
  document.end_array();
}

/// What lies behind a column's figures, and which values of their row say where.
void add_drill(format::JsonDocument& document, const Drill& drill) {
  const Report& query = rows_query(drill.query);
  document.begin_object().key("column").text(drill.column).key("title").text(query.title);
  document.key("definition").text(query.definition).key("grain").text(query.grain);
  document.key("keys").begin_array();
  for (const Key& key : query.keys) {
    if (drill.values.find(key.name) == drill.values.end()) document.text(key.name);
  }
  document.end_array();
  add_parameters(document, query);
  add_columns(document, query);
  document.end_object();
}

}  // namespace

std::string listing() {
  format::JsonDocument document;
  document.begin_array();
  for (const Report& report : reports()) {
    document.begin_object().key("name").text(report.name).key("metric");
    report.metric.empty() ? document.null() : document.text(report.metric);
    document.key("title").text(report.title).key("definition").text(report.definition);
    document.key("unit").text(report.unit).key("grain").text(report.grain).key("caveat");
    report.caveat.empty() ? document.null() : document.text(report.caveat);
    add_parameters(document, report);
    add_columns(document, report);
    document.key("rows").begin_array();
    for (const Drill& drill : report.drills) add_drill(document, drill);
    document.end_array().end_object();
  }
  document.end_array();
  return document.str();
}

std::vector<format::Column> columns_of(const warehouse::Rows& rows) {
  std::vector<format::Column> columns;
  for (const auto& column : rows.columns()) columns.push_back({column.name, kind_of(column.kind)});
  return columns;
}

}  // namespace sparkify::report
