#pragma once

#include <optional>
#include <string>

#include "net/listener.hpp"
#include "web/request.hpp"

namespace sparkify::web {

/// Who may ask: whoever has opened the link that the server printed. Another page in the same
/// browser may send requests here, too; names that lead here are not enough (DNS rebinding), and
/// the cookie goes to no request that another site began (SameSite=Strict).
///
/// Threads: all members from any.
class Guard {
 public:
  /// With the port that was taken. Throws unavailable: there are no random numbers.
  explicit Guard(const net::Address& address);

  /// What opens the app: `http://127.0.0.1:8080/?token=...`.
  const std::string& link() const { return link_; }
  /// What to answer instead: a refusal, or the way on for who comes with the token, which the
  /// browser's history shall not keep. nullopt: let in.
  std::optional<Response> judge(const Request& request) const;

 private:
  bool is_our_host(std::string_view host) const;
  std::optional<Response> enter(const Request& request) const;

  std::uint16_t port_;
  std::string token_, session_, cookie_name_, link_;
};

}  // namespace sparkify::web
