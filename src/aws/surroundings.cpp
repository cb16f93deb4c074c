#include "aws/surroundings.hpp"

#include <cstdlib>
#include <memory>
#include <mutex>
#include <optional>
#include <thread>

#include "base/error.hpp"

namespace sparkify::aws {
namespace {

/// A client that begins when it is needed.
struct LateClient {
  net::HttpClient& get() {
    std::call_once(once, [this] { client.emplace(options); });
    return *client;
  }

  net::HttpClient::Options options;
  std::once_flag once;
  std::optional<net::HttpClient> client;
};

}  // namespace

std::string Surroundings::expand_home(const std::string& path) const {
  bool is_below_home = path == "~" || path.starts_with("~/");
  return is_below_home ? variable("HOME") + path.substr(1) : path;
}

Surroundings real_surroundings(const std::string& ca_bundle) {
  auto late = std::make_shared<LateClient>();
  late->options = {.connections = 4, .ca_bundle = ca_bundle, .threads = 1};
  return {
      .variable =
          [](const std::string& name) {
            const char* text = std::getenv(name.c_str());
            return std::string(text == nullptr ? "" : text);
          },
      .now = [] { return std::chrono::system_clock::now(); },
      .pause = [](std::chrono::milliseconds time) { std::this_thread::sleep_for(time); },
      .send = [late](net::HttpRequest request) { return late->get().send(std::move(request)); },
  };
}

net::HttpResponse ask(const Surroundings& surroundings, const net::HttpRequest& request,
                      int attempts) {
  std::chrono::milliseconds pause{200};
  for (;; pause *= 2) {
    bool is_last = --attempts <= 0;
    net::HttpResult result = surroundings.send(request);
    if (auto* response = std::get_if<net::HttpResponse>(&result)) {
      bool is_final = response->status < 500 && response->status != 429;
      if (is_final || is_last) return std::move(*response);
    } else if (is_last) {
      throw base::Error(base::ErrorKind::unavailable, std::get<net::HttpFailure>(result).what);
    }
    surroundings.pause(pause);
  }
}

}  // namespace sparkify::aws
