#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "cloud/login.hpp"
#include "cloud/service.hpp"
#include "cloud/stacks.hpp"

namespace sparkify::cloud {

/// Never its value.
struct Secret {
  std::string name;
  Texts tags;
};

/// Secrets Manager. Those that are on their way out, which cost nothing, are not told. Throws as
/// Service; borrows the session.
class Secrets {
 public:
  explicit Secrets(const Session& session);

  std::vector<Secret> with_name(const std::string& name) const;
  std::vector<Secret> with_tag(const std::string& tag, const std::string& value) const;
  /// What Redshift keeps in a secret, by its name or ARN. Throws bad_data: it holds no login.
  Login login(const std::string& name) const;
  /// At once when `is_for_good`, else in a week, until when it can be restored. One that is gone
  /// already, with its cluster, is fine.
  void remove(const std::string& name, bool is_for_good) const;

 private:
  std::vector<Secret> list(const base::Json& filters) const;

  Service service_;
};

}  // namespace sparkify::cloud
