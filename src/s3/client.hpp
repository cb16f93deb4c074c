#pragma once

#include <atomic>
#include <chrono>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <variant>
#include <vector>

#include "aws/credentials.hpp"
#include "base/error.hpp"
#include "net/http.hpp"
#include "s3/address.hpp"
#include "s3/refusal.hpp"

namespace sparkify::s3 {

/// How long a fault that may pass is waited for: 429, 500, 502, 503, 504, SlowDown, a lost or
/// silent connection, a body that is not what was asked for.
///
/// Before attempt n + 1 a request rests for a random part of first_pause x 2^(n-1), longest_pause
/// at most, or as long as Retry-After says. It is given up after most_attempts; after patience in
/// which no request of the store succeeded, if three attempts were made; and after
/// attempts_at_strangers when the server has never answered anything.
struct RetryPolicy {
  std::chrono::milliseconds first_pause{100};
  std::chrono::milliseconds longest_pause{5'000};
  std::chrono::milliseconds longest_retry_after{30'000};
  int most_attempts = 16;
  std::chrono::milliseconds patience{30'000};
  int attempts_at_strangers = 4;
};

/// What is wrong with a response whose status is a success.
struct Fault {
  base::Error error;
  bool may_pass = true;  ///< worth another attempt
};

/// What `parse` throws of a response, as a fault at `path`: one that may pass unless the body is
/// clearly nothing of S3's.
std::optional<Fault> find_misfit(const net::HttpResponse& response, const std::string& path,
                                 const std::function<void()>& parse);

/// One request of S3's.
struct Call {
  Subject subject;  ///< its key is that of the URL, unless it is a listing's prefix
  std::string method = "GET";
  std::string key;  ///< of the URL
  Query query;
  std::vector<net::Header> headers;
  std::string body;
  std::span<char> into;                        ///< as HttpRequest::into
  std::chrono::milliseconds stall_timeout{0};  ///< 0: the client's
  /// Called with 2xx responses on the client's thread, as is Done.
  std::function<std::optional<Fault>(const net::HttpResponse&)> find_fault;
  /// Not tried again once this is true.
  std::shared_ptr<std::atomic<bool>> is_pointless;
  bool is_cleanup = false;  ///< goes out after interrupt() too
};

/// Why a call came to nothing.
struct Refusal {
  base::Error error;
  std::string code;  ///< S3's, if it was S3
};
using Outcome = std::variant<net::HttpResponse, Refusal>;

/// Asks S3: signs, goes to the bucket's region, tries again, explains refusals.
///
/// Memory: the bodies of what is under way; see net::HttpClient.
/// Threads: one of its own beside the HTTP client's; all members from any thread.
class Client {
 public:
  struct Options {
    Endpoint endpoint;
    std::string region;
    std::size_t connections = 64;
    std::chrono::milliseconds stall_timeout{10'000};
    std::string ca_bundle;
    RetryPolicy retries = {};
  };
  using Done = std::function<void(Outcome)>;

  Client(Options options, std::shared_ptr<aws::CredentialProvider> credentials);
  /// As end().
  ~Client();
  Client(const Client&) = delete;
  Client& operator=(const Client&) = delete;

  /// `done` is called once, on the client's thread, and must neither wait nor throw.
  void start(Call call, Done done);
  /// Waits. Not from within a `done`.
  Outcome wait(Call call);
  /// Waits. Not from within a `done`. Throws what the call came to.
  net::HttpResponse send(Call call);
  /// Ends what is under way and all that starts later, but for cleanups.
  void interrupt();
  /// As interrupt(); every `done` has been called when this returns, and nothing starts any more.
  void end();

 private:
  class Engine;
  std::unique_ptr<Engine> engine_;
};

}  // namespace sparkify::s3
