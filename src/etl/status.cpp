#include "etl/status.hpp"

#include "base/error.hpp"
#include "etl/schema.hpp"
#include "warehouse/query.hpp"

#include <fmt/format.h>

namespace sparkify::etl {
namespace {

constexpr std::string_view star_tables[] = {
    "songplays", "events",   "users",         "user_history", "songs",     "artists",
    "time",      "sessions", "level_changes", "etl_loads",    "etl_files", "etl_rejects"};

std::int64_t whole(const std::optional<std::string>& value) {
  return value ? std::stoll(*value) : 0;
}

}  // namespace

std::vector<TableCount> table_counts(warehouse::Warehouse& warehouse) {
  std::vector<TableCount> counts;
  for (auto table : star_tables) {
    counts.push_back({std::string(table),
                      number_of(warehouse, fmt::format("select count(*) from {}", table)), 0});
  }
  return counts;
}

Status status(warehouse::Warehouse& warehouse) {
  require_schema(warehouse);
  Status status;
  status.schema_version =
      static_cast<int>(number_of(warehouse, "select max(schema_version) from warehouse_version"));
  status.tables = table_counts(warehouse);
  auto span = rows_of(warehouse,
                      warehouse::statement("select min(event_time), max(event_time) from events"));
  status.first_event_time = span.at(0)[0].value_or("");
  status.last_event_time = span.at(0)[1].value_or("");
  auto loads =
      rows_of(warehouse,
              warehouse::statement("select load_id, status, started_at, finished_at, files_loaded, "
                                   "rows_loaded, duplicates, rejects, error from etl_loads "
                                   "order by load_id desc limit 10"));
  for (const auto& row : loads) {
    status.recent_loads.push_back({whole(row[0]), row[1].value_or(""), row[2].value_or(""),
                                   row[3].value_or(""), whole(row[4]), whole(row[5]), whole(row[6]),
                                   whole(row[7]), row[8].value_or("")});
  }
  return status;
}

}  // namespace sparkify::etl
