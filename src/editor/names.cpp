#include "editor/names.hpp"

#include <fmt/format.h>

#include <utility>

#include "editor/export.hpp"
#include "format/json.hpp"

namespace sparkify::editor {

std::optional<std::string> Names::next() {
  if (std::exchange(is_asked_, true)) return std::nullopt;
  return "select table_schema, table_name, column_name, data_type from svv_columns "
         "order by table_schema in ('pg_catalog', 'information_schema'), table_schema, "
         "table_name, ordinal_position";
}

void Names::row(format::Row values) {
  using format::json_text;
  std::string_view schema = values[0].value_or(""), name = values[1].value_or("");
  bool is_another = schema != schema_ || name != name_;
  if (is_another) {
    tables_ += fmt::format("{}{{\"schema\": {}, \"name\": {}, \"columns\": [",
                           tables_.empty() ? "" : "]},\n", json_text(schema), json_text(name));
    schema_ = schema;
    name_ = name;
  }
  tables_ += fmt::format("{}{{\"name\": {}, \"type\": {}}}", is_another ? "" : ", ",
                         json_text(values[2].value_or("")), json_text(values[3].value_or("")));
}

std::string Names::finish() {
  if (failure_) throw_failure(*failure_);
  return fmt::format("{{\"tables\": [{}{}]}}\n", tables_, tables_.empty() ? "" : "]}");
}

}  // namespace sparkify::editor
