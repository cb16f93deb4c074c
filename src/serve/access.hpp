#pragma once

#include <atomic>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "net/listener.hpp"
#include "net/tls.hpp"
#include "serve/users.hpp"

namespace sparkify::serve {

struct AccessOptions {
  std::string users_file;  ///< see Users
  /// Name and password of dwh.cfg: a user beside those of the file, for clients of this machine.
  std::optional<std::pair<std::string, std::string>> local_user;
  bool has_tls = true;
  std::string certificate_file, key_file;          ///< PEM; both empty: self-made
  std::vector<std::string> hosts;                  ///< a self-made one is for these, too
  std::string own_certificate_file, own_key_file;  ///< where the self-made ones lie
};

/// Who may connect, and how.
///
/// To an address of this machine: whoever likes while there is no user, else users with their
/// passwords. To any other: users, over TLS.
/// Threads: all members from any.
class Access {
 public:
  /// Reads the users, reads or makes the certificate.
  /// Throws config (others can reach `address`, and TLS or users are missing), and what reading
  /// and making the files throws.
  Access(AccessOptions options, const net::Address& address, bool is_local);

  /// nullptr: there is no TLS.
  const net::TlsServer* tls() const { return tls_.get(); }
  bool demands_tls() const { return !is_local_; }
  /// What `user` has to prove; nullopt: nothing. Of somebody who is no user: what nobody can. The
  /// file is read each time, so that its changes count at once; once a password was asked it is
  /// asked of everybody.
  /// Throws as Users::read().
  std::optional<pgwire::Verifier> verifier(std::string_view user) const;

  /// A mark of the password when it is that of a user of the file, whatever address this server
  /// has; else nullopt, after as long a time. Throws as Users::read().
  std::optional<std::string> enter(std::string_view user, std::string_view password) const;
  /// Whether the file has that user with the password of that mark.
  bool is_current(std::string_view user, std::string_view mark) const;
  /// Throws config: `address`, which `flag` gave, can be reached by others, and TLS or a user of
  /// the file is missing.
  void demand(const net::Address& address, std::string_view flag) const;

  /// For the start, a line each: who may connect and by which certificate they know the server.
  std::vector<std::string> notes() const;

 private:
  void open_tls(const net::Address& address);
  pgwire::Verifier verifier_of_file(std::string_view user) const;

  AccessOptions options_;
  bool is_local_;
  std::string secret_;
  std::optional<pgwire::Verifier> local_verifier_;
  mutable std::atomic<bool> has_users_ = false;
  std::unique_ptr<net::TlsServer> tls_;
};

}  // namespace sparkify::serve
