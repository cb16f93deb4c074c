#include "etl/ledger.hpp"

#include <fmt/format.h>

#include "etl/schema.hpp"
#include "warehouse/query.hpp"

namespace sparkify::etl {
namespace {

/// Whether a version begins with 32 hex digits, as S3's ETags do: made from the content. Disk's
/// are made of times.
bool is_digest(std::string_view version) {
  constexpr std::size_t md5_digits = 32;
  if (version.starts_with('"')) version.remove_prefix(1);
  return version.size() >= md5_digits &&
         version.substr(0, md5_digits).find_first_not_of("0123456789abcdefABCDEF") ==
             std::string_view::npos;
}

std::string digest_of(std::uint64_t size_bytes, std::string_view version) {
  return fmt::format("{} {}", size_bytes, version);
}

}  // namespace

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
    std::string version(*row[2]);
    std::int64_t load_id = std::stoll(std::string(*row[3]));
    std::uint64_t size_bytes = std::stoull(std::string(*row[4]));
    by_path_[{source, path}] = {version, size_bytes, load_id};
    by_content_.try_emplace({source, std::string(*row[5])}, Loaded{path, load_id});
    if (is_digest(version)) {
      by_digest_.try_emplace({source, digest_of(size_bytes, version)}, Loaded{path, load_id});
    }
    sizes_.insert(size_bytes);
  }
}

std::string Ledger::same_content(const Loaded& loaded, const std::string& path) const {
  if (loaded.path == path) return fmt::format("unchanged since load {}", loaded.load_id);
  return fmt::format("same content as {} of load {}", loaded.path, loaded.load_id);
}

std::string Ledger::known(const std::string& source, const base::ObjectEntry& entry,
                          base::ObjectStore& store) const {
  auto seen = by_path_.find({source, entry.path});
  if (seen != by_path_.end() && seen->second.version == entry.version &&
      seen->second.size_bytes == entry.size_bytes) {
    return fmt::format("unchanged since load {}", seen->second.load_id);
  }
  if (!sizes_.contains(entry.size_bytes)) return {};
  if (store.is_far(entry.path)) {
    auto alike = by_digest_.find({source, digest_of(entry.size_bytes, entry.version)});
    return alike == by_digest_.end() ? std::string() : same_content(alike->second, entry.path);
  }
  auto object = store.open(entry);
  auto loaded = by_content_.find({source, event::ContentHash::of(*object, entry.size_bytes)});
  return loaded == by_content_.end() ? std::string() : same_content(loaded->second, entry.path);
}

}  // namespace sparkify::etl
