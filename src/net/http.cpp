#include "net/http.hpp"

#include <curl/curl.h>
#include <unistd.h>

#include <algorithm>
#include <cstdlib>
#include <future>
#include <thread>
#include <utility>

#include "base/text.hpp"
#include "net/engine.hpp"

namespace sparkify::net {
namespace {

constexpr std::size_t most_threads = 4;

/// As users of AWS's tools, of curl and of OpenSSL expect; empty: what libcurl was built with.
std::string find_ca_bundle(std::string chosen) {
  if (!chosen.empty()) return chosen;
  for (const char* name : {"AWS_CA_BUNDLE", "CURL_CA_BUNDLE", "SSL_CERT_FILE"}) {
    const char* path = std::getenv(name);
    if (path != nullptr && *path != 0) return path;
  }
  const char* built_in = curl_version_info(CURLVERSION_NOW)->cainfo;
  if (built_in != nullptr && ::access(built_in, R_OK) == 0) return {};
  // A libcurl that was brought along from another distribution.
  for (const char* path : {"/etc/ssl/certs/ca-certificates.crt", "/etc/pki/tls/certs/ca-bundle.crt",
                           "/etc/ssl/ca-bundle.pem", "/etc/ssl/cert.pem"}) {
    if (::access(path, R_OK) == 0) return path;
  }
  return {};
}

}  // namespace

std::optional<std::string_view> find_header(std::span<const Header> headers,
                                            std::string_view name) {
  std::string wanted = base::to_lower(name);
  for (const Header& header : headers) {
    if (base::to_lower(header.name) == wanted) return header.value;
  }
  return std::nullopt;
}

/// One queue, and the engines that take from it.
class HttpClient::Engines {
 public:
  explicit Engines(Options options) {
    std::size_t connections = std::max<std::size_t>(1, options.connections);
    std::size_t threads = options.threads;
    if (threads == 0)
      threads = std::min<std::size_t>(most_threads, std::thread::hardware_concurrency());
    threads = std::clamp<std::size_t>(threads, 1, connections);
    std::string ca_bundle = find_ca_bundle(std::move(options.ca_bundle));
    for (std::size_t i = 0; i < threads; ++i) {
      std::size_t share = connections / threads + (i < connections % threads ? 1 : 0);
      engines_.push_back(std::make_unique<Engine>(queue_, share, ca_bundle));
    }
    try {
      for (auto& engine : engines_) {
        engine->begin([this]() -> Engine& { return least_busy(); });
      }
    } catch (...) {
      stop();
      throw;
    }
  }

  ~Engines() { stop(); }
  Engines(const Engines&) = delete;
  Engines& operator=(const Engines&) = delete;

  void start(HttpRequest request, Done done) {
    bool is_first = queue_.push({std::move(request), std::move(done)});
    if (!is_first) return;  // whoever was woken for the first passes the rest on
    Engine& engine = least_busy();
    if (!engine.is_this_thread()) engine.wake();
  }

  void cancel() {
    queue_.cancel();
    wake_all();
  }

 private:
  Engine& least_busy() {
    auto by_running = [](const auto& left, const auto& right) {
      return left->running_count() < right->running_count();
    };
    return **std::min_element(engines_.begin(), engines_.end(), by_running);
  }

  void stop() {
    queue_.stop();
    wake_all();
    for (auto& engine : engines_) engine->join();
  }

  void wake_all() {
    for (auto& engine : engines_) engine->wake();
  }

  OrderQueue queue_;
  std::vector<std::unique_ptr<Engine>> engines_;
};

HttpClient::HttpClient(Options options) : engines_(std::make_unique<Engines>(std::move(options))) {}

HttpClient::~HttpClient() = default;

void HttpClient::start(HttpRequest request, Done done) {
  engines_->start(std::move(request), std::move(done));
}

HttpResult HttpClient::send(HttpRequest request) {
  std::promise<HttpResult> promise;
  std::future<HttpResult> future = promise.get_future();
  start(std::move(request), [&](HttpResult result) { promise.set_value(std::move(result)); });
  return future.get();
}

void HttpClient::cancel() { engines_->cancel(); }

}  // namespace sparkify::net
