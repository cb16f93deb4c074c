#include "etl/check.hpp"

#include "base/error.hpp"
#include "etl/schema.hpp"
#include "sql/files.hpp"
#include "warehouse/query.hpp"

namespace sparkify::etl {

std::vector<CheckResult> check(warehouse::Warehouse& warehouse) {
  if (!has_schema(warehouse)) {
    throw base::Error(base::ErrorKind::not_found, "the warehouse has no tables")
        .hint("sparkify etl or sparkify create-tables makes them");
  }
  std::vector<CheckResult> results;
  for (const sql::File* file : sql::ordered("check")) {
    CheckResult result;
    result.name = file->name();
    result.purpose = sql::header(file->text).purpose;
    auto rows = warehouse.query(sql::split(file->text, file->path).at(0));
    for (const auto& column : rows->columns()) result.columns.push_back(column.name);
    while (rows->next()) {
      if (++result.violation_count > static_cast<std::int64_t>(max_violations)) continue;
      auto& violation = result.violations.emplace_back();
      for (const auto& value : rows->row()) {
        violation.push_back(value ? std::optional<std::string>(*value) : std::nullopt);
      }
    }
    results.push_back(std::move(result));
  }
  return results;
}

}  // namespace sparkify::etl
