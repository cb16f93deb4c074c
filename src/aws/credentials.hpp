#pragma once

#include <chrono>
#include <condition_variable>
#include <exception>
#include <functional>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>

namespace sparkify::aws {

using Instant = std::chrono::system_clock::time_point;

struct Credentials {
  std::string access_key_id;
  std::string secret_access_key;
  std::string session_token;  ///< empty for long-term credentials
  std::optional<Instant> expires_at;
};

/// Where credentials come from, refreshed as they expire. Threads: all members from any thread.
class CredentialProvider {
 public:
  virtual ~CredentialProvider() = default;
  /// Good for at least some minutes more, if their source gives such. Nothing: requests go
  /// unsigned. May wait for a server or a command.
  /// Throws denied (a source is there and gives none), unavailable, config.
  virtual std::optional<Credentials> credentials() = 0;
  /// A server said that these have expired or are no good: the next call asks the source again.
  virtual void refuse(const Credentials& credentials) = 0;
  /// Which source won, without anything secret: `AWS_ACCESS_KEY_ID`, `profile "music" of
  /// ~/.aws/config`. Throws as credentials().
  virtual std::string origin() = 0;
  /// No source has any, or none is wanted. Throws as credentials().
  virtual bool is_anonymous() { return false; }
};

/// One place that gives credentials each time it is asked.
struct CredentialSource {
  std::string origin;
  /// Throws denied, unavailable, config.
  std::function<Credentials()> fetch;
};

/// Keeps what a source gave. Before they expire (a quarter of their lifetime, 15 minutes at most)
/// one caller asks the source again while others use the old ones; if that fails the old ones serve
/// until they expire.
class RefreshingProvider final : public CredentialProvider {
 public:
  using Clock = std::function<Instant()>;

  RefreshingProvider(CredentialSource source, Clock clock);

  std::optional<Credentials> credentials() override;
  void refuse(const Credentials& credentials) override;
  std::string origin() override { return source_.origin; }

 private:
  bool is_usable(Instant now) const;
  bool is_due(Instant now) const;
  void refresh(std::unique_lock<std::mutex>& lock);

  CredentialSource source_;
  Clock clock_;
  std::mutex mutex_;
  std::condition_variable is_refreshed_;
  std::optional<Credentials> current_;  ///< guarded by mutex_, as what follows
  Instant refresh_at_;
  bool is_refreshing_ = false;
  std::size_t failure_count_ = 0;
  std::exception_ptr failure_;  ///< the last one
};

/// Credentials as JSON of the form that commands, containers and instances give them in.
/// `token_name` is SessionToken or Token. `giver` is for messages, which never show the text.
/// Throws denied: no JSON, or a field is missing.
Credentials read_credentials(std::string_view json, std::string_view token_name,
                             const std::string& giver);

/// `2026-11-21T01:02:03Z`, also with a fraction and an offset such as +01:00.
std::optional<Instant> read_instant(std::string_view text);

}  // namespace sparkify::aws
