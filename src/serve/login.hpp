#pragma once

#include <memory>
#include <optional>

#include "pgwire/input.hpp"
#include "pgwire/output.hpp"
#include "serve/access.hpp"
#include "session/session.hpp"

namespace sparkify::serve {

/// What came of a client's first messages.
struct Arrival {
  std::optional<session::Client> client;                          ///< logged in
  std::optional<std::pair<std::uint32_t, std::uint32_t>> cancel;  ///< process and key instead
};

/// A connection before it is a session: TLS, startup, password.
class Login {
 public:
  /// Borrows all; `stream` may be replaced by TLS over it, which the login then owns.
  Login(const Access& access, net::SocketStream& stream, pgwire::Input& input,
        pgwire::Output& output);

  /// Throws bad_data (08P01: no PostgreSQL client), denied (28P01, 28000), unavailable.
  Arrival run();

 private:
  const Access& access_;
  net::SocketStream& stream_;
  pgwire::Input& input_;
  pgwire::Output& output_;
};

}  // namespace sparkify::serve
