#include "web/reports.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <optional>
#include <string>

#include "format/json.hpp"
#include "report/output.hpp"
#include "report/report.hpp"
#include "warehouse/query.hpp"
#include "web/results.hpp"

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

}  // namespace

report::Filter filter_of(const Request& request, std::initializer_list<std::string_view> others) {
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
    } else if (std::find(others.begin(), others.end(), name) == others.end()) {
      throw Error(ErrorKind::usage, fmt::format("unknown parameter \"{}\"", name))
          .hint("parameters are from, to, level and top");
    }
  }
  return filter;
}

const report::Report& report_named(std::string_view name) {
  try {
    return report::report(name);
  } catch (const Error& error) {
    throw Error(ErrorKind::not_found, error.message()).hint(error.hint_text());
  }
}

/// With the length of each value: no two questions have the same text.
std::string question_of(const report::Report& report, const report::Filter& filter) {
  auto text = [](const std::optional<std::string>& value) {
    return value ? fmt::format("{}:{}", value->size(), *value) : std::string("-");
  };
  return fmt::format("{} {} {} {} {}", report.name, text(filter.from), text(filter.to),
                     text(filter.level), filter.top ? fmt::to_string(*filter.top) : "-");
}

Days days_of(warehouse::Warehouse& warehouse) {
  auto found = warehouse::rows_of(
      warehouse, warehouse::statement("select cast(min(event_time) as date), "
                                      "cast(max(event_time) as date) from events"));
  return {found.at(0).at(0), found.at(0).at(1)};
}

void answer_warehouse(Question& question, std::string_view) {
  Days days = days_of(question.warehouse());
  format::JsonDocument document;
  document.begin_object().key("version").text(SPARKIFY_VERSION);
  auto day = [&](std::string_view name, const std::optional<std::string>& value) {
    document.key(name);
    value ? document.text(*value) : document.null();
  };
  day("first_day", days.first);
  day("last_day", days.last);
  document.end_object();
  question.answer(document.str());
}

void answer_reports(Question& question, std::string_view) { question.answer(report::listing()); }

void answer_report(Question& question, std::string_view what) {
  constexpr std::string_view csv = ".csv";
  bool is_csv = what.ends_with(csv);
  if (is_csv) what.remove_suffix(csv.size());
  const report::Report& report = report_named(what);
  report::Filter filter = filter_of(question.request(), {});
  std::string asked = question_of(report, filter);
  AnswerCache& answers = question.desk().answers;
  if (auto kept = is_csv ? nullptr : answers.find(asked)) return question.answer(*kept);
  AnswerCache::Draft draft(answers);
  auto rows = report::run(question.warehouse(), report, filter);
  if (is_csv) return answer_csv(question, *rows, report.name);
  answer_json(question, *rows, "", &draft);
  draft.keep(asked);
}

}  // namespace sparkify::web
