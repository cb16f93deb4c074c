#pragma once

#include <chrono>
#include <mutex>
#include <optional>
#include <string>

#include "aws/credentials.hpp"
#include "aws/surroundings.hpp"

namespace sparkify::aws {

/// What an EC2 instance says about itself, by version 2 of its metadata service. Where there is no
/// such service (on a laptop) one attempt of a second finds that out, once.
/// Source: "Use the Instance Metadata Service" of the EC2 User Guide. Threads: safe.
class InstanceMetadata {
 public:
  struct Options {
    std::string endpoint = "http://169.254.169.254";
    std::chrono::milliseconds timeout{1'000};
    int attempts = 1;
    bool is_disabled = false;
  };

  InstanceMetadata(Options options, Surroundings surroundings);

  /// The role attached to the instance. Nothing: no such service, or no role.
  std::optional<std::string> role();
  /// Throws denied, unavailable.
  Credentials credentials(const std::string& role);
  std::optional<std::string> region();

 private:
  bool has_token();
  /// Nothing: the service has no such thing, or does not answer.
  std::optional<std::string> get(const std::string& path);

  Options options_;
  Surroundings surroundings_;
  std::mutex mutex_;
  std::string token_;  ///< guarded by mutex_, as what follows
  Instant token_expires_at_;
  bool is_absent_ = false;
};

/// As AWS_EC2_METADATA_* and AWS_METADATA_SERVICE_* say. Throws config.
InstanceMetadata::Options instance_metadata_options(const Surroundings& surroundings);

/// Where a container gets its credentials: AWS_CONTAINER_CREDENTIALS_RELATIVE_URI or _FULL_URI;
/// nothing when neither is set. Throws config: a host that may not be asked, because what it says
/// would be believed and it would get the authorization token.
std::optional<std::string> container_url(const Surroundings& surroundings);
/// Throws denied, unavailable, config.
Credentials fetch_container_credentials(const std::string& url, const Surroundings& surroundings);

}  // namespace sparkify::aws
