#include <fmt/format.h>

#include "base/error.hpp"
#include "base/text.hpp"
#include "cli/cloud_door.hpp"
#include "cli/commands.hpp"
#include "cloud/clusters.hpp"
#include "cloud/workgroups.hpp"
#include "format/json.hpp"
#include "infra/node_types.hpp"
#include "infra/plan.hpp"
#include "infra/progress.hpp"

namespace sparkify::cli {
namespace {

using base::Error;
using base::ErrorKind;

using Pairs = std::vector<std::pair<std::string, std::string>>;

/// Throws not_found; usage when it is a serverless workgroup.
cloud::Cluster require_cluster(const CloudDoor& door, const std::string& name) {
  if (auto cluster = infra::find_cluster(cloud::Clusters(door.session()), name)) return *cluster;
  if (cloud::Workgroups(door.session()).find(name)) {
    throw Error(ErrorKind::usage, fmt::format("\"{}\" is serverless: it has no nodes", name))
        .hint("it costs nothing while no query runs");
  }
  throw Error(ErrorKind::not_found,
              fmt::format("there is no cluster \"{}\" in {}", name, door.session().region))
      .hint("\"sparkify setup\" makes one; --cluster and --region name another");
}

/// What is paid now; of a paused one the storage.
std::optional<double> current_price(const cloud::Cluster& cluster) {
  if (cluster.status == "paused") return 0;
  return infra::price_of_nodes(cluster.node_type, cluster.node_count).dollars_an_hour;
}

const char* yes_or_no(bool is_so) { return is_so ? "yes" : "no"; }

Pairs about_cluster(const cloud::Cluster& cluster) {
  return {{"cluster", cluster.identifier},
          {"status", cluster.status},
          {"nodes", fmt::format("{} x {}", cluster.node_count, cluster.node_type)},
          {"host", cluster.host},
          {"port", cluster.port},
          {"database", cluster.database},
          {"user", cluster.admin},
          {"public", yes_or_no(cluster.is_public)},
          {"encrypted", yes_or_no(cluster.is_encrypted)},
          {"since", cluster.created_at},
          {"price", hourly_text(current_price(cluster))}};
}

Pairs about_workgroup(const cloud::Workgroup& group) {
  double dollars = infra::dollars_per_rpu_hour * static_cast<double>(group.capacity);
  return {{"workgroup", group.name},
          {"status", base::to_lower(group.status)},
          {"capacity", fmt::format("{} RPU", group.capacity)},
          {"host", group.host},
          {"port", group.port},
          {"public", yes_or_no(group.is_public)},
          {"price", hourly_text(dollars) + " while queries run"}};
}

void print_status(Invocation& invocation, const Pairs& pairs) {
  if (invocation.arguments.text("format") != "json") return print_pairs(invocation, pairs);
  format::JsonDocument document;
  document.begin_object();
  for (const auto& [name, value] : pairs) {
    document.key(name == "to go at" ? "to_go_at" : name);
    value.empty() ? document.null() : document.text(value);
  }
  document.end_object();
  invocation.out.write(document.str());
}

/// Brings the cluster from one state into another, unless it is there already.
void change_state(Invocation& invocation, std::string_view from, std::string_view to,
                  void (cloud::Clusters::*begin)(const std::string&) const) {
  CloudDoor door(invocation);
  cloud::Clusters clusters(door.session());
  cloud::Cluster cluster = require_cluster(door, infra::cluster_name(invocation.settings()));
  if (cluster.status == to) {
    invocation.note(fmt::format("cluster {} is {} already", cluster.identifier, to));
    return;
  }
  bool is_on_its_way = cluster.status == (to == "paused" ? "pausing" : "resuming");
  if (cluster.status != from && !is_on_its_way) {
    throw Error(ErrorKind::unavailable, fmt::format("cluster {} is {}, so it cannot become {}",
                                                    cluster.identifier, cluster.status, to))
        .hint("try again when it is " + std::string(from));
  }
  if (!is_on_its_way) (clusters.*begin)(cluster.identifier);
  invocation.note(fmt::format("cluster {} is becoming {}", cluster.identifier, to));
  infra::Vigil vigil(door.session(), [](const cloud::StackEvent&) {});
  vigil.wait_until([&] {
    cluster = require_cluster(door, cluster.identifier);
    return cluster.status == to;
  });
  auto price = current_price(cluster);
  invocation.note(fmt::format("cluster {} is {}; it costs {} and its storage", cluster.identifier,
                              to, price == 0.0 ? "nothing for its nodes" : hourly_text(price)));
}

}  // namespace

void cluster_status(Invocation& invocation) {
  CloudDoor door(invocation);
  std::string name = infra::cluster_name(invocation.settings());
  auto cluster = infra::find_cluster(cloud::Clusters(door.session()), name);
  auto group = cluster ? std::nullopt : cloud::Workgroups(door.session()).find(name);
  Pairs pairs = group ? about_workgroup(*group)
                      : about_cluster(cluster ? *cluster : require_cluster(door, name));
  std::string expiry;
  if (auto stack = cloud::Stacks(door.session()).find(name)) {
    auto tag = stack->tags.find(infra::expiry_tag);
    if (tag != stack->tags.end()) expiry = tag->second;
  }
  pairs.emplace_back("to go at", expiry);
  print_status(invocation, pairs);
  bool is_past = !expiry.empty() && expiry < infra::format_instant(door.session().around.now());
  if (is_past) terminal::write_error("warning: its time is over: \"sparkify clean\" removes it\n");
}

void cluster_pause(Invocation& invocation) {
  change_state(invocation, "available", "paused", &cloud::Clusters::pause);
}

void cluster_resume(Invocation& invocation) {
  change_state(invocation, "paused", "available", &cloud::Clusters::resume);
}

}  // namespace sparkify::cli
