#pragma once

#include <optional>
#include <string>
#include <vector>

#include "infra/blueprint.hpp"

namespace sparkify::infra {

/// The tags that a stack and all in it carry.
inline constexpr const char* name_tag = "sparkify";
inline constexpr const char* expiry_tag = "sparkify:expires-at";
/// The tags that its role carries beside them, as roles are known in all regions.
inline constexpr const char* role_name_tag = "sparkify:warehouse";
inline constexpr const char* role_region_tag = "sparkify:region";

/// What something costs by the list of node_types.hpp.
struct Price {
  std::optional<double> dollars_an_hour;  ///< nothing: not known here
  double more_dollars_a_month = 0;        ///< beside the hours
  bool is_by_use = false;                 ///< hours count only while queries run

  std::optional<double> dollars_a_month() const;
};

Price price_of(const Blueprint& blueprint);
Price price_of_nodes(std::string_view node_type, std::uint64_t count);
/// `$0.38`; of small prices more digits.
std::string format_dollars(double dollars);

/// One parameter or tag that shall be another; or "template", with the names of what differs in it.
struct Change {
  std::string name, before, after;
};

struct Plan {
  enum class Step {
    create,
    update,
    nothing,  ///< all is as wanted
    join,     ///< somebody is at it: wait
  };
  Step step = Step::nothing;
  cloud::StackOrder order;
  std::vector<Change> changes;  ///< of an update
};

/// Compares what is wanted with what is there. A stack without a template_text is taken to have
/// this program's template.
/// Throws usage (the stack is none of ours, or the change would make another cluster and lose what
/// is in this one), bad_data (the stack must be cleaned up first), unavailable (it is being
/// deleted).
Plan make_plan(const Blueprint& blueprint, const std::optional<cloud::Stack>& stack,
               aws::Instant now);

/// Throws usage: the stack is not made of this program's template, for a warehouse of its name.
void require_own(const cloud::Stack& stack);

/// `2026-11-21T12:00:00Z`.
std::string format_instant(aws::Instant instant);

}  // namespace sparkify::infra
