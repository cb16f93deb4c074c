#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
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

/// One count of an answer key, and what the warehouse says. A key that one side lacks is 0 there.
struct TruthLine {
  std::string key;
  std::int64_t expected_count = 0, found_count = 0;

  bool is_ok() const { return expected_count == found_count; }
};

/// One section of an answer key; sql/truth holds a file of its name.
struct TruthSection {
  std::string name;              ///< plays_by_hour
  std::vector<TruthLine> lines;  ///< in byte order of their keys
  std::size_t difference_count = 0;
};

/// Compares the part `warehouse` of an answer key (`sparkify simulate` writes truth.json) with the
/// warehouse, section by section in order of name.
/// `text` is the answer key, `file` what it is called.
/// Throws not_found (no tables), and config for a text that is no answer key.
std::vector<TruthSection> check_truth(warehouse::Warehouse& warehouse, std::string_view text,
                                      const std::string& file);

}  // namespace sparkify::etl
