#pragma once

#include <optional>
#include <string>
#include <vector>

#include "cloud/clusters.hpp"
#include "cloud/stacks.hpp"

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
  };
  Kind kind = Kind::cluster;
  std::string name;
  std::string state;  ///< of clusters: `available`
  /// Dollars an hour; nothing: not known here.
  std::optional<double> dollars_an_hour = 0;
};

std::string_view name_of(Leftover::Kind kind);

/// Asks each service for what bears the name or tag of `stack`, in the order in which it can go.
/// `role`: the name that the template was given.
std::vector<Leftover> find_leftovers(const cloud::Session& session, const std::string& stack,
                                     const std::string& role);
/// Removes one, or begins to: what takes minutes is there until is_gone() says so.
void remove(const cloud::Session& session, const Leftover& leftover);
bool is_gone(const cloud::Session& session, const Leftover& leftover);
/// Whether data goes with it.
bool holds_data(const Leftover& leftover);

}  // namespace sparkify::infra
