#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "redshift/folder.hpp"
#include "redshift/parts.hpp"

namespace sparkify::redshift {

/// Records on their way to a table: parts and their manifest in a folder.
class Shipment {
 public:
  /// Borrows the folder.
  Shipment(Folder& folder, std::size_t slices)
      : folder_(folder), parts_(folder.store(), folder.path(), slices) {}
  ~Shipment() {
    folder_.remove_later([&] { return parts_.begun_paths(); });
  }
  Shipment(const Shipment&) = delete;
  Shipment& operator=(const Shipment&) = delete;

  /// From any thread.
  void add(std::string_view lines) { parts_.add(lines); }
  /// Uploads what is left and returns the path of the manifest; empty: no line was added.
  std::string finish() {
    std::vector<std::string> paths = parts_.finish();
    return paths.empty() ? std::string() : folder_.write_manifest("manifest", paths);
  }

 private:
  Folder& folder_;
  Parts parts_;
};

}  // namespace sparkify::redshift
