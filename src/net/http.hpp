#pragma once

#include <chrono>
#include <cstddef>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "base/error.hpp"

namespace sparkify::net {

struct Header {
  std::string name;
  std::string value;
};

/// The first header of that name, whatever its case.
std::optional<std::string_view> find_header(std::span<const Header> headers, std::string_view name);

struct HttpRequest {
  std::string method = "GET";
  /// Sent byte by byte as it stands: path and query are encoded already, `/../` is not resolved.
  std::string url;
  std::vector<Header> headers;
  std::string body;
  /// Where the body of a 2xx response goes, when not into HttpResponse::body. A longer body ends
  /// the transfer. Lives until the transfer is done.
  std::span<char> into;
  std::chrono::milliseconds connect_timeout{5'000};
  /// A transfer that moves no byte for this long ends.
  std::chrono::milliseconds stall_timeout{30'000};
  /// Of HttpResponse::body; a longer one ends the transfer.
  std::size_t most_body_bytes = 64 << 20;
};

struct HttpResponse {
  int status = 0;
  std::vector<Header> headers;
  std::string body;
  std::size_t into_bytes = 0;  ///< written to HttpRequest::into
};

/// Why no whole response came. Redirects are responses, not followed.
struct HttpFailure {
  enum class Reason { resolve, connect, tls, timeout, broken, too_long, cancelled };
  Reason reason = Reason::broken;
  std::string what;  ///< in words: `could not connect to 127.0.0.1:9000: connection refused`
};

using HttpResult = std::variant<HttpResponse, HttpFailure>;

/// HTTP/1.1 over kept connections, on a thread of its own; the one owner of libcurl. Proxies come
/// from the environment as libcurl reads it.
///
/// Memory: `connections` x (32 KiB + the response bodies).
/// Threads: all members from any thread.
class HttpClient {
 public:
  struct Options {
    std::size_t connections = 64;  ///< at most, to all hosts; further requests wait in order
    std::string ca_bundle;         ///< PEM file; empty: the system's
  };
  using Done = std::function<void(HttpResult)>;

  explicit HttpClient(Options options);
  /// Ends what runs: its `done` gets `cancelled`.
  ~HttpClient();
  HttpClient(const HttpClient&) = delete;
  HttpClient& operator=(const HttpClient&) = delete;

  /// `done` is called once, on the client's thread: it must not wait. It may start requests.
  void start(HttpRequest request, Done done);
  /// Waits for the response. Not from within a `done`.
  HttpResult send(HttpRequest request);

 private:
  class Engine;
  std::unique_ptr<Engine> engine_;
};

}  // namespace sparkify::net
