#include "warehouse/query.hpp"

#include "sql/files.hpp"

namespace sparkify::warehouse {

sql::Statement statement(std::string_view text) { return {std::string(text), "<internal>", 1, 1}; }

std::vector<TextRow> rows_of(Warehouse& warehouse, const sql::Statement& query,
                             const sql::Parameters& parameters) {
  std::vector<TextRow> found;
  auto rows = warehouse.query(query, parameters);
  while (rows->next()) {
    TextRow& row = found.emplace_back();
    for (const auto& value : rows->row()) {
      row.push_back(value ? std::optional<std::string>(*value) : std::nullopt);
    }
  }
  return found;
}

std::int64_t number_of(Warehouse& warehouse, std::string_view text) {
  auto rows = rows_of(warehouse, statement(text));
  if (rows.empty() || rows[0].empty() || !rows[0][0]) return 0;
  return std::stoll(*rows[0][0]);
}

void run_file(Warehouse& warehouse, std::string_view path, const sql::Parameters& parameters) {
  const sql::File& file = sql::file(path);
  for (const auto& each : sql::split(file.text, file.path)) warehouse.execute(each, parameters);
}

}  // namespace sparkify::warehouse
