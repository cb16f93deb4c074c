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
  Ledger() = default;  ///< nothing was loaded yet
  /// Empty when the warehouse has no tables.
  explicit Ledger(warehouse::Warehouse& warehouse);

  /// Why this object need not be loaded again, in words; empty when it must be. An object whose
  /// path, size and version are known is believed unchanged. Otherwise its content decides, when
  /// an object of its size is known: that of a near one is read, a far one's version stands for it.
  std::string known(const std::string& source, const base::ObjectEntry& entry,
                    base::ObjectStore& store) const;
  /// Whether an object of this content was loaded. To be asked for far objects when they are read:
  /// their version differs when content was encrypted, or put together from parts, another way.
  bool holds(const std::string& source, const std::string& content_hash) const {
    return by_content_.contains({source, content_hash});
  }
  /// Whether an object of this size was loaded.
  bool holds_size(std::uint64_t size_bytes) const { return sizes_.contains(size_bytes); }

  std::int64_t next_load_id() const { return last_load_id_ + 1; }
  std::int32_t next_file_id() const { return last_file_id_ + 1; }

 private:
  struct Loaded {
    std::string path;
    std::int64_t load_id = 0;
  };
  struct Seen {
    std::string version;
    std::uint64_t size_bytes = 0;
    std::int64_t load_id = 0;
  };
  using Key = std::pair<std::string, std::string>;

  std::string same_content(const Loaded& loaded, const std::string& path) const;

  std::map<Key, Seen> by_path_;       ///< (source, path) -> latest
  std::map<Key, Loaded> by_content_;  ///< (source, hash)
  std::map<Key, Loaded> by_digest_;   ///< (source, size and version), of versions that are digests
  std::set<std::uint64_t> sizes_;
  std::int64_t last_load_id_ = 0;
  std::int32_t last_file_id_ = 0;
};

}  // namespace sparkify::etl
