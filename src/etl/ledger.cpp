#include "etl/ledger.hpp"

#include <fmt/format.h>

#include "etl/schema.hpp"
#include "warehouse/query.hpp"

namespace sparkify::etl {

Ledger::Ledger(warehouse::Warehouse& warehouse) {
  if (!has_schema(warehouse)) return;
  last_load_id_ = number_of(warehouse, "select max(load_id) from etl_loads");
  last_file_id_ =
      static_cast<std::int32_t>(number_of(warehouse, "select max(file_id) from etl_files"));
  auto rows = warehouse.query(warehouse::statement(
      "select source, path, version, load_id, size_bytes, content_hash from etl_files "
      "order by file_id"));
  while (rows->next()) {
    auto row = rows->row();
    std::string source(*row[0]), path(*row[1]);
    std::int64_t load_id = std::stoll(std::string(*row[3]));
    by_path_[{source, path}] = {std::string(*row[2]), load_id};
    by_content_.try_emplace({source, std::string(*row[5])}, Loaded{path, load_id});
    sizes_.insert(std::stoull(std::string(*row[4])));
  }
}

std::string Ledger::known(const std::string& source, const base::ObjectEntry& entry,
                          base::ObjectStore& store) const {
  auto seen = by_path_.find({source, entry.path});
  if (seen != by_path_.end() && seen->second.version == entry.version) {
    return fmt::format("unchanged since load {}", seen->second.load_id);
  }
  if (!sizes_.contains(entry.size_bytes)) return {};
  auto object = store.open(entry);
  auto loaded = by_content_.find({source, event::ContentHash::of(*object, entry.size_bytes)});
  if (loaded == by_content_.end()) return {};
  if (loaded->second.path == entry.path) {
    return fmt::format("unchanged since load {}", loaded->second.load_id);
  }
  return fmt::format("same content as {} of load {}", loaded->second.path, loaded->second.load_id);
}

}  // namespace sparkify::etl
