#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace sparkify::redshift {

/// Where a warehouse is, and who asks there. What is empty, or 0, was not said.
struct Address {
  std::string host;
  std::uint16_t port = 0;
  std::string database;
  std::string user;
  std::string password;  ///< empty: PGPASSWORD or ~/.pgpass, where libpq looks
  std::string ssl_mode;  ///< disable, allow, prefer, require, verify-ca or verify-full
  std::string ca_file;   ///< of certificates to trust, PEM

  /// As people know it, for messages: `redshift://user@host:5439/dev`.
  std::string shown() const;
};

/// Whether a variable that libpq reads, such as PGPASSWORD, says something.
bool is_in_environment(const char* name);

/// Whether a warehouse's name is the address of a Redshift and no file's path.
bool is_address(std::string_view text);

/// Reads `redshift://[user@]host[:port][/database][?sslmode=MODE&sslrootcert=FILE]`,
/// percent-encoded where need be; an IPv6 address stands in brackets. Throws usage: it is none, or
/// holds a password, which the list of processes would show.
Address read_address(std::string_view text);

}  // namespace sparkify::redshift
