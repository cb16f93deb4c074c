#pragma once

#include <string>
#include <vector>

#include "cloud/service.hpp"

namespace sparkify::cloud {

/// The Resource Groups Tagging API, which knows the tags of most services. Throws as Service;
/// borrows the session.
class Tagged {
 public:
  explicit Tagged(const Session& session);

  /// ARNs of what bears the tag in the session's region. It may name things for minutes after they
  /// were removed.
  std::vector<std::string> arns(const std::string& tag, const std::string& value) const;

 private:
  Service service_;
};

}  // namespace sparkify::cloud
