#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "infra/node_types.hpp"

namespace sparkify::infra {

/// What a number of an estimate stands on.
enum class Ground {
  measured,   ///< with this program
  published,  ///< by AWS
  chosen,     ///< by this program
  assumed,    ///< nobody measured it: the estimate is as good as this is
};
std::string_view name_of(Ground ground);

/// A number that estimates stand on. docs/scaling.md has a sentence for each.
struct Constant {
  std::string_view name;
  double value = 0;
  std::string_view unit;
  Ground ground = Ground::assumed;
  std::string_view source;
};

/// All of them but what AWS says of each kind of node, which is in node_types.cpp.
std::span<const Constant> sizing_constants();

/// What a warehouse on Redshift shall take.
struct Workload {
  double events_per_day = 0;  ///< whole, 1 to most_events_per_day
  double retention_days = 0;  ///< that the star holds, 1 to most_retention_days
  std::string_view layout;    ///< one of the three of docs/warehouse.md
};
inline constexpr double most_events_per_day = 1e15;
inline constexpr std::uint64_t most_retention_days = 36'500;

/// Nodes that can do the work, and what they and their storage cost.
struct Estimate {
  // A day's load; the times of a cluster are those of the nodes below.
  double raw_bytes = 0;   ///< of logs as they are written
  double part_bytes = 0;  ///< of gzip parts on their way to COPY
  double part_count = 0;
  double read_core_seconds = 0;  ///< of the machine that runs `etl`
  double copy_seconds = 0, build_seconds = 0;

  double staging_bytes = 0;
  double star_bytes = 0;  ///< after retention_days, all copies
  double copy_count = 1;  ///< of the tables that every node has whole

  const NodeType* type = nullptr;
  std::uint64_t node_count = 0;
  double dollars_an_hour = 0;  ///< of nodes
  double storage_dollars_a_month = 0;
  double dollars_a_month() const {
    return dollars_an_hour * hours_per_month + storage_dollars_a_month;
  }
  std::uint64_t vcpus() const { return type == nullptr ? 0 : type->vcpus * node_count; }
};

/// The cheapest cluster of node_types() that loads a day within the load window and has room.
/// Throws usage: a number out of its range, or more work than the largest cluster can do.
Estimate estimate(const Workload& workload);

/// `200000`, `5m`, `2.5b`, `1e9`: a whole number from 1 to `most`; k, m, b and t are thousands,
/// millions, billions and trillions. Nothing when it is none.
std::optional<double> parse_quantity(std::string_view text, double most);

}  // namespace sparkify::infra
