#pragma once

#include <optional>
#include <string>
#include <vector>

#include "cloud/service.hpp"

namespace sparkify::cloud {

struct Subnet {
  std::string id, zone;
};

struct SecurityGroup {
  std::string id, name;
};

/// The part of EC2 that a warehouse stands in. Throws as Service; borrows the session.
class Network {
 public:
  explicit Network(const Session& session);

  /// Id of the region's default VPC.
  std::optional<std::string> default_vpc() const;
  /// Sorted by zone.
  std::vector<Subnet> subnets(const std::string& vpc) const;
  /// Those whose tag has this value.
  std::vector<SecurityGroup> security_groups(const std::string& tag,
                                             const std::string& value) const;
  void remove_security_group(const std::string& id) const;

 private:
  Service service_;
};

/// The address by which the internet sees this machine, asked of Amazon's checkip service.
/// Throws unavailable.
std::string own_address(const Session& session);

}  // namespace sparkify::cloud
