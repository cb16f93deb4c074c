#pragma once

#include <map>
#include <optional>
#include <string>

#include "cloud/service.hpp"

namespace sparkify::cloud {

struct Caller {
  std::string account, arn;
};

/// Whose credentials the session has. Throws as Service.
Caller caller(const Session& session);

struct Role {
  std::string arn;
  std::map<std::string, std::string> tags;
};

/// Roles of IAM. Throws as Service; borrows the session.
class Roles {
 public:
  explicit Roles(const Session& session);

  std::optional<Role> find(const std::string& name) const;
  /// With the policies that lie in it and what is attached to it.
  void remove(const std::string& name) const;

 private:
  Service service_;
};

}  // namespace sparkify::cloud
