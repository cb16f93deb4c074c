#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "aws/credentials.hpp"
#include "aws/metadata.hpp"
#include "aws/profiles.hpp"
#include "aws/sts.hpp"
#include "aws/surroundings.hpp"

namespace sparkify::aws {

/// What the chain of credential sources goes through.
struct CredentialChain {
  Surroundings surroundings;
  ProfileFiles files;
  /// Keys that the user gave, in the environment or dwh.cfg.
  std::optional<CredentialSource> given;
  std::string profile = "default";
  bool is_profile_named = false;    ///< it must exist
  bool is_profile_by_flag = false;  ///< it stands above `given` and the environment
  StsPlace sts;
  std::shared_ptr<InstanceMetadata> instance;
};

/// The first source that is there, in the order of AWS's tools: what was given; the profile's role;
/// web identity; the profile's keys and credential_process; container; instance. Asks nobody but
/// the instance. Nothing: no source has any.
/// Throws config with place, denied: a source is there but of no use (SSO, MFA).
/// Source: botocore.credentials.create_credential_resolver.
std::optional<CredentialSource> find_credentials(const CredentialChain& chain);

}  // namespace sparkify::aws
