#include "report/rows.hpp"

#include <fmt/format.h>

#include <vector>

#include "base/error.hpp"

namespace sparkify::report {
namespace {

using base::Error;
using base::ErrorKind;

const Drill& drill_of(const Report& report, std::string_view column) {
  if (report.drills.empty()) {
    throw Error(ErrorKind::usage, fmt::format("{} has no rows behind its figures", report.name));
  }
  if (column.empty()) return report.drills.front();
  std::vector<std::string_view> names;
  for (const Drill& each : report.drills) {
    if (each.column == column) return each;
    names.push_back(each.column);
  }
  throw Error(ErrorKind::usage, fmt::format("{} has no rows behind \"{}\"", report.name, column))
      .hint(fmt::format("there are some behind {}", fmt::join(names, ", ")));
}

bool is_of_kind(const sql::Value& value, KeyKind kind) {
  if (std::holds_alternative<std::monostate>(value)) return true;
  if (kind == KeyKind::number) return std::holds_alternative<std::int64_t>(value);
  const auto* text = std::get_if<std::string>(&value);
  if (text == nullptr) return false;
  return kind == KeyKind::day ? is_day(*text) : text->find('\0') == std::string::npos;
}

/// The fixed values of the drill, and those of the row for the keys that are left.
sql::Parameters keys_of(const Report& query, const Drill& drill, sql::Parameters row) {
  sql::Parameters keys = drill.values;
  for (const Key& key : query.keys) {
    if (keys.find(key.name) != keys.end()) continue;
    auto found = row.find(key.name);
    if (found == row.end()) {
      throw Error(ErrorKind::usage, fmt::format("the row has no \"{}\"", key.name));
    }
    if (!is_of_kind(found->second, key.kind)) {
      throw Error(ErrorKind::usage, fmt::format("the row's \"{}\" is of another kind", key.name));
    }
    keys.insert(row.extract(found));
  }
  if (row.empty()) return keys;
  throw Error(ErrorKind::usage,
              fmt::format("nothing asks for the row's \"{}\"", row.begin()->first));
}

}  // namespace

Behind::Behind(const Report& report, const Figure& figure, const Filter& filter) {
  const Drill& drill = drill_of(report, figure.column);
  query_ = &rows_query(drill.query);
  Filter narrowing = filter;
  narrowing.top.reset();
  parameters_ = parameters_of(*query_, narrowing);
  parameters_.merge(keys_of(*query_, drill, figure.row));
  if (filter.top && *filter.top < 1) throw Error(ErrorKind::usage, "--top must be 1 at least");
  if (filter.top) parameters_["top"] = *filter.top;
}

sql::Statement Behind::around(const std::string& head, const std::string& tail) const {
  sql::Statement statement = query_->statement;
  statement.text = fmt::format("{} from (\n{}\n) as behind {}", head, statement.text, tail);
  return statement;
}

std::int64_t Behind::count(warehouse::Warehouse& warehouse) const {
  auto rows = warehouse.query(around("select count(*)", ""), parameters_);
  return rows->next() ? std::stoll(std::string(rows->row()[0].value_or("0"))) : 0;
}

std::unique_ptr<warehouse::Rows> Behind::rows(warehouse::Warehouse& warehouse) const {
  std::string columns;
  for (const Column& column : query_->columns) {
    columns += fmt::format("{}{}", columns.empty() ? "" : ", ", column.name);
  }
  std::string tail = fmt::format("order by {}", query_->order);
  if (parameters_.find("top") != parameters_.end()) tail += " limit :top";
  return warehouse.query(around("select " + columns, tail), parameters_);
}

}  // namespace sparkify::report
