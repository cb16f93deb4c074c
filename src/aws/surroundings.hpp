#pragma once

#include <chrono>
#include <functional>
#include <string>

#include "aws/credentials.hpp"
#include "net/http.hpp"

namespace sparkify::aws {

/// What the program finds around it; tests put something else in its place.
struct Surroundings {
  /// Of the environment; empty when it is not set.
  std::function<std::string(const std::string&)> variable;
  std::function<Instant()> now;
  std::function<void(std::chrono::milliseconds)> pause;
  std::function<net::HttpResult(net::HttpRequest)> send;

  /// Python's `~`: the HOME of the environment.
  std::string expand_home(const std::string& path) const;
};

/// This machine's. `send` trusts the certificates of `ca_bundle`, the system's when it is empty;
/// its thread begins with the first request.
Surroundings real_surroundings(const std::string& ca_bundle);

/// Asks again, after a growing pause, while there is no answer or one of 429 or 5xx.
/// Throws unavailable: no answer at the last attempt.
net::HttpResponse ask(const Surroundings& surroundings, const net::HttpRequest& request,
                      int attempts);

}  // namespace sparkify::aws
