#include "redshift/copy_order.hpp"

#include <fmt/format.h>

#include "base/error.hpp"
#include "warehouse/query.hpp"

namespace sparkify::redshift {

void run_copy(warehouse::Warehouse& warehouse, const CopyOrder& order) {
  sql::Statement copy = warehouse::statement(fmt::format(
      "copy {} ({}) from :manifest iam_role {}{} manifest format as json {} {} "
      "timeformat 'epochmillisecs' compupdate off statupdate off",
      order.table, fmt::join(order.columns, ", "), order.role_arn.empty() ? "default" : ":role",
      order.region.empty() ? "" : " region :region", order.paths.empty() ? "'auto'" : ":paths",
      order.options));
  try {
    warehouse.execute(copy, {{"manifest", order.manifest},
                             {"paths", order.paths},
                             {"role", order.role_arn},
                             {"region", order.region}});
  } catch (base::Error& error) {
    error.during(fmt::format("copy into {} on redshift", order.table));
    throw;
  }
}

}  // namespace sparkify::redshift
