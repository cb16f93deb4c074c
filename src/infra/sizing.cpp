#include "infra/sizing.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>

#include "base/error.hpp"

namespace sparkify::infra {
namespace {

using base::Error;
using base::ErrorKind;

/// Places in the table below.
enum Index : std::size_t {
  raw_event_bytes,
  part_event_bytes,
  part_size,
  read_seconds,
  copy_rate,
  build_seconds,
  cores_per_vcpu,
  load_window,
  staging_event_bytes,
  star_event_bytes,
  time_event_bytes,
  user_events_a_month,
  user_bytes,
  storage_factor,
  storage_price,
  month_hours,
};

constexpr std::string_view sizing_script = "bench/sizing.py, 2 million simulated events";

/// THE numbers. Storage was measured on the embedded engine, whose columns are compressed too.
constexpr std::array<Constant, 16> constants = {{
    {"raw_event_bytes", 480, "bytes an event", Ground::measured,
     "docs/benchmarks.md: 24.03 GB for 50 million events"},
    {"part_event_bytes", 77, "bytes an event", Ground::measured, sizing_script},
    {"part_size", 8 << 20, "bytes a part", Ground::chosen,
     "parts of a load; AWS advises 1 to 125 MB, compressed"},
    {"read_seconds", 5.5e-6, "core seconds an event", Ground::measured, sizing_script},
    {"copy_rate", 20e6, "raw bytes a second and vCPU", Ground::assumed,
     "a quarter of what COPY of `sparkify serve` does on a core: docs/benchmarks.md, Served"},
    {"build_seconds", 7.1e-6, "core seconds an event", Ground::measured,
     "docs/benchmarks.md: 38.65 s of the whole star less 3.33 s of reading, 5 million events"},
    {"cores_per_vcpu", 1, "cores a vCPU", Ground::assumed,
     "a vCPU builds the star as fast as a core of the embedded engine"},
    {"load_window", 7200, "seconds a day", Ground::chosen,
     "COPY and build of a day end in two hours; the other 22 are for queries"},
    {"staging_event_bytes", 31, "bytes an event", Ground::measured, sizing_script},
    {"star_event_bytes", 40, "bytes an event", Ground::measured, sizing_script},
    {"time_event_bytes", 3.5, "bytes an event", Ground::measured, sizing_script},
    {"user_events_a_month", 108, "events a user", Ground::measured,
     "docs/simulate.md, the built-in site: 30 days"},
    {"user_bytes", 34, "bytes a user", Ground::measured, sizing_script},
    {"storage_factor", 1, "times the embedded engine's bytes", Ground::assumed,
     "Redshift's columns take as much room as those of the embedded engine"},
    {"storage_price", dollars_per_gb_month, "dollars a GB and month", Ground::published,
     "Amazon Redshift pricing: managed storage, us-east-1, November 2026"},
    {"month_hours", hours_per_month, "hours a month", Ground::published, "AWS Pricing Calculator"},
}};

constexpr double number(Index index) { return constants[index].value; }

/// Tables that every node holds whole when the layout says so: DISTSTYLE ALL of sql/schema.
bool copies_small_tables(std::string_view layout) { return layout == "by-user"; }

double star_bytes_of(const Workload& workload, double copies) {
  double events = workload.events_per_day * workload.retention_days;
  double users = workload.events_per_day * 30 / number(user_events_a_month);
  double small = events * number(time_event_bytes) + users * number(user_bytes);
  return (events * number(star_event_bytes) + copies * small) * number(storage_factor);
}

/// vCPU seconds that a day's load keeps a cluster busy.
double copy_work(const Workload& workload) {
  return workload.events_per_day * number(raw_event_bytes) / number(copy_rate);
}
double build_work(const Workload& workload) {
  return workload.events_per_day * number(build_seconds) / number(cores_per_vcpu);
}

double capacity_bytes(const NodeType& type, std::uint64_t count) {
  double each = count == 1 ? type.lone_terabytes : type.terabytes;
  return each * static_cast<double>(count) * 1e12;
}

/// The estimate for a given cluster; nothing when the work is too much for it.
std::optional<Estimate> on_cluster(const Workload& workload, const NodeType& type,
                                   std::uint64_t count) {
  auto nodes = static_cast<double>(count);
  double vcpus = nodes * static_cast<double>(type.vcpus);
  Estimate made;
  made.type = &type;
  made.node_count = count;
  made.copy_seconds = copy_work(workload) / vcpus;
  made.build_seconds = build_work(workload) / vcpus;
  if (made.copy_seconds + made.build_seconds > number(load_window)) return std::nullopt;
  made.copy_count = copies_small_tables(workload.layout) ? nodes : 1;
  made.staging_bytes =
      workload.events_per_day * number(staging_event_bytes) * number(storage_factor);
  made.star_bytes = star_bytes_of(workload, made.copy_count);
  double stored_bytes = made.staging_bytes + made.star_bytes;
  if (stored_bytes > capacity_bytes(type, count)) return std::nullopt;
  made.dollars_an_hour = type.dollars_an_hour * nodes;
  made.storage_dollars_a_month = stored_bytes / 1e9 * number(storage_price);
  return made;
}

/// The cheapest by the month: of one kind the fewest nodes that do.
std::optional<Estimate> cheapest(const Workload& workload) {
  std::optional<Estimate> best;
  for (const NodeType& type : node_types()) {
    if (type.dollars_an_hour <= 0) continue;
    for (std::uint64_t count = type.least_nodes; count <= type.most_nodes; ++count) {
      auto made = on_cluster(workload, type, count);
      if (!made) continue;
      if (!best || made->dollars_a_month() < best->dollars_a_month()) best = made;
      break;
    }
  }
  return best;
}

void require_range(double value, double most, std::string_view what) {
  if (value >= 1 && value <= most && value == std::floor(value)) return;
  throw Error(ErrorKind::usage,
              fmt::format("{} is a whole number from 1 to {:g}, not {:g}", what, most, value));
}

Error too_much(const Workload& workload) {
  double vcpus = (copy_work(workload) + build_work(workload)) / number(load_window);
  double bytes = star_bytes_of(workload, 1);
  return Error(ErrorKind::usage,
               fmt::format("no cluster does that: it takes {:.0f} vCPUs and {:.0f} TB",
                           std::ceil(vcpus), std::ceil(bytes / 1e12)))
      .hint("keep fewer days, or spread the users over several warehouses");
}

}  // namespace

std::string_view name_of(Ground ground) {
  switch (ground) {
    case Ground::measured:
      return "measured";
    case Ground::published:
      return "published";
    case Ground::chosen:
      return "chosen";
    case Ground::assumed:
      return "assumed";
  }
  return "";
}

std::span<const Constant> sizing_constants() { return constants; }

Estimate estimate(const Workload& workload) {
  require_range(workload.events_per_day, most_events_per_day, "events a day");
  require_range(workload.retention_days, most_retention_days, "days of retention");
  auto made = cheapest(workload);
  if (!made) throw too_much(workload);
  made->raw_bytes = workload.events_per_day * number(raw_event_bytes);
  made->part_bytes = workload.events_per_day * number(part_event_bytes);
  made->part_count = std::ceil(made->part_bytes / number(part_size));
  made->read_core_seconds = workload.events_per_day * number(read_seconds);
  return *made;
}

std::optional<double> parse_quantity(std::string_view text, double most) {
  double value = 0;
  auto [end, failure] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (failure != std::errc()) return std::nullopt;
  std::string_view unit(end, static_cast<std::size_t>(text.data() + text.size() - end));
  if (unit == "k" || unit == "K") {
    value *= 1e3;
  } else if (unit == "m" || unit == "M") {
    value *= 1e6;
  } else if (unit == "b" || unit == "B") {
    value *= 1e9;
  } else if (unit == "t" || unit == "T") {
    value *= 1e12;
  } else if (!unit.empty()) {
    return std::nullopt;
  }
  if (value >= 1 && value <= most && value == std::floor(value)) return value;
  return std::nullopt;
}

}  // namespace sparkify::infra
