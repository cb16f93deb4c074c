#include "infra/sweep.hpp"

#include <fmt/format.h>

#include "base/text.hpp"
#include "cloud/identities.hpp"
#include "cloud/network.hpp"
#include "cloud/workgroups.hpp"
#include "infra/plan.hpp"
#include "infra/progress.hpp"

namespace sparkify::infra {
namespace {

using Kind = Leftover::Kind;

constexpr const char* stack_tag = "aws:cloudformation:stack-name";

bool has_tag(const cloud::Texts& tags, const std::string& stack) {
  auto has = [&](const char* key) {
    auto found = tags.find(key);
    return found != tags.end() && found->second == stack;
  };
  return has(stack_tag) || has(name_tag);
}

/// A paused cluster costs its storage alone.
std::optional<double> cost_of(const cloud::Cluster& cluster) {
  if (cluster.status == "paused") return 0;
  return price_of_nodes(cluster.node_type, cluster.node_count).dollars_an_hour;
}

void add_groups(std::vector<Leftover>& found, const std::vector<cloud::Group>& groups, Kind kind,
                const std::string& stack, std::string_view logical_id) {
  for (const cloud::Group& group : groups) {
    if (has_tag(group.tags, stack) || is_of_stack(group.name, stack, logical_id)) {
      found.push_back({kind, group.name, "", 0});
    }
  }
}

/// Both go by the stack's own name. A workgroup at rest costs nothing.
void add_serverless(std::vector<Leftover>& found, const cloud::Session& session,
                    const std::string& stack) {
  cloud::Workgroups workgroups(session);
  if (auto group = workgroups.find(stack)) {
    found.push_back({Kind::workgroup, stack, base::to_lower(group->status), 0});
  }
  if (auto space = workgroups.find_namespace(stack)) {
    found.push_back({Kind::name_space, stack, base::to_lower(space->status), 0});
  }
}

}  // namespace

std::string_view name_of(Kind kind) {
  switch (kind) {
    case Kind::cluster:
      return "cluster";
    case Kind::workgroup:
      return "workgroup";
    case Kind::name_space:
      return "namespace";
    case Kind::subnet_group:
      return "subnet group";
    case Kind::parameter_group:
      return "parameter group";
    case Kind::security_group:
      return "security group";
    case Kind::role:
      return "role";
  }
  return "";
}

std::vector<Leftover> find_leftovers(const cloud::Session& session, const std::string& stack,
                                     const std::string& role) {
  std::vector<Leftover> found;
  cloud::Clusters clusters(session);
  for (const cloud::Cluster& cluster : clusters.all()) {
    if (has_tag(cluster.tags, stack) || is_of_stack(cluster.identifier, stack, "Cluster")) {
      found.push_back({Kind::cluster, cluster.identifier, cluster.status, cost_of(cluster)});
    }
  }
  add_serverless(found, session, stack);
  add_groups(found, clusters.subnet_groups(), Kind::subnet_group, stack, "Subnets");
  add_groups(found, clusters.parameter_groups(), Kind::parameter_group, stack, "Rules");
  cloud::Network network(session);
  for (const cloud::SecurityGroup& group : network.security_groups(name_tag, stack)) {
    found.push_back({Kind::security_group, group.id, "", 0});
  }
  if (cloud::Roles(session).find(role)) found.push_back({Kind::role, role, "", 0});
  return found;
}

void remove(const cloud::Session& session, const Leftover& leftover) {
  switch (leftover.kind) {
    case Kind::cluster:
      if (leftover.state != "deleting") cloud::Clusters(session).remove(leftover.name);
      return;
    case Kind::workgroup:
      if (leftover.state != "deleting") cloud::Workgroups(session).remove(leftover.name);
      return;
    case Kind::name_space:
      if (leftover.state != "deleting") cloud::Workgroups(session).remove_namespace(leftover.name);
      return;
    case Kind::subnet_group:
      return cloud::Clusters(session).remove_subnet_group(leftover.name);
    case Kind::parameter_group:
      return cloud::Clusters(session).remove_parameter_group(leftover.name);
    case Kind::security_group:
      return cloud::Network(session).remove_security_group(leftover.name);
    case Kind::role:
      return cloud::Roles(session).remove(leftover.name);
  }
}

bool is_gone(const cloud::Session& session, const Leftover& leftover) {
  switch (leftover.kind) {
    case Kind::cluster:
      return !cloud::Clusters(session).find(leftover.name);
    case Kind::workgroup:
      return !cloud::Workgroups(session).find(leftover.name);
    case Kind::name_space:
      return !cloud::Workgroups(session).find_namespace(leftover.name);
    default:
      return true;
  }
}

bool holds_data(const Leftover& leftover) {
  return leftover.kind == Kind::cluster || leftover.kind == Kind::name_space;
}

}  // namespace sparkify::infra
