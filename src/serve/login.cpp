#include "serve/login.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "base/text.hpp"
#include "pgwire/messages.hpp"

namespace sparkify::serve {
namespace {

using base::Error;
using base::ErrorKind;

constexpr int most_requests = 4;  ///< for TLS, GSS, TLS again
constexpr std::string_view protocol_option = "_pq_.";

Error denied(std::string message, const char* sql_state) {
  return Error(ErrorKind::denied, std::move(message)).sql_state(sql_state);
}

session::Client client_of(const pgwire::Startup& startup) {
  session::Client client;
  client.user = startup.parameter("user");
  if (client.user.empty()) throw denied("no user name in the startup message", "28000");
  client.settings = settings_of_options(startup.parameter("options"));
  for (const auto& [name, value] : startup.parameters) {
    bool is_ours = name == "user" || name == "database" || name == "options";
    if (is_ours || name.starts_with(protocol_option)) continue;
    client.settings.emplace_back(base::to_lower(name), value);
  }
  return client;
}

/// Answers what is newer than protocol 3.0, as clients since PostgreSQL 18 ask for.
void negotiate(const pgwire::Startup& startup, pgwire::Output& output) {
  std::vector<std::string_view> unknown;
  for (const auto& [name, value] : startup.parameters) {
    if (name.starts_with(protocol_option)) unknown.push_back(name);
  }
  if (startup.minor_version > 0 || !unknown.empty()) output.negotiate_version(unknown);
}

/// One word; a backslash makes the next character one like any other.
std::string take_option(std::string_view& rest) {
  std::string word;
  while (!rest.empty() && rest.front() == ' ') rest.remove_prefix(1);
  while (!rest.empty() && rest.front() != ' ') {
    if (rest.front() == '\\' && rest.size() > 1) rest.remove_prefix(1);
    word += rest.front();
    rest.remove_prefix(1);
  }
  return word;
}

}  // namespace

std::vector<std::pair<std::string, std::string>> settings_of_options(std::string_view options) {
  std::vector<std::pair<std::string, std::string>> settings;
  while (!options.empty()) {
    std::string word = take_option(options);
    std::string text;
    if (word == "-c") {
      text = take_option(options);
    } else if (word.starts_with("-c") || word.starts_with("--")) {
      text = word.substr(2);
    }
    std::size_t equals = text.find('=');
    if (equals == std::string::npos || equals == 0) continue;
    std::string name = base::to_lower(text.substr(0, equals));
    std::replace(name.begin(), name.end(), '-', '_');
    settings.emplace_back(std::move(name), text.substr(equals + 1));
  }
  return settings;
}

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
    if (const auto* startup = std::get_if<pgwire::Startup>(&message)) {
      if (access_.demands_tls() && !tls_) {
        throw denied("this server is reached over TLS only", "28000").hint("sslmode=require");
      }
      // Of its own: the message's bytes make room for the next one's.
      session::Client client = client_of(*startup);
      bool is_redshift_python =
          startup->parameter("driver_version").starts_with("Redshift Python Driver");
      negotiate(*startup, output_);
      if (!authenticate(client.user, is_redshift_python)) return {};
      return {std::move(client), std::nullopt};
    }
    bool is_for_tls = std::holds_alternative<pgwire::SslRequest>(message);
    if (is_for_tls && access_.tls() != nullptr && !tls_) {
      if (!begin_tls()) return {};
    } else {
      output_.raw('N');
      output_.flush();
    }
  }
  throw pgwire::protocol_error("no startup message");
}

/// False when the client does not shake hands: in which language should it be told.
bool Login::begin_tls() {
  // Throws when more than the request has arrived: somebody between us may have added it, and it
  // would count as said under TLS (CVE-2021-23214).
  input_.replace(stream_);
  output_.raw('S');
  output_.flush();
  try {
    tls_ = access_.tls()->accept(stream_, std::nullopt);
  } catch (const Error&) {
    return false;
  }
  input_.replace(*tls_);
  output_.replace(*tls_);
  return true;
}

/// False when the client leaves, to ask its user for the password.
bool Login::authenticate(const std::string& user, bool is_redshift_python) {
  auto verifier = access_.verifier(user);
  if (!verifier) return true;
  pgwire::Scram scram(std::move(*verifier), tls_ ? access_.tls()->end_point() : std::string());
  std::string mechanisms = scram.mechanisms();
  // redshift_connector takes the end of the list for one more mechanism, and gives up.
  if (is_redshift_python) mechanisms = std::string("SCRAM-SHA-256") + '\0';
  output_.authentication(10, mechanisms);
  output_.flush();
  auto body = next_password();
  if (!body) return false;
  pgwire::SaslInitial initial = pgwire::decode_sasl_initial(*body);
  output_.authentication(11, scram.first(initial.mechanism, initial.data));
  output_.flush();
  body = next_password();
  if (!body) return false;
  auto proof = scram.final(*body);
  if (!proof) {
    throw denied(fmt::format("password authentication failed for user \"{}\"", user), "28P01");
  }
  output_.authentication(12, *proof);
  return true;
}

std::optional<std::string_view> Login::next_password() {
  auto frame = input_.next(std::nullopt);
  if (!frame) return std::nullopt;
  if (frame->type != 'p') throw pgwire::protocol_error("a password was expected");
  return frame->body;
}

}  // namespace sparkify::serve
