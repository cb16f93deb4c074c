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

/// The first header of that name, whatever its case. Borrows `headers`.
std::optional<std::string_view> find_header(std::span<const Header> headers, std::string_view name);

struct HttpRequest {
  std::string method = "GET";
  /// Sent byte by byte as it stands: path and query are encoded already, `/../` is not resolved.
  std::string url;
  std::vector<Header> headers;
  std::string body;
  /// The body, when not in `body`: a caller that sends it again keeps it. Lives until the transfer
  /// is done.
  std::string_view body_view;
  /// Where the body of a 2xx response goes, when not into HttpResponse::body. A longer body ends
  /// the transfer. Lives until the transfer is done.
  std::span<char> into;
  std::chrono::milliseconds connect_timeout{5'000};
  /// A transfer that moves no byte for this long ends.
  std::chrono::milliseconds stall_timeout{30'000};
  /// From the first attempt to connect to the last byte; 0: as long as bytes move.
  std::chrono::milliseconds total_timeout{0};
  /// Of HttpResponse::body; a longer one ends the transfer.
  std::size_t most_body_bytes = 64 << 20;
  /// Past any proxy: for servers on this machine or this link.
  bool is_direct = false;

  /// What is sent: `body_view` or `body`.
  std::string_view content() const {
    return body_view.empty() ? std::string_view(body) : body_view;
  }
};

struct HttpResponse {
  int status = 0;
  std::vector<Header> headers;
  std::string body;
  std::size_t into_bytes = 0;  ///< written to HttpRequest::into

  bool is_success() const { return status >= 200 && status < 300; }
};

/// Why no whole response came. Redirects are responses, not followed.
struct HttpFailure {
  enum class Reason {
    unsendable,  ///< the request itself: no URL, a line break in a header
    resolve,
    connect,
    tls,
    timeout,
    broken,    ///< the link was lost, or what came is no HTTP
    too_long,  ///< a body longer than `into` or `most_body_bytes`
    cancelled,
  };
  Reason reason = Reason::broken;
  /// In words: `could not connect to 127.0.0.1:9000: connection refused`. Names host and port,
  /// never path or query, which may hold a signature.
  std::string what;
};

using HttpResult = std::variant<HttpResponse, HttpFailure>;

/// HTTP/1.1 over kept connections, on threads of its own; the one owner of libcurl. Proxies come
/// from the environment as libcurl reads it.
///
/// Memory: `connections` x (256 KiB where bodies are as long, else 32 KiB) + the response bodies.
/// Threads: all members from any thread.
class HttpClient {
 public:
  struct Options {
    std::size_t connections = 64;  ///< at most, to all hosts; further requests wait in order
    /// PEM file. Empty: that of AWS_CA_BUNDLE, CURL_CA_BUNDLE or SSL_CERT_FILE, then the system's.
    std::string ca_bundle = {};
    /// To decrypt and copy on; 0: as many as there are processors, at most 4.
    std::size_t threads = 0;
  };
  using Done = std::function<void(HttpResult)>;

  explicit HttpClient(Options options);
  /// As cancel(). What runs has seen its `done` called when this returns.
  ~HttpClient();
  HttpClient(const HttpClient&) = delete;
  HttpClient& operator=(const HttpClient&) = delete;

  /// `done` is called once, on a thread of the client, several at once: it must not wait nor throw.
  /// It may start requests, but not after `cancelled`.
  void start(HttpRequest request, Done done);
  /// Waits for the response. Not from within a `done`.
  HttpResult send(HttpRequest request);
  /// Ends what runs or waits and whatever starts later, for good: `done` gets `cancelled`.
  void cancel();

 private:
  class Engines;
  std::unique_ptr<Engines> engines_;
};

}  // namespace sparkify::net
