#include "infra/sweep.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <set>

#include "base/error.hpp"
#include "base/text.hpp"
#include "cloud/identities.hpp"
#include "cloud/login.hpp"
#include "cloud/network.hpp"
#include "cloud/secrets.hpp"
#include "cloud/tagged.hpp"
#include "cloud/workgroups.hpp"
#include "infra/node_types.hpp"
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
Price cost_of(const cloud::Cluster& cluster) {
  if (cluster.status == "paused") return {0.0};
  return price_of_nodes(cluster.node_type, cluster.node_count);
}

void add_groups(std::vector<Leftover>& found, const std::vector<cloud::Group>& groups, Kind kind,
                const std::string& stack, std::string_view logical_id) {
  for (const cloud::Group& group : groups) {
    if (has_tag(group.tags, stack) || is_of_stack(group.name, stack, logical_id)) {
      found.push_back({kind, group.name, "", {0.0}});
    }
  }
}

/// One of another region or of somebody else may have the same name.
void add_role(Findings& findings, const cloud::Session& session, const Traces& traces) {
  auto role = cloud::Roles(session).find(traces.role);
  if (!role) return;
  bool is_own =
      role->tags[role_name_tag] == traces.stack && role->tags[role_region_tag] == session.region;
  if (is_own) return findings.leftovers.push_back({Kind::role, traces.role, "", {0.0}});
  findings.strangers.push_back(fmt::format("role {}: its tags do not say that it is of {} in {}",
                                           traces.role, traces.stack, session.region));
}

/// Both go by the stack's own name. A workgroup at rest costs nothing.
void add_serverless(std::vector<Leftover>& found, const cloud::Session& session,
                    const std::string& stack) {
  cloud::Workgroups workgroups(session);
  if (auto group = workgroups.find(stack)) {
    found.push_back({Kind::workgroup, stack, base::to_lower(group->status), {0.0}});
  }
  if (auto space = workgroups.find_namespace(stack)) {
    found.push_back({Kind::name_space, stack, base::to_lower(space->status), {0.0}});
  }
}

void add_secrets(std::vector<Leftover>& found, const cloud::Session& session,
                 const Traces& traces) {
  cloud::Secrets secrets(session);
  std::set<std::string> names;
  auto add = [&](const std::vector<cloud::Secret>& more) {
    for (const cloud::Secret& secret : more) names.insert(secret.name);
  };
  add(secrets.with_name(traces.secret));
  add(secrets.with_tag(name_tag, traces.stack));
  add(secrets.with_tag(stack_tag, traces.stack));
  for (const std::string& name : names) {
    found.push_back({Kind::secret, name, "", {0.0, dollars_per_secret_month}});
  }
}

/// What services were asked about themselves: what they tell is of now, what the tagging service
/// tells may be gone. A stack and its snapshots are no leftovers.
bool was_asked(std::string_view arn) {
  constexpr std::array<std::string_view, 12> kinds = {":cloudformation:stack/",
                                                      ":redshift:cluster:",
                                                      ":redshift:namespace:",
                                                      ":redshift:subnetgroup:",
                                                      ":redshift:parametergroup:",
                                                      ":redshift:snapshot:",
                                                      ":redshift-serverless:workgroup/",
                                                      ":redshift-serverless:namespace/",
                                                      ":redshift-serverless:snapshot/",
                                                      ":iam:role/",
                                                      ":secretsmanager:secret:",
                                                      ":ec2:security-group"};
  auto parts = cloud::read_arn(arn);
  if (!parts) return false;
  std::string shown = fmt::format(":{}:{}", parts->service, parts->resource);
  return std::any_of(kinds.begin(), kinds.end(),
                     [&](std::string_view kind) { return shown.starts_with(kind); });
}

void add_others(std::vector<Leftover>& found, const cloud::Session& session,
                const std::string& stack) {
  cloud::Tagged tagged(session);
  std::set<std::string> arns;
  for (const char* tag : {name_tag, stack_tag}) {
    for (std::string& arn : tagged.arns(tag, stack)) {
      if (!was_asked(arn)) arns.insert(std::move(arn));
    }
  }
  for (const std::string& arn : arns) found.push_back({Kind::other, arn, "", {}});
}

}  // namespace

std::string managed_secret_name(std::string_view cluster, std::string_view admin) {
  return fmt::format("redshift!{}-{}", cluster, admin);
}

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
    case Kind::secret:
      return "secret";
    case Kind::other:
      return "other";
  }
  return "";
}

Findings find_leftovers(const cloud::Session& session, const Traces& traces) {
  Findings findings;
  std::vector<Leftover>& found = findings.leftovers;
  const std::string& stack = traces.stack;
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
    found.push_back({Kind::security_group, group.id, "", {0.0}});
  }
  add_role(findings, session, traces);
  // Those who may remove a warehouse may often not ask these.
  auto try_to = [&](auto add) {
    try {
      add();
    } catch (const base::Error& error) {
      if (error.kind() != base::ErrorKind::denied) throw;
      findings.gaps.push_back(fmt::format("{}; {}", error.message(), error.hint_text()));
    }
  };
  try_to([&] { add_secrets(found, session, traces); });
  try_to([&] { add_others(found, session, stack); });
  return findings;
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
    case Kind::secret:
      // One that Redshift made stands in the way of the next of that name until it is gone.
      return cloud::Secrets(session).remove(leftover.name, leftover.name.starts_with("redshift!"));
    case Kind::other:
      throw base::Error(base::ErrorKind::bad_data, "it is no part of a warehouse made here");
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
