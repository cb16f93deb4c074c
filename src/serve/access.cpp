#include "serve/access.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include <array>

#include "base/error.hpp"
#include "base/private_file.hpp"
#include "net/same.hpp"

namespace sparkify::serve {
namespace {

using base::Error;
using base::ErrorKind;

/// What clients elsewhere may call this machine.
std::vector<std::string> host_names(const net::Address& address) {
  std::vector<std::string> names;
  std::array<char, 256> name{};
  if (::gethostname(name.data(), name.size() - 1) == 0) names.emplace_back(name.data());
  if (!address.is_any()) names.push_back(address.host);
  return names;
}

bool is_there(const std::string& path) { return ::access(path.c_str(), F_OK) == 0; }

}  // namespace

Access::Access(AccessOptions options, const net::Address& address, bool is_local)
    : options_(std::move(options)), is_local_(is_local) {
  Users users = Users::read(options_.users_file);
  secret_ = users.secret().empty() ? Users::make_secret() : users.secret();
  if (options_.local_user) {
    auto& [name, password] = *options_.local_user;
    if (is_local_) {
      // With the salt that it would have if it were unknown.
      local_verifier_ =
          pgwire::Verifier::of(password, pgwire::salt_for(name, secret_), pgwire::usual_iterations);
    }
    base::wipe(password);
  }
  has_users_ = !users.is_empty() || local_verifier_;
  if (!is_local_) demand(address, "--listen");
  if (options_.has_tls) open_tls(address);
}

void Access::demand(const net::Address& address, std::string_view flag) const {
  std::string missing, hint;
  if (Users::read(options_.users_file).is_empty()) {
    missing = "a user with a password";
    hint = "sparkify serve user add NAME";
  }
  if (!options_.has_tls) {
    missing += missing.empty() ? "TLS" : " and TLS";
    hint += fmt::format("{}leave --no-tls out", hint.empty() ? "" : "; ");
  }
  if (missing.empty()) return;
  throw Error(ErrorKind::config,
              fmt::format("others can reach {}, which demands {}", address.text(), missing))
      .hint(fmt::format("{}; or serve this machine alone: {} 127.0.0.1:{}", hint, flag,
                        address.port));
}

void Access::open_tls(const net::Address& address) {
  std::string certificate = options_.certificate_file, key = options_.key_file;
  if (certificate.empty()) {
    certificate = options_.own_certificate_file;
    key = options_.own_key_file;
    if (!is_there(certificate) || !is_there(key)) {
      std::vector<std::string> names = host_names(address);
      names.insert(names.end(), options_.hosts.begin(), options_.hosts.end());
      net::make_certificate(certificate, key, names);
    }
  }
  tls_ = std::make_unique<net::TlsServer>(certificate, key);
}

std::optional<pgwire::Verifier> Access::verifier(std::string_view user) const {
  Users users = Users::read(options_.users_file);
  if (!users.is_empty()) has_users_ = true;
  if (!has_users_ && is_local_) return std::nullopt;
  if (const pgwire::Verifier* found = users.find(user)) return *found;
  if (local_verifier_ && options_.local_user->first == user) return local_verifier_;
  return pgwire::Verifier::nobody(user, secret_);
}

pgwire::Verifier Access::verifier_of_file(std::string_view user) const {
  Users users = Users::read(options_.users_file);
  const pgwire::Verifier* found = users.find(user);
  return found != nullptr ? *found : pgwire::Verifier::nobody(user, secret_);
}

std::optional<std::string> Access::enter(std::string_view user, std::string_view password) const {
  pgwire::Verifier verifier = verifier_of_file(user);
  bool is_right = verifier.is_of(password);
  return is_right ? std::optional(verifier.stored_key) : std::nullopt;
}

bool Access::is_current(std::string_view user, std::string_view mark) const {
  return net::is_same(verifier_of_file(user).stored_key, mark);
}

std::vector<std::string> Access::notes() const {
  std::vector<std::string> lines;
  if (!has_users_) {
    lines.emplace_back(
        "no password is asked: there are no users, and only this machine can connect");
  } else if (local_verifier_) {
    lines.push_back(fmt::format("a password is asked, also that of \"{}\" in the configuration",
                                options_.local_user->first));
  } else {
    lines.emplace_back("a password is asked of everybody");
  }
  if (tls_ && options_.certificate_file.empty()) {
    lines.push_back(fmt::format("TLS for those who want it; their sslrootcert: {}",
                                options_.own_certificate_file));
  }
  if (demands_tls()) lines.emplace_back("without TLS nobody is let in");
  return lines;
}

}  // namespace sparkify::serve
