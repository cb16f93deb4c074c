#pragma once

#include <string>

#include "duckdb/connection.hpp"

namespace sparkify::serve {

/// Keeps the engine of a served warehouse to its own files, for good: statements of clients cannot
/// read, write, attach or load any other. What is left to it beside the warehouse is a folder for
/// COPY and UNLOAD of Parquet, `WAREHOUSE.scratch`, of the owner alone and gone with this.
class Confinement {
 public:
  /// Borrows the database. Throws denied, unavailable: the folder cannot be made.
  Confinement(duckdb_database database, const std::string& warehouse);
  ~Confinement();
  Confinement(const Confinement&) = delete;
  Confinement& operator=(const Confinement&) = delete;

  const std::string& scratch_folder() const { return scratch_folder_; }

 private:
  std::string scratch_folder_;  ///< absolute
};

}  // namespace sparkify::serve
