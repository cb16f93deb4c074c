#pragma once

#include <cstdint>
#include <map>
#include <set>
#include <string>
#include <utility>

#include "base/object_store.hpp"
#include "event/reader.hpp"
#include "warehouse/warehouse.hpp"

namespace sparkify::etl {

/// Which files were loaded, by content: etl_files as it stood when this was made.
class Ledger {
 public:
  /// Empty when the warehouse has no tables.
  explicit Ledger(warehouse::Warehouse& warehouse);

  /// Why this object need not be loaded again, in words; empty when it must be. An object whose
  /// path and version are known is believed unchanged; otherwise, when an object of its size is
  /// known, its content is read and compared.
  std::string known(const std::string& source, const base::ObjectEntry& entry,
                    base::ObjectStore& store) const;

  std::int64_t next_load_id() const { return last_load_id_ + 1; }
  std::int32_t next_file_id() const { return last_file_id_ + 1; }

 private:
  struct Loaded {
    std::string path;
    std::int64_t load_id = 0;
  };
  struct Seen {
    std::string version;
    std::int64_t load_id = 0;
  };
  std::map<std::pair<std::string, std::string>, Seen> by_path_;       ///< (source, path) -> latest
  std::map<std::pair<std::string, std::string>, Loaded> by_content_;  ///< (source, hash)
  std::set<std::uint64_t> sizes_;
  std::int64_t last_load_id_ = 0;
  std::int32_t last_file_id_ = 0;
};

}  // namespace sparkify::etl
