#include "web/reports.hpp"

#include <fmt/format.h>

#include <charconv>

#include "format/json.hpp"
#include "report/output.hpp"
#include "report/report.hpp"
#include "warehouse/query.hpp"

namespace sparkify::web {
namespace {

using base::Error;
using base::ErrorKind;

std::int64_t whole_number(std::string_view name, std::string_view text) {
  std::int64_t number = 0;
  const char* end = text.data() + text.size();
  auto [rest, failed] = std::from_chars(text.data(), end, number);
  if (failed == std::errc() && rest == end) return number;
  throw Error(ErrorKind::usage, fmt::format("{}: \"{}\" is no number", name, text));
}

report::Filter filter_of(const Request& request) {
  report::Filter filter;
  for (const auto& [name, value] : request.query) {
    if (name == "from") {
      filter.from = value;
    } else if (name == "to") {
      filter.to = value;
    } else if (name == "level") {
      filter.level = value;
    } else if (name == "top") {
      filter.top = whole_number(name, value);
    } else {
      throw Error(ErrorKind::usage, fmt::format("unknown parameter \"{}\"", name))
          .hint("parameters are from, to, level and top");
    }
  }
  return filter;
}

const report::Report& named(std::string_view name) {
  try {
    return report::report(name);
  } catch (const Error& error) {
    throw Error(ErrorKind::not_found, error.message()).hint(error.hint_text());
  }
}

std::string head_of(const std::vector<format::Column>& columns) {
  std::string text = "{\"columns\": [";
  for (const format::Column& column : columns) {
    const char* kind = column.kind == format::ValueKind::number    ? "number"
                       : column.kind == format::ValueKind::boolean ? "boolean"
                                                                   : "text";
    text += fmt::format("{}{{\"name\": {}, \"kind\": \"{}\"}}", text.ends_with('[') ? "" : ", ",
                        format::json_text(column.name), kind);
  }
  return text + "], \"rows\": [";
}

std::string value_of(const std::optional<std::string_view>& value, format::ValueKind kind) {
  if (!value) return "null";
  if (kind == format::ValueKind::text) return format::json_text(*value);
  if (kind == format::ValueKind::number && !format::is_json_number(*value)) return "null";
  return std::string(*value);
}

void send_json(Exchange& exchange, warehouse::Rows& found,
               const std::vector<format::Column>& columns, bool has_row) {
  exchange.piece(head_of(columns));
  for (const char* before = "["; has_row; has_row = found.next(), before = ", [") {
    std::string line = before;
    for (std::size_t i = 0; i < columns.size(); ++i) {
      if (i > 0) line += ", ";
      line += value_of(found.row()[i], columns[i].kind);
    }
    exchange.piece(line + ']');
  }
  exchange.piece("]}\n");
}

void send_csv(Exchange& exchange, warehouse::Rows& found, std::vector<format::Column> columns,
              bool has_row) {
  auto writer = format::make_writer("csv", [&](std::string_view text) { exchange.piece(text); });
  writer->begin(std::move(columns));
  for (; has_row; has_row = found.next()) writer->row(found.row());
  writer->end();
}

}  // namespace

void answer_warehouse(Question& question, std::string_view) {
  auto found = warehouse::rows_of(
      question.warehouse(), warehouse::statement("select cast(min(event_time) as date), "
                                                 "cast(max(event_time) as date) from events"));
  format::JsonDocument document;
  document.begin_object().key("version").text(SPARKIFY_VERSION);
  auto day = [&](std::string_view name, const std::optional<std::string>& value) {
    document.key(name);
    value ? document.text(*value) : document.null();
  };
  day("first_day", found.at(0).at(0));
  day("last_day", found.at(0).at(1));
  document.end_object();
  question.answer(document.str());
}

void answer_reports(Question& question, std::string_view) { question.answer(report::listing()); }

/// What fails before the first row is a whole answer, so the head waits for that row.
void answer_report(Question& question, std::string_view what) {
  constexpr std::string_view csv = ".csv";
  bool is_csv = what.ends_with(csv);
  if (is_csv) what.remove_suffix(csv.size());
  const report::Report& report = named(what);
  auto found = report::run(question.warehouse(), report, filter_of(question.request()));
  bool has_row = found->next();
  std::vector<format::Column> columns = report::columns_of(*found);
  if (is_csv) {
    Response head = file_head("text/csv; charset=utf-8", report.name + ".csv");
    Exchange& exchange = question.begin(head);
    send_csv(exchange, *found, std::move(columns), has_row);
    return exchange.end();
  }
  Exchange& exchange = question.begin(json_response(200, ""));
  send_json(exchange, *found, columns, has_row);
  exchange.end();
}

}  // namespace sparkify::web
