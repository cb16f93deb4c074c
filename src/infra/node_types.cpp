#include "infra/node_types.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <vector>

#include "base/text.hpp"

namespace sparkify::infra {
namespace {

constexpr std::array<NodeType, 8> table = {{
    {"rg.large", 1, 16, 0.38, 2, 8, 1},
    {"rg.xlarge", 2, 32, 0.76, 4, 32, 0},
    {"rg.4xlarge", 2, 64, 3.04267, 16, 128, 0},
    {"rg.12xlarge", 2, 100, 9.128, 48, 128, 0},
    {"ra3.large", 1, 16, 0.543, 2, 8, 1},
    {"ra3.xlplus", 1, 32, 1.086, 4, 32, 4},
    {"ra3.4xlarge", 2, 64, 3.26, 12, 128, 0},
    {"ra3.16xlarge", 2, 100, 13.04, 48, 128, 0},
}};

/// What was, and what takes its place.
struct Retired {
  std::string_view name, heir;
};
constexpr std::array<Retired, 6> retired = {{
    {"dc2.large", "rg.large"},
    {"dc2.8xlarge", "rg.4xlarge"},
    {"dc1.large", "rg.large"},
    {"dc1.8xlarge", "rg.4xlarge"},
    {"ds2.xlarge", "rg.xlarge"},
    {"ds2.8xlarge", "rg.4xlarge"},
}};

}  // namespace

std::span<const NodeType> node_types() { return table; }

const NodeType* find_node_type(std::string_view name) {
  auto found = std::find_if(table.begin(), table.end(),
                            [&](const NodeType& type) { return type.name == name; });
  return found == table.end() ? nullptr : &*found;
}

std::optional<Objection> objection_to_node_type(std::string_view name) {
  if (name == "dc2.xlarge") {
    return Objection{"dc2.xlarge never existed: the DC2 types were dc2.large and dc2.8xlarge",
                     "these are gone as well: use rg.large (NODE_TYPE of dwh.cfg, or --node-type)"};
  }
  auto found = std::find_if(retired.begin(), retired.end(),
                            [&](const Retired& type) { return type.name == name; });
  if (found == retired.end()) return std::nullopt;
  std::string_view when = name.starts_with("dc2.")
                              ? "takes no new clusters since 2025-05-15 and ended on 2026-04-24"
                              : "is no longer offered";
  return Objection{fmt::format("{} {}", name, when),
                   fmt::format("use {} (NODE_TYPE of dwh.cfg, or --node-type)", found->heir)};
}

std::optional<Objection> doubt_about_node_type(std::string_view name) {
  if (find_node_type(name) != nullptr) return std::nullopt;
  std::vector<std::string_view> names;
  for (const NodeType& type : table) names.push_back(type.name);
  std::string hint = base::did_you_mean(name, names);
  if (hint.empty()) hint = fmt::format("known here are {}", fmt::join(names, ", "));
  return Objection{fmt::format("\"{}\" is no node type known here, nor is its price", name), hint};
}

std::optional<Objection> objection_to_node_count(const NodeType& type, std::uint64_t count) {
  if (count >= type.least_nodes && count <= type.most_nodes) return std::nullopt;
  return Objection{fmt::format("{} takes {} to {} nodes, not {}", type.name, type.least_nodes,
                               type.most_nodes, count),
                   "change the number of nodes or their type"};
}

}  // namespace sparkify::infra
