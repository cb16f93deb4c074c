#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace sparkify::infra {

/// A kind of node that Redshift rents. Others may exist: this list warns and never decides.
/// Source: "Amazon Redshift provisioned clusters" of the Management Guide, and Redshift's price
/// list for us-east-1, on demand, both as of November 2026; CreateCluster takes 100 nodes at most.
struct NodeType {
  std::string_view name;
  std::uint64_t least_nodes = 1, most_nodes = 1;
  double dollars_an_hour = 0;  ///< of one node; 0: not known here
  std::uint64_t vcpus = 0;     ///< of one node
  double terabytes = 0;        ///< of managed storage a node may have, where there are several
  double lone_terabytes = 0;   ///< of the only one; 0: there are always several
};

std::span<const NodeType> node_types();
/// nullptr when it is not on the list.
const NodeType* find_node_type(std::string_view name);

/// What is wrong with a value, and the way out.
struct Objection {
  std::string what, hint;
};

/// Why no cluster of that kind can be made: it is gone, or never was.
std::optional<Objection> objection_to_node_type(std::string_view name);
/// What may be wrong with a kind that is not on the list.
std::optional<Objection> doubt_about_node_type(std::string_view name);
/// Why so many nodes of a kind on the list will not do.
std::optional<Objection> objection_to_node_count(const NodeType& type, std::uint64_t count);

/// Dollars for one Redshift Processing Unit and hour of a serverless workgroup, us-east-1.
inline constexpr double dollars_per_rpu_hour = 0.375;
/// Dollars a month for a GB of managed storage, or of a snapshot somebody asked for, us-east-1.
inline constexpr double dollars_per_gb_month = 0.024;
/// Dollars an hour for a public IPv4 address. Source: "Amazon VPC pricing".
inline constexpr double dollars_per_address_hour = 0.005;
/// Dollars a month for a secret of Secrets Manager, where managed passwords lie.
inline constexpr double dollars_per_secret_month = 0.40;
/// As AWS's own calculator counts them.
inline constexpr double hours_per_month = 730;

}  // namespace sparkify::infra
