#include "web/checks.hpp"

#include "format/json.hpp"
#include "warehouse/query.hpp"

namespace sparkify::web {

std::string checks_as_json(const std::vector<etl::CheckResult>& checks) {
  format::JsonDocument document;
  document.begin_array();
  for (const etl::CheckResult& check : checks) {
    document.begin_object().key("check").text(check.name).key("purpose").text(check.purpose);
    document.key("ok").boolean(check.violation_count == 0);
    document.key("violation_count").number(check.violation_count);
    document.key("violations").begin_array();
    for (const auto& violation : check.violations) {
      document.begin_object();
      for (std::size_t i = 0; i < check.columns.size(); ++i) {
        document.key(check.columns[i]);
        violation[i] ? document.text(*violation[i]) : document.null();
      }
      document.end_object();
    }
    document.end_array().end_object();
  }
  document.end_array();
  return document.str();
}

void answer_checks(Question& question, std::string_view) {
  question.answer(checks_as_json(etl::check(question.warehouse())));
}

void answer_newest(Question& question, std::string_view) {
  auto found = warehouse::rows_of(question.warehouse(),
                                  warehouse::statement("select max(load_id) from etl_loads"));
  format::JsonDocument document;
  document.begin_object().key("load");
  const auto& load = found.at(0).at(0);
  load ? document.number(std::int64_t{std::stoll(*load)}) : document.null();
  document.end_object();
  question.answer(document.str());
}

}  // namespace sparkify::web
