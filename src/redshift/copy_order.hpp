#pragma once

#include <string>
#include <vector>

#include "warehouse/warehouse.hpp"

namespace sparkify::redshift {

/// One COPY of JSON that a manifest lists.
struct CopyOrder {
  std::string table;
  std::vector<std::string> columns;
  std::string manifest;
  std::string paths;     ///< of a jsonpaths file; empty: keys are the columns' names
  std::string options;   ///< the rest of them, but for those that every COPY has
  std::string role_arn;  ///< empty: the cluster's default
  std::string region;    ///< of the bucket; empty: the cluster's
};

/// Throws as execute(), during "copy into TABLE on redshift".
void run_copy(warehouse::Warehouse& warehouse, const CopyOrder& order);

}  // namespace sparkify::redshift
