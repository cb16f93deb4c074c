#include <fmt/format.h>
#include <sys/stat.h>

#include <vector>

#include "base/error.hpp"
#include "base/file.hpp"
#include "base/private_file.hpp"
#include "cli/cloud_door.hpp"
#include "cli/commands.hpp"
#include "cli/redshift.hpp"
#include "cloud/clusters.hpp"
#include "cloud/identities.hpp"
#include "cloud/network.hpp"
#include "cloud/workgroups.hpp"
#include "infra/dwh_file.hpp"
#include "infra/node_types.hpp"
#include "infra/plan.hpp"
#include "infra/progress.hpp"

namespace sparkify::cli {
namespace {

using base::Error;
using base::ErrorKind;
using Step = infra::Plan::Step;

infra::Wishes read_wishes(const Arguments& arguments) {
  infra::Wishes wishes;
  wishes.is_serverless = arguments.has("serverless");
  wishes.capacity = arguments.count("capacity");
  wishes.is_public = arguments.has("public");
  wishes.address = arguments.value("address").value_or("");
  wishes.private_clients = arguments.value("private-clients").value_or("");
  wishes.vpc = arguments.value("vpc").value_or("");
  wishes.subnets = arguments.value("subnets").value_or("");
  wishes.read = arguments.value("read").value_or("");
  wishes.ttl = arguments.value("ttl").value_or("");
  return wishes;
}

/// What AWS says before anything is planned.
struct Situation {
  cloud::Caller caller;
  std::optional<cloud::Stack> stack;
};

void fill_in_network(infra::Blueprint& blueprint, const cloud::Session& session) {
  if (!blueprint.vpc.empty()) return;
  cloud::Network network(session);
  auto vpc = network.default_vpc();
  if (!vpc) {
    throw Error(ErrorKind::usage, fmt::format("{} has no default VPC", session.region))
        .hint("name one: --vpc vpc-... --subnets subnet-...,subnet-...");
  }
  blueprint.vpc = *vpc;
  for (const cloud::Subnet& subnet : network.subnets(*vpc)) {
    blueprint.subnets += (blueprint.subnets.empty() ? "" : ",") + subnet.id;
  }
  if (!blueprint.subnets.empty()) return;
  throw Error(ErrorKind::usage, fmt::format("the default VPC {} has no subnets", *vpc))
      .hint("name others: --vpc vpc-... --subnets subnet-...,subnet-...");
}

/// CloudFormation would find out after minutes, and roll back.
void refuse_strangers(const infra::Blueprint& blueprint, const cloud::Session& session) {
  bool is_taken = !blueprint.is_serverless && cloud::Clusters(session).find(blueprint.name);
  if (is_taken) {
    throw Error(
        ErrorKind::usage,
        fmt::format("there is a cluster \"{}\" that no stack of that name made", blueprint.name))
        .hint("choose another name with --cluster; \"sparkify clean\" removes that cluster");
  }
  if (!cloud::Roles(session).find(blueprint.role)) return;
  throw Error(
      ErrorKind::usage,
      fmt::format("there is a role \"{}\" already, made by somebody else or for another region",
                  blueprint.role))
      .hint("choose another name: ROLE_NAME of [IAM_ROLE] in dwh.cfg");
}

Situation look_around(infra::Blueprint& blueprint, const cloud::Session& session) {
  Situation situation;
  situation.caller = cloud::caller(session);
  cloud::Stacks stacks(session);
  situation.stack = stacks.find(blueprint.name);
  if (situation.stack && !situation.stack->is_busy()) {
    situation.stack->template_text = stacks.template_of(situation.stack->id);
  }
  if (blueprint.is_public && blueprint.public_client.empty()) {
    blueprint.public_client = cloud::own_address(session) + "/32";
  }
  if (situation.stack) return situation;
  refuse_strangers(blueprint, session);
  fill_in_network(blueprint, session);
  return situation;
}

void print_price(Invocation& invocation, const infra::Blueprint& blueprint) {
  infra::Price price = infra::price_of(blueprint);
  if (!price.dollars_an_hour) {
    invocation.out.write(fmt::format("price: of {} not known here\n", blueprint.node_type));
    return;
  }
  invocation.out.write(fmt::format(
      "price: {} an hour, {} a month of {:.0f} hours{}; storage {} a GB and month more\n"
      "       (on demand in us-east-1, November 2026; other regions differ)\n",
      infra::format_dollars(*price.dollars_an_hour),
      infra::format_dollars(*price.dollars_a_month()), infra::hours_per_month,
      price.is_by_use ? ", counted while queries run" : "",
      infra::format_dollars(infra::dollars_per_gb_month)));
}

std::string headline(const infra::Plan& plan, const infra::Blueprint& blueprint,
                     const Situation& situation) {
  std::string_view verb = plan.step == Step::create   ? "create"
                          : plan.step == Step::update ? "update"
                          : plan.step == Step::join   ? "wait for"
                                                      : "keep";
  std::string text = fmt::format("{} stack {} in {}", verb, blueprint.name, blueprint.region);
  if (!situation.caller.account.empty()) {
    text += fmt::format(", account {}, as {}", situation.caller.account, situation.caller.arn);
  }
  return text + "\n\n";
}

/// A parameter as the plan shows it; one that nobody looked up says so.
std::string shown_parameter(const std::string& name, const std::string& value,
                            const infra::Blueprint& blueprint) {
  if (name == "AdminPassword") {
    return value.empty() ? "made and kept by Secrets Manager" : "set, not shown";
  }
  bool is_unknown = name == "PublicClient" && value.empty() && blueprint.is_public;
  return is_unknown ? "the address of this machine, found at setup" : value;
}

void print_plan(Invocation& invocation, const infra::Plan& plan, const infra::Blueprint& blueprint,
                const Situation& situation) {
  invocation.out.write(headline(plan, blueprint, situation));
  std::vector<std::pair<std::string, std::string>> pairs;
  if (plan.step == Step::create) {
    for (const auto& [name, value] : plan.order.parameters) {
      pairs.emplace_back(name, shown_parameter(name, value, blueprint));
    }
    for (const auto& [name, value] : plan.order.tags) pairs.emplace_back("tag " + name, value);
  }
  for (const infra::Change& change : plan.changes) {
    auto shown = [](const std::string& text) { return text.empty() ? "-" : text; };
    pairs.emplace_back(change.name,
                       fmt::format("{} -> {}", shown(change.before), shown(change.after)));
  }
  print_pairs(invocation, pairs);
  if (!pairs.empty()) invocation.out.write("\n");
  if (plan.step != Step::join) print_price(invocation, blueprint);
  invocation.out.flush();
}

void confirm(Invocation& invocation, Step step) {
  if (invocation.arguments.has("yes")) return;
  std::string answer =
      ask_user(fmt::format("{} it? yes or no:", step == Step::create ? "create" : "update"),
               "--yes says yes");
  if (answer == "yes" || answer == "y") return;
  throw Error(ErrorKind::usage, "nothing was changed: the answer was not yes");
}

void tell_event(const Invocation& invocation, const cloud::StackEvent& event) {
  std::string line = fmt::format("{} {} ({})", event.status, event.logical_id, event.type);
  if (!event.reason.empty()) line += ": " + event.reason;
  invocation.note(line);
}

/// The stack, whole. Throws bad_data when it was rolled back.
cloud::Stack apply(Invocation& invocation, const cloud::Session& session, const infra::Plan& plan,
                   const Situation& situation) {
  cloud::Stacks stacks(session);
  infra::Vigil vigil(session,
                     [&](const cloud::StackEvent& event) { tell_event(invocation, event); });
  std::string id = situation.stack ? situation.stack->id : "";
  if (plan.step == Step::update) {
    vigil.skip_past(id);
    stacks.update(plan.order);
  } else if (plan.step == Step::create) {
    id = stacks.create(plan.order);
  } else {
    vigil.skip_to_current(id);
  }
  try {
    auto stack = vigil.wait_for_stack(id);
    if (!stack) throw Error(ErrorKind::not_found, fmt::format("stack {} has been deleted", id));
    infra::require_whole(*stack, vigil);
    return *stack;
  } catch (Error& error) {
    if (error.kind() != ErrorKind::interrupted) throw;
    error.hint("AWS goes on: \"sparkify setup\" waits for it again, \"sparkify clean\" undoes it");
    throw;
  }
}

void write_file(Invocation& invocation, const std::vector<infra::Entry>& entries) {
  std::string path = invocation.arguments.value("config").value_or("dwh.cfg");
  struct stat about {};
  bool is_there = ::stat(path.c_str(), &about) == 0;
  std::string before = is_there ? base::read_file(path)
                                : "[CLUSTER]\nHOST=\nDB_NAME=\nDB_USER=\nDB_PASSWORD=\nDB_PORT=\n\n"
                                  "[IAM_ROLE]\nARN=\n";
  std::string after = infra::with_entries(before, path, entries);
  if (is_there && before == after) return;
  base::replace_file(path, after, is_there ? about.st_mode & 07777 : 0600);
  invocation.note(fmt::format("wrote host, port and role to {}", path));
}

/// Where clients connect, of nodes or of a workgroup.
struct Door {
  std::string host, port, database, user, secret_arn;
  bool is_public = false, is_open = false;
};

Door find_door(const cloud::Session& session, const infra::Blueprint& blueprint) {
  if (!blueprint.is_serverless) {
    auto cluster = infra::find_cluster(cloud::Clusters(session), blueprint.name);
    if (!cluster) return {};
    return {cluster->host,
            cluster->port,
            cluster->database,
            cluster->admin,
            cluster->secret_arn,
            cluster->is_public,
            cluster->status == "available"};
  }
  cloud::Workgroups workgroups(session);
  auto group = workgroups.find(blueprint.name);
  auto space = workgroups.find_namespace(blueprint.name);
  if (!group || !space) return {};
  return {group->host,
          group->port,
          space->database,
          space->admin,
          space->secret_arn,
          group->is_public,
          group->status == "AVAILABLE"};
}

void warn_of_expiry(const cloud::Stack& stack) {
  auto expiry = stack.tags.find(infra::expiry_tag);
  if (expiry == stack.tags.end()) return;
  terminal::write_error(fmt::format(
      "warning: this warehouse is to go at {}, and nothing but \"sparkify clean\" removes it\n",
      expiry->second));
}

/// Logs in as `etl` will.
void knock(Invocation& invocation, const Door& door) {
  redshift::Address address;
  address.host = door.host;
  address.port = static_cast<std::uint16_t>(std::stoul(door.port));
  address.database = door.database;
  address.user = door.user;
  address.password = invocation.settings().text("cluster.db_password");
  try_login(invocation, std::move(address), door.secret_arn);
  invocation.note(fmt::format("it answers, and lets {} in", door.user));
}

/// Tells and writes where the warehouse is, and knocks at its door where that is possible.
void finish(Invocation& invocation, const cloud::Session& session,
            const infra::Blueprint& blueprint, const cloud::Stack& stack) {
  Door door = find_door(session, blueprint);
  if (door.host.empty()) {
    throw Error(ErrorKind::not_found,
                fmt::format("stack {} is there, its warehouse has no address", blueprint.name))
        .hint("\"sparkify cluster status\" tells its state");
  }
  auto role = stack.outputs.find("RoleArn");
  std::string arn = role == stack.outputs.end() ? "" : role->second;
  print_pairs(invocation, {{"host", door.host},
                           {"port", door.port},
                           {"database", door.database},
                           {"user", door.user},
                           {"role", arn}});
  invocation.out.flush();
  std::vector<infra::Entry> entries = {{"cluster.host", door.host},
                                       {"cluster.db_name", door.database},
                                       {"cluster.db_user", door.user},
                                       {"cluster.db_port", door.port},
                                       {"iam_role.arn", arn}};
  entries.push_back({"cluster.secret", door.secret_arn});  // one of an earlier cluster goes
  write_file(invocation, entries);
  if (!door.secret_arn.empty()) {
    invocation.note(fmt::format("the password is kept in {}", door.secret_arn));
  }
  warn_of_expiry(stack);
  if (!door.is_public) {
    invocation.note("it is private: only machines in its network reach it");
  } else if (door.is_open) {
    knock(invocation, door);
  }
}

}  // namespace

void setup(Invocation& invocation) {
  CloudDoor door(invocation);
  const cloud::Session& session = door.session();
  infra::Blueprint blueprint =
      infra::draw(invocation.settings(), session.region, read_wishes(invocation.arguments));
  for (const std::string& doubt : blueprint.doubts) {
    terminal::write_error(fmt::format("warning: {}\n", doubt));
  }
  bool is_dry = invocation.arguments.has("dry-run");
  Situation situation;
  infra::Plan plan;
  for (;;) {
    if (is_dry && !door.has_credentials()) {
      invocation.note("note: no AWS credentials, so what exists was not looked at");
    } else {
      situation = look_around(blueprint, session);
    }
    plan = infra::make_plan(blueprint, situation.stack, session.around.now());
    print_plan(invocation, plan, blueprint, situation);
    if (is_dry || plan.step != Step::join) break;
    apply(invocation, session, plan, situation);  // then what is wanted beyond that
  }
  if (plan.step == Step::nothing) invocation.note("no change");
  if (is_dry) return;
  if (plan.step == Step::nothing) return finish(invocation, session, blueprint, *situation.stack);
  confirm(invocation, plan.step);
  finish(invocation, session, blueprint, apply(invocation, session, plan, situation));
}

}  // namespace sparkify::cli
