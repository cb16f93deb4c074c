#include "infra/progress.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cctype>

#include "base/error.hpp"
#include "base/text.hpp"

namespace sparkify::infra {
namespace {

using base::Error;
using base::ErrorKind;

constexpr std::chrono::milliseconds first_pause{200}, last_pause{10'000};

/// Resources that are called off because another one failed say so.
bool is_cause(const cloud::StackEvent& event) {
  return event.status.ends_with("_FAILED") &&
         base::to_lower(event.reason).find("cancelled") == std::string::npos;
}

}  // namespace

void Vigil::skip_past(const std::string& stack) {
  for (const cloud::StackEvent& event : stacks_.events(stack)) known_.insert(event.id);
}

void Vigil::skip_to_current(const std::string& stack) {
  std::vector<cloud::StackEvent> events = stacks_.events(stack);
  auto begins = [](const cloud::StackEvent& event) {
    return event.type == "AWS::CloudFormation::Stack" &&
           (event.status == "CREATE_IN_PROGRESS" || event.status == "UPDATE_IN_PROGRESS" ||
            event.status == "DELETE_IN_PROGRESS");
  };
  auto last = std::find_if(events.rbegin(), events.rend(), begins);
  for (; last != events.rend(); ++last) known_.insert(last->id);
}

void Vigil::look(const std::string& stack) {
  for (const cloud::StackEvent& event : stacks_.events(stack)) {
    if (!known_.insert(event.id).second) continue;
    if (!failure_ && is_cause(event)) failure_ = event;
    seen_(event);
  }
}

std::optional<cloud::Stack> Vigil::wait_for_stack(const std::string& stack) {
  std::optional<cloud::Stack> found;
  wait_until([&] {
    found = stacks_.find(stack);
    look(stack);  // after: so that the last events are told
    return !found || !found->is_busy();
  });
  return found;
}

void Vigil::wait_until(const std::function<bool()>& is_done) {
  std::chrono::milliseconds pause = first_pause;
  while (!is_done()) {
    session_->around.pause(pause);
    pause = std::min(pause * 3 / 2, last_pause);
  }
}

void require_whole(const cloud::Stack& stack, const Vigil& vigil) {
  if (stack.status == "CREATE_COMPLETE" || stack.status == "UPDATE_COMPLETE") return;
  std::string what = fmt::format("stack {} ended as {}", stack.name, stack.status);
  if (const auto& failure = vigil.first_failure()) {
    what +=
        fmt::format(": {} ({}) failed: {}", failure->logical_id, failure->type, failure->reason);
  } else if (!stack.reason.empty()) {
    what += ": " + stack.reason;
  }
  while (what.ends_with('.') || what.ends_with(' ')) what.pop_back();
  bool is_as_before = stack.status == "UPDATE_ROLLBACK_COMPLETE";
  throw Error(ErrorKind::bad_data, what)
      .hint(is_as_before ? "the warehouse is as it was before"
                         : "\"sparkify clean\" removes what is left; then try again");
}

bool is_of_stack(std::string_view name, std::string_view stack, std::string_view logical_id) {
  std::string lower = base::to_lower(name);
  if (lower == base::to_lower(stack)) return true;
  std::string start = base::to_lower(fmt::format("{}-{}-", stack, logical_id));
  if (!lower.starts_with(start)) return false;
  std::string_view rest = std::string_view(lower).substr(start.size());
  bool is_random =
      std::all_of(rest.begin(), rest.end(), [](unsigned char c) { return std::isalnum(c) != 0; });
  return is_random && (rest.size() == 12 || rest.size() == 13);
}

std::optional<cloud::Cluster> find_cluster(const cloud::Clusters& clusters,
                                           const std::string& name) {
  if (auto cluster = clusters.find(name)) return cluster;
  for (cloud::Cluster& cluster : clusters.all()) {
    if (is_of_stack(cluster.identifier, name, "Cluster")) return std::move(cluster);
  }
  return std::nullopt;
}

}  // namespace sparkify::infra
