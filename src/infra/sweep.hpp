#pragma once

#include <optional>
#include <string>
#include <vector>

#include "cloud/clusters.hpp"
#include "cloud/stacks.hpp"
#include "infra/plan.hpp"

namespace sparkify::infra {

/// Something that exists and bears the stack's tag or name.
struct Leftover {
  enum class Kind {
    cluster,
    workgroup,  ///< of serverless
    name_space,
    subnet_group,
    parameter_group,
    security_group,
    role,
    secret,
    other,  ///< of a kind that this program does not remove; its name is its ARN
  };
  Kind kind = Kind::cluster;
  std::string name;
  std::string state;  ///< of clusters: `available`
  Price price = {0.0};
};

/// The names by which a stack's things are known where they bear no tag.
struct Traces {
  std::string stack;
  std::string role;    ///< the name that the template was given
  std::string secret;  ///< of the password that Redshift manages: managed_secret_name()
};
std::string managed_secret_name(std::string_view cluster, std::string_view admin);

struct Findings {
  std::vector<Leftover> leftovers;     ///< in the order in which they can go
  std::vector<std::string> gaps;       ///< who could not be asked, and why
  std::vector<std::string> strangers;  ///< what has a name of ours and no sign of being ours
};

std::string_view name_of(Leftover::Kind kind);

/// Asks each service for what bears the name or tag of a stack, and the tagging service for what
/// else does. Without permission to ask the latter or Secrets Manager there are gaps.
Findings find_leftovers(const cloud::Session& session, const Traces& traces);
/// Removes one, or begins to: what takes minutes is there until is_gone() says so. Throws
/// bad_data: it resists, or is of another kind.
void remove(const cloud::Session& session, const Leftover& leftover);
bool is_gone(const cloud::Session& session, const Leftover& leftover);
/// Whether data goes with it.
bool holds_data(const Leftover& leftover);

}  // namespace sparkify::infra
