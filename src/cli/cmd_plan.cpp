#include <fmt/format.h>

#include "base/error.hpp"
#include "base/text.hpp"
#include "cli/cloud_door.hpp"
#include "cli/commands.hpp"
#include "format/json.hpp"
#include "infra/plan.hpp"
#include "infra/sizing.hpp"

namespace sparkify::cli {
namespace {

using base::Error;
using base::ErrorKind;
using infra::Estimate;
using infra::Workload;

Workload read_workload(Invocation& invocation) {
  const Arguments& arguments = invocation.arguments;
  auto given = arguments.value("events-per-day");
  if (!given) {
    throw Error(ErrorKind::usage, "plan needs a number of events a day")
        .hint("such as --events-per-day 1e9");
  }
  auto events = infra::parse_quantity(*given, infra::most_events_per_day);
  if (!events) {
    throw Error(ErrorKind::usage,
                fmt::format("--events-per-day: \"{}\" is no whole number from 1 to {:g}", *given,
                            infra::most_events_per_day))
        .hint("write 200000, 5m or 1e9");
  }
  std::uint64_t days = arguments.count("retention");
  if (days == 0 || days > infra::most_retention_days) {
    throw Error(ErrorKind::usage, fmt::format("--retention: {} is no number of days from 1 to {}",
                                              days, infra::most_retention_days));
  }
  return {*events, static_cast<double>(days), invocation.settings().text("warehouse.layout")};
}

std::string bytes_text(double bytes) {
  return base::format_bytes(static_cast<std::uint64_t>(bytes));
}

std::string count_text(double count) {
  return base::format_count(static_cast<std::uint64_t>(count));
}

std::string star_text(const Workload& workload, const Estimate& made) {
  std::string text =
      fmt::format("{} after {} days", bytes_text(made.star_bytes), workload.retention_days);
  if (made.copy_count > 1) {
    text += fmt::format(", small tables {} times", made.copy_count);
  }
  return text;
}

/// What the whole is only as good as.
void print_assumptions(Invocation& invocation) {
  invocation.out.write(
      "\nassumed, not measured; docs/scaling.md tells what all of it stands on:\n");
  std::vector<std::pair<std::string, std::string>> assumed;
  for (const infra::Constant& each : infra::sizing_constants()) {
    if (each.ground != infra::Ground::assumed) continue;
    assumed.emplace_back(each.name, fmt::format("{} {}", each.value, each.unit));
  }
  print_pairs(invocation, assumed);
}

void print_estimate(Invocation& invocation, const Workload& workload, const Estimate& made) {
  invocation.out.write(fmt::format("{} events a day, kept {} days, layout {}\n\n",
                                   count_text(workload.events_per_day), workload.retention_days,
                                   workload.layout));
  double load_seconds = made.copy_seconds + made.build_seconds;
  print_pairs(invocation,
              {{"logs", bytes_text(made.raw_bytes) + " a day"},
               {"parts", fmt::format("{} a day, in {} gzip parts", bytes_text(made.part_bytes),
                                     count_text(made.part_count))},
               {"reading", fmt::format("{} of one core of the machine that runs etl",
                                       base::format_seconds(made.read_core_seconds))},
               {"COPY", base::format_seconds(made.copy_seconds)},
               {"build", fmt::format("{}, {} with COPY", base::format_seconds(made.build_seconds),
                                     base::format_seconds(load_seconds))},
               {"staging", bytes_text(made.staging_bytes)},
               {"star", star_text(workload, made)},
               {"nodes", fmt::format("{} x {}, {} vCPU: what loads need, queries may want more",
                                     made.node_count, made.type->name, made.vcpus())}});
  invocation.out.write(fmt::format(
      "\nprice: {} an hour, {} a month of {:.0f} hours; storage {} a month more, {} in all\n"
      "       (on demand in us-east-1, November 2026; other regions differ)\n",
      infra::format_dollars(made.dollars_an_hour),
      infra::format_dollars(made.dollars_an_hour * infra::hours_per_month), infra::hours_per_month,
      infra::format_dollars(made.storage_dollars_a_month),
      infra::format_dollars(made.dollars_a_month())));
  print_assumptions(invocation);
}

void put_constants(format::JsonDocument& document) {
  document.key("constants").begin_array();
  for (const infra::Constant& each : infra::sizing_constants()) {
    document.begin_object().key("name").text(each.name).key("value").number(each.value);
    document.key("unit").text(each.unit).key("ground").text(infra::name_of(each.ground));
    document.key("source").text(each.source).end_object();
  }
  document.end_array();
}

void put_node_types(format::JsonDocument& document) {
  document.key("node_types").begin_array();
  for (const infra::NodeType& each : infra::node_types()) {
    document.begin_object().key("name").text(each.name).key("vcpus").number(each.vcpus);
    document.key("terabytes").number(each.terabytes);
    document.key("lone_terabytes").number(each.lone_terabytes);
    document.key("least_nodes").number(each.least_nodes);
    document.key("most_nodes").number(each.most_nodes);
    document.key("dollars_an_hour").number(each.dollars_an_hour).end_object();
  }
  document.end_array();
}

std::string as_json(const Workload& workload, const Estimate& made) {
  format::JsonDocument document;
  document.begin_object();
  auto put = [&](std::string_view name, double value) { document.key(name).number(value); };
  put("events_per_day", workload.events_per_day);
  put("retention_days", workload.retention_days);
  document.key("layout").text(workload.layout);
  put("raw_bytes", made.raw_bytes);
  put("part_bytes", made.part_bytes);
  put("part_count", made.part_count);
  put("read_core_seconds", made.read_core_seconds);
  put("copy_seconds", made.copy_seconds);
  put("build_seconds", made.build_seconds);
  put("staging_bytes", made.staging_bytes);
  put("star_bytes", made.star_bytes);
  document.key("node_type").text(made.type->name);
  document.key("node_count").number(made.node_count);
  put("dollars_an_hour", made.dollars_an_hour);
  put("storage_dollars_a_month", made.storage_dollars_a_month);
  put("dollars_a_month", made.dollars_a_month());
  put_constants(document);
  put_node_types(document);
  document.end_object();
  return document.str();
}

}  // namespace

void plan(Invocation& invocation) {
  Workload workload = read_workload(invocation);
  Estimate made = infra::estimate(workload);
  if (invocation.arguments.text("format") == "json") {
    invocation.out.write(as_json(workload, made));
  } else {
    print_estimate(invocation, workload, made);
  }
}

}  // namespace sparkify::cli
