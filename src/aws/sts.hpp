#pragma once

#include <optional>
#include <string>

#include "aws/credentials.hpp"
#include "aws/surroundings.hpp"

namespace sparkify::aws {

/// The server of the Security Token Service to ask, and the region that its requests are signed
/// for.
struct StsPlace {
  std::string url;
  std::string region;
};

/// AWS's of a region; without region the one for all.
StsPlace sts_of(const std::string& region);

/// What a profile or the environment says of a role.
struct Role {
  std::string arn;
  std::string session_name;  ///< empty: one is made up
  std::string external_id;
  std::string duration_seconds;  ///< empty: the server's
};

/// Temporary credentials of a role.
/// Throws denied (with the server's words: who may not do what), unavailable.
Credentials assume_role(const Role& role, const Credentials& by, const StsPlace& place,
                        const Surroundings& surroundings);
/// The same for whom an identity provider vouches, with a token of its own.
Credentials assume_role_with_web_identity(const Role& role, const std::string& token,
                                          const StsPlace& place, const Surroundings& surroundings);

}  // namespace sparkify::aws
