#pragma once

#include <functional>
#include <optional>
#include <set>
#include <string>

#include "cloud/clusters.hpp"
#include "cloud/stacks.hpp"

namespace sparkify::infra {

/// Waits for things that take Amazon minutes. It asks more and more seldom, every ten seconds at
/// last; the session's `pause` may throw to end it. Borrows the session.
class Vigil {
 public:
  using Seen = std::function<void(const cloud::StackEvent&)>;

  /// `seen` gets each event of a stack once, as it happens.
  Vigil(const cloud::Session& session, Seen seen)
      : session_(&session), stacks_(session), seen_(std::move(seen)) {}

  /// What happened to the stack before now is not told.
  void skip_past(const std::string& stack);
  /// What happened to the stack before what is being done to it now is not told.
  void skip_to_current(const std::string& stack);
  /// Until nothing is in progress; nothing when the stack is gone. `stack`: its id.
  std::optional<cloud::Stack> wait_for_stack(const std::string& stack);
  /// Until `is_done` says so.
  void wait_until(const std::function<bool()>& is_done);

  /// Of what was told, the first that failed by itself.
  const std::optional<cloud::StackEvent>& first_failure() const { return failure_; }

 private:
  void look(const std::string& stack);

  const cloud::Session* session_;
  cloud::Stacks stacks_;
  Seen seen_;
  std::set<std::string> known_;
  std::optional<cloud::StackEvent> failure_;
};

/// Throws bad_data, with the resource that failed and its reason, unless `stack` is whole.
void require_whole(const cloud::Stack& stack, const Vigil& vigil);

/// The cluster of a stack's name, also where CloudFormation made up a longer one.
std::optional<cloud::Cluster> find_cluster(const cloud::Clusters& clusters,
                                           const std::string& name);
/// Whether a name is the stack's own, or one that CloudFormation makes of it, with 12 or 13 random
/// characters: `sparkify-Cluster-1ABCDEFGHIJ2`.
bool is_of_stack(std::string_view name, std::string_view stack, std::string_view logical_id);

}  // namespace sparkify::infra
