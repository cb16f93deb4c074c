#pragma once

#include <optional>
#include <string_view>

#include "infra/node_types.hpp"

namespace sparkify::infra {

// Why AWS would not take a value; nothing when it would. Source: CreateCluster of the Redshift API
// reference, CreateRole of IAM's.

std::optional<Objection> objection_to_cluster_name(std::string_view name);
std::optional<Objection> objection_to_database_name(std::string_view name);
std::optional<Objection> objection_to_admin_name(std::string_view name);
/// Never shows the password.
std::optional<Objection> objection_to_password(std::string_view password);
/// RG and RA3 nodes and serverless workgroups take few.
std::optional<Objection> objection_to_port(std::string_view port);
std::optional<Objection> objection_to_role_name(std::string_view name);
/// What no region looks like.
std::optional<Objection> objection_to_region(std::string_view region);
/// A region that is not known here: there may be new ones.
std::optional<Objection> doubt_about_region(std::string_view region);
/// One IPv4 address.
std::optional<Objection> objection_to_address(std::string_view address);
/// A range of a private network.
std::optional<Objection> objection_to_private_range(std::string_view range);

}  // namespace sparkify::infra
