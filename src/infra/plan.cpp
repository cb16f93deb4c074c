#include "infra/plan.hpp"

#include <fmt/chrono.h>
#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "aws/signer.hpp"
#include "base/error.hpp"
#include "base/text.hpp"
#include "infra/node_types.hpp"
#include "infra/template.hpp"

namespace sparkify::infra {
namespace {

using base::Error;
using base::ErrorKind;
using cloud::Stack;

/// Parameters that CloudFormation can change only by making another cluster, which is empty.
constexpr std::array<std::string_view, 6> fixed = {"WarehouseName", "Deployment", "DatabaseName",
                                                   "AdminName",     "Port",       "VpcId"};

bool is_broken(const Stack& stack) {
  constexpr std::array<std::string_view, 6> states = {
      "CREATE_FAILED", "ROLLBACK_COMPLETE",      "ROLLBACK_FAILED",
      "DELETE_FAILED", "UPDATE_ROLLBACK_FAILED", "REVIEW_IN_PROGRESS"};
  return std::find(states.begin(), states.end(), stack.status) != states.end();
}

void require_usable(const Stack& stack) {
  if (stack.status == "DELETE_IN_PROGRESS") {
    throw Error(ErrorKind::unavailable, fmt::format("stack {} is being deleted", stack.name))
        .hint("wait until it is gone");
  }
  if (!is_broken(stack)) return;
  throw Error(ErrorKind::bad_data,
              fmt::format("stack {} is in state {}: an earlier attempt stopped there", stack.name,
                          stack.status))
      .hint("\"sparkify clean\" removes what is left of it");
}

std::string value_of(const cloud::Texts& texts, const std::string& key) {
  auto found = texts.find(key);
  return found == texts.end() ? "" : found->second;
}

std::vector<Change> differences(const cloud::StackOrder& order, const Stack& stack) {
  std::vector<Change> changes;
  for (const auto& [key, value] : order.parameters) {
    std::string before = value_of(stack.parameters, key);
    if (before != value) changes.push_back({key, before, value});
  }
  for (const auto& [key, value] : order.tags) {
    std::string before = value_of(stack.tags, key);
    if (before != value) changes.push_back({key, before, value});
  }
  return changes;
}

bool is_name(char c) { return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z'); }

/// The lines of a template by what they are of: `Resources.Role`. Without comments, of which
/// CloudFormation says that they change nothing.
cloud::Texts parts_of(std::string_view text) {
  cloud::Texts parts;
  std::string top, name;
  while (!text.empty()) {
    std::size_t end = std::min(text.find('\n'), text.size());
    std::string_view line = text.substr(0, end);
    text.remove_prefix(std::min(end + 1, text.size()));
    std::string_view words = base::trim(line);
    if (words.empty() || words[0] == '#') continue;
    line = line.substr(0, static_cast<std::size_t>(words.data() - line.data()) + words.size());
    std::string_view head = line.substr(0, line.find(':'));
    if (is_name(line[0])) {
      top = name = head;
    } else if (line.starts_with("  ") && line.size() > 2 && is_name(line[2])) {
      name = fmt::format("{}.{}", top, head.substr(2));
    }
    parts[name] += fmt::format("{}\n", line);
  }
  return parts;
}

/// What differs from a template to another, if anything does.
std::optional<Change> difference(std::string_view before, std::string_view after) {
  cloud::Texts were = parts_of(before), are = parts_of(after);
  if (were == are) return std::nullopt;
  cloud::Texts all = are;
  all.insert(were.begin(), were.end());
  std::string names;
  for (const auto& [name, text] : all) {
    if (value_of(were, name) == value_of(are, name)) continue;
    names += fmt::format("{}{}", names.empty() ? "" : ", ", name);
  }
  return Change{"template", "an older one", fmt::format("this program's, other in {}", names)};
}

void refuse_replacement(const std::vector<Change>& changes) {
  for (const Change& change : changes) {
    if (std::find(fixed.begin(), fixed.end(), change.name) == fixed.end()) continue;
    throw Error(ErrorKind::usage,
                fmt::format("{} of a warehouse that exists cannot change from \"{}\" to \"{}\": "
                            "AWS would make another, empty one",
                            change.name, change.before, change.after))
        .hint("set it back, or \"sparkify clean --final-snapshot\" first");
  }
}

std::string token_of(const cloud::StackOrder& order, aws::Instant now) {
  std::string text = fmt::format("{} {}", order.name, now.time_since_epoch().count());
  return "sparkify-" + aws::sha256_hex(text).substr(0, 40);
}

/// An update leaves the network and the password as they are, unless told otherwise.
void keep_what_is(cloud::StackOrder& order, const Stack& stack) {
  order.parameters.erase("AdminPassword");
  for (const char* key : {"AdminPassword", "VpcId", "SubnetIds", "SnapshotDays"}) {
    bool is_there = stack.parameters.contains(key);
    if (is_there && !order.parameters.contains(key)) order.kept_parameters.emplace_back(key);
  }
  auto expiry = stack.tags.find(expiry_tag);
  if (expiry != stack.tags.end()) order.tags.insert(*expiry);
}

}  // namespace

std::optional<double> Price::dollars_a_month() const {
  if (!dollars_an_hour) return std::nullopt;
  return *dollars_an_hour * hours_per_month + more_dollars_a_month;
}

Price price_of_nodes(std::string_view node_type, std::uint64_t count) {
  const NodeType* type = find_node_type(node_type);
  if (type == nullptr || type->dollars_an_hour <= 0) return {};
  return {type->dollars_an_hour * static_cast<double>(count), 0, false};
}

Price price_of(const Blueprint& blueprint) {
  Price price = price_of_nodes(blueprint.node_type, blueprint.node_count);
  if (blueprint.is_serverless) {
    price = {dollars_per_rpu_hour * static_cast<double>(blueprint.capacity), 0, true};
  }
  if (blueprint.is_public && price.dollars_an_hour) {
    *price.dollars_an_hour += dollars_per_address_hour;
  }
  if (blueprint.password.empty()) price.more_dollars_a_month += dollars_per_secret_month;
  return price;
}

std::string format_dollars(double dollars) {
  return dollars < 0.1 ? fmt::format("${:.3f}", dollars) : fmt::format("${:.2f}", dollars);
}

void require_own(const Stack& stack) {
  // CloudFormation tells no parameters of a stack that nothing has been made of yet.
  if (stack.status == "REVIEW_IN_PROGRESS") return;
  bool is_tagged = value_of(stack.tags, name_tag) == stack.name;
  if (is_tagged || value_of(stack.parameters, "WarehouseName") == stack.name) return;
  throw Error(ErrorKind::usage,
              fmt::format("stack {} is none of sparkify's: it has no parameter WarehouseName of "
                          "that name",
                          stack.name))
      .hint("choose another name with --cluster");
}

std::string format_instant(aws::Instant instant) {
  auto seconds = std::chrono::floor<std::chrono::seconds>(instant);
  return fmt::format("{:%Y-%m-%dT%H:%M:%SZ}", fmt::gmtime(seconds));
}

Plan make_plan(const Blueprint& blueprint, const std::optional<Stack>& stack, aws::Instant now) {
  if (stack) {
    require_own(*stack);
    require_usable(*stack);
  }
  Plan plan;
  plan.order.name = blueprint.name;
  plan.order.template_text = warehouse_template();
  plan.order.parameters = blueprint.parameters();
  plan.order.tags[name_tag] = blueprint.name;
  plan.order.token = token_of(plan.order, now);
  if (blueprint.ttl) plan.order.tags[expiry_tag] = format_instant(now + *blueprint.ttl);
  if (stack && stack->is_busy()) {
    plan.step = Plan::Step::join;
    return plan;
  }
  if (!stack) {
    plan.step = Plan::Step::create;
    plan.order.parameters["SnapshotDays"] = "1";
    plan.order.parameters["AdminPassword"] = blueprint.password;
    return plan;
  }
  keep_what_is(plan.order, *stack);
  plan.changes = differences(plan.order, *stack);
  refuse_replacement(plan.changes);
  if (!stack->template_text.empty()) {
    auto change = difference(stack->template_text, plan.order.template_text);
    if (change) plan.changes.push_back(*std::move(change));
  }
  plan.step = plan.changes.empty() ? Plan::Step::nothing : Plan::Step::update;
  return plan;
}

}  // namespace sparkify::infra
