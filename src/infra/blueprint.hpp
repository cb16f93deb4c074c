#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "cloud/stacks.hpp"
#include "config/settings.hpp"

namespace sparkify::infra {

/// What is no setting of dwh.cfg: flags of `setup`.
struct Wishes {
  bool is_serverless = false;
  std::uint64_t capacity = 4;  ///< RPUs of a serverless workgroup
  bool is_public = false;
  std::string address;          ///< who may connect from outside; empty: this machine
  std::string private_clients;  ///< range of the VPC that may connect
  std::string vpc, subnets;     ///< empty: the default ones
  std::string read;             ///< more s3:// paths, with commas between
  std::string ttl;              ///< `4h`; empty: for good
};

/// The warehouse that a user wants in the cloud, checked.
struct Blueprint {
  std::string name;  ///< of the stack, and of the cluster or workgroup
  std::string region;
  bool is_serverless = false;
  std::string node_type;
  std::uint64_t node_count = 1, capacity = 4;
  std::string database, admin, password, port, role;
  bool is_public = false;
  std::string public_client;  ///< a /32, once the address is known
  std::string private_clients, vpc, subnets;
  std::vector<std::string> read_paths;
  std::optional<std::chrono::seconds> ttl;
  std::vector<std::string> doubts;  ///< warnings for the user

  /// Of the template, but the password; vpc and subnets only where they are known.
  cloud::Texts parameters() const;
};

/// Puts settings and wishes together and checks all that can be checked without a call.
/// Throws usage or config, with the place of a file's value.
Blueprint draw(const config::Settings& settings, const std::string& region, const Wishes& wishes);

/// The name of the cluster that settings speak of. Throws as draw().
std::string cluster_name(const config::Settings& settings);
/// That of the role.
std::string role_name(const config::Settings& settings, const std::string& cluster);
/// That of the database's administrator.
std::string admin_name(const config::Settings& settings);
/// Throws usage or config for what is no region.
void require_region(const config::Settings& settings, const std::string& region);

/// `90m`, `4h`, `2d`. Throws usage.
std::chrono::seconds parse_ttl(std::string_view text);

}  // namespace sparkify::infra
