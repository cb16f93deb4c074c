#include "web/rows.hpp"

#include <fmt/format.h>

#include <limits>

#include "base/json.hpp"
#include "report/rows.hpp"
#include "web/reports.hpp"
#include "web/results.hpp"

namespace sparkify::web {
namespace {

using base::Error;
using base::ErrorKind;

base::SortedJson object_of(std::string_view text) {
  try {
    auto object = base::parse_sorted_json(text, "row");
    if (object.is_object()) return object;
  } catch (const Error&) {
    // Said below: where in a query's text it stops being JSON helps nobody.
  }
  throw Error(ErrorKind::usage, "row is no JSON object").hint("row={\"state\": \"CA\"}");
}

sql::Value value_of_json(const std::string& name, const base::SortedJson& value) {
  if (value.is_null()) return std::monostate();
  if (value.is_string()) return value.get<std::string>();
  constexpr auto most = static_cast<std::uint64_t>(std::numeric_limits<std::int64_t>::max());
  bool is_small = !value.is_number_unsigned() || value.get<std::uint64_t>() <= most;
  if (value.is_number_integer() && is_small) return value.get<std::int64_t>();
  throw Error(ErrorKind::usage, fmt::format("the row's \"{}\" is of another kind", name));
}

report::Figure figure_of(const Request& request) {
  report::Figure figure;
  figure.column = request.parameter("of").value_or("");
  const base::SortedJson row = object_of(request.parameter("row").value_or("{}"));
  for (const auto& [name, value] : row.items()) figure.row[name] = value_of_json(name, value);
  return figure;
}

}  // namespace

void answer_rows(Question& question, std::string_view what) {
  constexpr std::string_view csv = ".csv";
  bool is_csv = what.ends_with(csv);
  if (is_csv) what.remove_suffix(csv.size());
  const report::Report& report = report_named(what);
  const Request& request = question.request();
  report::Behind behind(report, figure_of(request), filter_of(request, {"of", "row"}));
  if (is_csv) {
    auto rows = behind.rows(question.warehouse());
    return answer_csv(question, *rows, report.name + "_rows");
  }
  std::int64_t count = behind.count(question.warehouse());
  auto rows = behind.rows(question.warehouse());
  answer_json(question, *rows, fmt::format("\"count\": {}, ", count));
}

}  // namespace sparkify::web
