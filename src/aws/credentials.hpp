#pragma once

#include <chrono>
#include <optional>
#include <string>

namespace sparkify::aws {

struct Credentials {
  std::string access_key_id;
  std::string secret_access_key;
  std::string session_token;  ///< empty for long-term credentials
  std::optional<std::chrono::system_clock::time_point> expires_at;
};

/// Where credentials come from, refreshed as they expire. Threads: all members from any thread.
class CredentialProvider {
 public:
  virtual ~CredentialProvider() = default;
  /// Good for at least some minutes more. Nothing: requests go unsigned.
  /// Throws denied (a source is there and gives none), unavailable, config.
  virtual std::optional<Credentials> credentials() = 0;
  /// A server said that these have expired or are no good: the next call asks the source again.
  virtual void refuse(const Credentials& credentials) = 0;
  /// Which source won, without anything secret: `environment`, `profile "music" of ~/.aws/config`.
  virtual std::string origin() = 0;
};

}  // namespace sparkify::aws
