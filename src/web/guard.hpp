#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "net/listener.hpp"
#include "web/login.hpp"
#include "web/request.hpp"

namespace sparkify::web {

/// Who may ask. On this machine whoever has opened the link that the server printed; from elsewhere
/// who has logged in. Another page in the same browser may send requests here, too; names that lead
/// here are not enough (DNS rebinding), and the cookie goes to no request that another site began
/// (SameSite=Strict).
///
/// Threads: all members from any.
class Guard {
 public:
  /// Of an address of this machine, with the port that was taken.
  /// Throws unavailable: there are no random numbers.
  explicit Guard(const net::Address& address);
  /// Of an address that others can reach. Borrows `outside`.
  Guard(const net::Address& address, const Outside& outside);

  /// What opens the app: `http://127.0.0.1:8080/?token=...`; elsewhere the form.
  const std::string& link() const { return link_; }
  /// What to answer instead: a refusal, or the way on for who comes with the token, which the
  /// browser's history shall not keep, or with a password. nullopt: let in.
  /// `address` is the client's.
  std::optional<Response> judge(const Request& request, std::string_view address);

 private:
  bool is_our_host(std::string_view host) const;
  std::optional<Response> enter(const Request& request) const;

  std::string scheme_;
  std::vector<std::string> hosts_;  ///< as browsers name them: with the port, if not the usual one
  std::optional<Login> login_;      ///< elsewhere
  std::string token_, session_, cookie_name_, link_;
};

}  // namespace sparkify::web
