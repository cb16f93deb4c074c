#include "etl/build.hpp"

#include <fmt/format.h>

#include "base/error.hpp"
#include "etl/observer.hpp"
#include "sql/files.hpp"
#include "sql/read_only.hpp"

namespace sparkify::etl {
namespace {

void take_parameters(warehouse::Warehouse& warehouse, const sql::Statement& query,
                     sql::Parameters& parameters) {
  sql::Parameters found;
  auto rows = warehouse.query(query, parameters);
  while (rows->next()) {
    for (std::size_t i = 0; i < rows->columns().size(); ++i) {
      const auto& value = rows->row()[i];
      found[rows->columns()[i].name] =
          value ? sql::Value(std::string(*value)) : sql::Value(std::monostate{});
    }
  }
  rows.reset();
  for (auto& [name, value] : found) parameters[name] = value;
}

}  // namespace

void build(warehouse::Warehouse& warehouse, Observer& observer) {
  sql::Parameters parameters;
  for (const sql::File* file : sql::ordered("build")) {
    Stage stage(observer, fmt::format("build {}", file->name()));
    try {
      for (const auto& statement : sql::split(file->text, file->path)) {
        if (sql::is_query(statement)) {
          take_parameters(warehouse, statement, parameters);
        } else {
          warehouse.execute(statement, parameters);
        }
      }
    } catch (base::Error& error) {
      error.during(fmt::format("build {} on {}", file->name(), warehouse.engine()));
      throw;
    }
  }
}

}  // namespace sparkify::etl
