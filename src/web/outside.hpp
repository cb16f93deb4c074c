#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "net/listener.hpp"
#include "net/tls.hpp"

namespace sparkify::web {

/// What an address that others can reach demands: TLS, and users with their passwords. Whoever has
/// them lends them here. Threads: all members from any.
struct Outside {
  /// Throws config: TLS or users are missing for that address. Empty: nobody may come.
  std::function<void(const net::Address&)> demand;
  const net::TlsServer* tls = nullptr;
  /// A mark of the password when it is that user's; nullopt after as long a time when it is not.
  std::function<std::optional<std::string>(std::string_view user, std::string_view password)> enter;
  /// Whether there is still that user with the password of that mark.
  std::function<bool(std::string_view user, std::string_view mark)> is_current;
  /// What else browsers call this server, NAME or NAME:PORT.
  std::vector<std::string> hosts;
};

}  // namespace sparkify::web
