#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "pgwire/scram.hpp"

namespace sparkify::serve {

/// Who may log in to one warehouse: names and what proves their passwords, in a file beside it that
/// its owner alone may read. No password can be read from it.
class Users {
 public:
  static std::string path_beside(const std::string& warehouse) { return warehouse + ".users"; }
  /// Nobody when there is no file. Throws denied, unavailable, config (with place: a line that
  /// is none of ours).
  static Users read(const std::string& path);
  /// Replaces the file as a whole, mode 0600. Throws denied, not_found, unavailable.
  void write(const std::string& path) const;

  bool is_empty() const { return verifiers_.empty(); }
  std::vector<std::string> names() const;
  /// nullptr: there is no such user. Borrows.
  const pgwire::Verifier* find(std::string_view name) const;
  /// Adds a user or gives another password. Throws usage: a name or a password that cannot be.
  void set(const std::string& name, std::string_view password);
  /// Whether there was one.
  bool remove(std::string_view name);

  /// What the salts of those are made of who are no users; empty when it has not been chosen yet.
  const std::string& secret() const { return secret_; }
  static std::string make_secret() { return pgwire::random_text(40); }

 private:
  std::map<std::string, pgwire::Verifier, std::less<>> verifiers_;
  std::string secret_;
};

/// Throws usage, without the password: it is empty, or has characters that clients disagree on.
void check_password(std::string_view password);

}  // namespace sparkify::serve
