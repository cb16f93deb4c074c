#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "warehouse/warehouse.hpp"

namespace sparkify::etl {

/// One file of sql/check and the rows that break it.
struct CheckResult {
  std::string name;     ///< songplays_keys_are_unique
  std::string purpose;  ///< its header's first line
  std::vector<std::string> columns;
  std::vector<std::vector<std::optional<std::string>>> violations;  ///< the first max_violations
  std::int64_t violation_count = 0;
};

inline constexpr std::size_t max_violations = 20;

/// Runs every check, in order of name. Throws not_found when the warehouse has no tables.
std::vector<CheckResult> check(warehouse::Warehouse& warehouse);

}  // namespace sparkify::etl
