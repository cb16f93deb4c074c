#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "pgwire/input.hpp"
#include "pgwire/output.hpp"
#include "serve/access.hpp"
#include "session/session.hpp"

namespace sparkify::serve {

/// What came of a client's first messages; neither: it has left.
struct Arrival {
  std::optional<session::Client> client;                          ///< logged in
  std::optional<std::pair<std::uint32_t, std::uint32_t>> cancel;  ///< process and key instead
};

/// A connection before it is a session: TLS, startup, password.
class Login {
 public:
  /// Borrows all. Input and output go on over TLS when the client asks for it; the login owns it
  /// then, and must outlive their use.
  Login(const Access& access, net::SocketStream& stream, pgwire::Input& input,
        pgwire::Output& output);

  /// Throws bad_data (08P01: no PostgreSQL client), denied (28P01, 28000), unavailable.
  Arrival run();

 private:
  bool begin_tls();
  bool authenticate(const std::string& user, bool is_redshift_python);
  std::optional<std::string_view> next_password();

  const Access& access_;
  net::SocketStream& stream_;
  pgwire::Input& input_;
  pgwire::Output& output_;
  std::unique_ptr<net::Stream> tls_;
};

/// What `options` of a startup message sets: `-c name=value`, `--name=value`; a backslash keeps a
/// blank. What else stands there is passed over.
std::vector<std::pair<std::string, std::string>> settings_of_options(std::string_view options);

}  // namespace sparkify::serve
