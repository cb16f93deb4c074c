#include "serve/login.hpp"

#include "pgwire/messages.hpp"

namespace sparkify::serve {
namespace {

using base::Error;
using base::ErrorKind;

constexpr int most_requests = 4;  ///< for TLS, GSS, TLS again

session::Client client_of(const pgwire::Startup& startup) {
  session::Client client;
  client.user = startup.parameter("user");
  if (client.user.empty()) {
    throw Error(ErrorKind::denied, "no user name in the startup message").sql_state("28000");
  }
  for (const auto& [name, value] : startup.parameters) {
    if (name == "user" || name == "database" || name == "options") continue;
    client.settings.emplace_back(name, value);
  }
  return client;
}

}  // namespace

Login::Login(const Access& access, net::SocketStream& stream, pgwire::Input& input,
             pgwire::Output& output)
    : access_(access), stream_(stream), input_(input), output_(output) {}

Arrival Login::run() {
  for (int i = 0; i < most_requests; ++i) {
    auto body = input_.next_startup(std::nullopt);
    if (!body) return {};
    pgwire::StartupMessage message = pgwire::decode_startup(*body);
    if (const auto* cancel = std::get_if<pgwire::CancelRequest>(&message)) {
      return {std::nullopt, std::pair(cancel->process, cancel->key)};
    }
    const auto* startup = std::get_if<pgwire::Startup>(&message);
    if (startup != nullptr) return {client_of(*startup), std::nullopt};
    output_.raw('N');
    output_.flush();
  }
  throw pgwire::protocol_error("no startup message");
}

}  // namespace sparkify::serve
