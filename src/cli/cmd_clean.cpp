#include <fmt/format.h>

#include <algorithm>

#include "aws/signer.hpp"
#include "base/error.hpp"
#include "base/text.hpp"
#include "cli/cloud_door.hpp"
#include "cli/commands.hpp"
#include "cloud/workgroups.hpp"
#include "infra/node_types.hpp"
#include "infra/plan.hpp"
#include "infra/progress.hpp"
#include "infra/sweep.hpp"

namespace sparkify::cli {
namespace {

using base::Error;
using base::ErrorKind;
using infra::Leftover;

/// What `clean` works on.
struct Cleanup {
  Invocation* invocation;
  const cloud::Session* session;
  std::string name;
  infra::Traces traces;

  std::vector<Leftover> leftovers() const {
    return infra::find_leftovers(*session, traces).leftovers;
  }
  infra::Vigil vigil() const {
    return infra::Vigil(*session, [this](const cloud::StackEvent& event) {
      std::string line = fmt::format("{} {} ({})", event.status, event.logical_id, event.type);
      if (!event.reason.empty()) line += ": " + event.reason;
      invocation->note(line);
    });
  }
};

std::string price_text(const infra::Price& price) {
  bool is_by_month = price.dollars_an_hour == 0.0 && price.more_dollars_a_month > 0;
  if (!is_by_month) return hourly_text(price.dollars_an_hour);
  return infra::format_dollars(price.more_dollars_a_month) + " a month";
}

void print_leftovers(const Cleanup& cleanup, const std::vector<Leftover>& leftovers) {
  std::vector<std::pair<std::string, std::string>> pairs;
  for (const Leftover& each : leftovers) {
    std::string text = each.name;
    if (!each.state.empty()) text += fmt::format(" ({})", each.state);
    pairs.emplace_back(infra::name_of(each.kind),
                       fmt::format("{}, {}", text, price_text(each.price)));
  }
  print_pairs(*cleanup.invocation, pairs);
}

void print_plan(const Cleanup& cleanup, const std::optional<cloud::Stack>& stack,
                const std::vector<Leftover>& leftovers) {
  cleanup.invocation->out.write(
      fmt::format("clean up {} in {}\n\n", cleanup.name, cleanup.session->region));
  if (stack)
    print_pairs(*cleanup.invocation,
                {{"stack", fmt::format("{} ({})", stack->name, stack->status)}});
  print_leftovers(cleanup, leftovers);
  cleanup.invocation->out.write("\n");
  cleanup.invocation->out.flush();
}

bool is_loss(const std::vector<Leftover>& leftovers) {
  return std::any_of(leftovers.begin(), leftovers.end(), infra::holds_data);
}

/// There is one final snapshot.
void require_one_to_keep(const std::vector<Leftover>& leftovers) {
  auto count = std::count_if(leftovers.begin(), leftovers.end(), infra::holds_data);
  if (count <= 1) return;
  throw Error(ErrorKind::usage,
              fmt::format("{} of these hold data, and --final-snapshot takes one snapshot", count))
      .hint("take theirs in AWS's console, then leave --final-snapshot out");
}

/// What a cluster holds is lost with it, so its name must be typed.
void confirm(const Cleanup& cleanup, bool loses_data) {
  if (cleanup.invocation->arguments.has("yes")) return;
  std::string question =
      loses_data ? fmt::format("the data in it is lost. Type {} to go on:", cleanup.name)
                 : std::string("remove it? yes or no:");
  std::string answer = ask_user(question, "--yes says yes");
  if (answer == (loses_data ? cleanup.name : "yes")) return;
  throw Error(ErrorKind::usage, "nothing was removed: the answer was another");
}

/// Its state; nothing when there is none of that name.
std::optional<std::string> snapshot_status(const Cleanup& cleanup, const std::string& snapshot,
                                           bool is_serverless) {
  if (is_serverless) return cloud::Workgroups(*cleanup.session).snapshot_status(snapshot);
  auto found = cloud::Clusters(*cleanup.session).find_snapshot(snapshot);
  if (!found) return std::nullopt;
  return found->status;
}

/// Begins one of the cluster or namespace. True: it is of a namespace.
bool begin_snapshot(const Cleanup& cleanup, const std::string& snapshot) {
  cloud::Clusters clusters(*cleanup.session);
  cloud::Workgroups workgroups(*cleanup.session);
  if (auto cluster = infra::find_cluster(clusters, cleanup.name)) {
    clusters.take_snapshot(cluster->identifier, snapshot);
    return false;
  }
  if (!workgroups.find_namespace(cleanup.name)) {
    throw Error(ErrorKind::not_found, "there is nothing to take a snapshot of")
        .hint("leave --final-snapshot out");
  }
  workgroups.take_snapshot(cleanup.name, snapshot);
  return true;
}

void take_final_snapshot(const Cleanup& cleanup) {
  std::string instant = infra::format_instant(cleanup.session->around.now());
  std::erase_if(instant, [](char c) { return c == ':' || c == '-'; });
  std::string name = fmt::format("{}-final-{}", cleanup.name, base::to_lower(instant));
  bool is_serverless = begin_snapshot(cleanup, name);
  cleanup.invocation->note(fmt::format("taking snapshot {}", name));
  cleanup.vigil().wait_until([&] {
    std::string status =
        base::to_lower(snapshot_status(cleanup, name, is_serverless).value_or("failed"));
    if (status == "failed" || status == "deleted" || status == "cancelled") {
      throw Error(ErrorKind::bad_data, fmt::format("snapshot {} failed", name))
          .hint("nothing was removed");
    }
    return status == "available";
  });
  cleanup.invocation->note(fmt::format("snapshot {} stays and costs {} a GB and month", name,
                                       infra::format_dollars(infra::dollars_per_gb_month)));
}

/// False: something in it resists, and its events said what.
bool delete_stack(const Cleanup& cleanup, const cloud::Stack& stack) {
  cloud::Stacks stacks(*cleanup.session);
  infra::Vigil vigil = cleanup.vigil();
  vigil.skip_past(stack.id);
  std::string instant = infra::format_instant(cleanup.session->around.now());
  stacks.remove(stack.name, "sparkify-" + aws::sha256_hex(stack.id + instant).substr(0, 40));
  auto after = vigil.wait_for_stack(stack.id);
  if (!after) return true;
  std::string why = after->reason;
  if (const auto& failure = vigil.first_failure()) {
    why = fmt::format("{} ({}): {}", failure->logical_id, failure->type, failure->reason);
  }
  terminal::write_error(
      fmt::format("warning: stack {} is {}: {}\n", stack.name, after->status, why));
  return false;
}

/// Removes what it can; what resists stays for the count at the end.
void sweep(const Cleanup& cleanup, const std::vector<Leftover>& leftovers) {
  for (const Leftover& each : leftovers) {
    std::string shown = fmt::format("{} {}", infra::name_of(each.kind), each.name);
    try {
      infra::remove(*cleanup.session, each);
      cleanup.vigil().wait_until([&] { return infra::is_gone(*cleanup.session, each); });
      cleanup.invocation->note("removed " + shown);
    } catch (const Error& error) {
      bool is_end = error.kind() != ErrorKind::bad_data && error.kind() != ErrorKind::denied;
      if (is_end) throw;
      terminal::write_error(fmt::format("warning: {} stays: {}\n", shown, error.message()));
    }
  }
}

/// Says what costs on although it is no part of the warehouse.
void tell_snapshots(const Cleanup& cleanup) {
  auto found = cloud::Clusters(*cleanup.session).manual_snapshots(cleanup.name);
  auto more = cloud::Workgroups(*cleanup.session).snapshots(cleanup.name);
  found.insert(found.end(), more.begin(), more.end());
  for (const cloud::Snapshot& snapshot : found) {
    double gigabytes = snapshot.backup_megabytes / 1000;
    cleanup.invocation->note(
        fmt::format("snapshot {} stays: {:.1f} GB, {} a month", snapshot.identifier, gigabytes,
                    infra::format_dollars(gigabytes * infra::dollars_per_gb_month)));
  }
}

void tell_outcome(const Cleanup& cleanup) {
  std::vector<Leftover> left = cleanup.leftovers();
  bool has_stack = cloud::Stacks(*cleanup.session).find(cleanup.name).has_value();
  print_leftovers(cleanup, left);
  tell_snapshots(cleanup);
  std::size_t count = left.size() + (has_stack ? 1 : 0);
  cleanup.invocation->out.write(fmt::format("{} left\n", count));
  if (count == 0) return;
  throw Error(ErrorKind::check_failed,
              fmt::format("{} of {} {} left{}", count, cleanup.name, count == 1 ? "is" : "are",
                          has_stack ? ", with its stack" : ""))
      .hint("run \"sparkify clean\" again, or remove it in AWS's console");
}

}  // namespace

void clean(Invocation& invocation) {
  CloudDoor door(invocation);
  std::string name = infra::cluster_name(invocation.settings());
  Cleanup cleanup{&invocation,
                  &door.session(),
                  name,
                  {name, infra::role_name(invocation.settings(), name),
                   infra::managed_secret_name(name, infra::admin_name(invocation.settings()))}};
  auto stack = cloud::Stacks(door.session()).find(name);
  if (stack) infra::require_own(*stack);
  infra::Findings findings = infra::find_leftovers(door.session(), cleanup.traces);
  for (const std::string& gap : findings.gaps) {
    terminal::write_error(fmt::format("warning: not everything could be asked: {}\n", gap));
  }
  const std::vector<Leftover>& before = findings.leftovers;
  for (const std::string& stranger : findings.strangers) {
    invocation.note("left alone: " + stranger);
  }
  if (!stack && before.empty()) return tell_outcome(cleanup);
  print_plan(cleanup, stack, before);
  if (invocation.arguments.has("dry-run")) return;
  if (invocation.arguments.has("final-snapshot")) require_one_to_keep(before);
  confirm(cleanup, is_loss(before));
  if (invocation.arguments.has("final-snapshot")) take_final_snapshot(cleanup);
  bool is_deleted = !stack || delete_stack(cleanup, *stack);
  std::vector<Leftover> after = cleanup.leftovers();
  if (!after.empty() && stack) {
    invocation.out.write("the stack left behind:\n");
    print_leftovers(cleanup, after);
    invocation.out.flush();
    confirm(cleanup, false);
  }
  sweep(cleanup, after);
  if (!is_deleted) delete_stack(cleanup, *stack);  // what resisted may be gone now
  tell_outcome(cleanup);
}

}  // namespace sparkify::cli
