#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace sparkify::pgwire {

/// A password as a server keeps it: nobody can log in with it, nor compute the password.
/// Source: RFC 5802, RFC 7677; the text form is PostgreSQL's.
struct Verifier {
  unsigned iterations = 0;
  std::string salt, stored_key, server_key;  ///< bytes

  /// Of a password in printable ASCII: what clients make of others differs. A salt of its own.
  /// Throws unavailable when there are no random numbers.
  static Verifier of(std::string_view password);
  /// With that salt, as many iterations as said.
  static Verifier of(std::string_view password, std::string salt, unsigned iterations);
  /// Whether it is that password's. Takes a few milliseconds, and as long for a wrong one.
  bool is_of(std::string_view password) const;
  /// One nobody can satisfy; its salt is salt_for() the name.
  static Verifier nobody(std::string_view name, std::string_view secret);
  /// `SCRAM-SHA-256$4096:salt$StoredKey:ServerKey`; nullopt when it is none.
  static std::optional<Verifier> parse(std::string_view text);
  std::string text() const;
};

inline constexpr unsigned usual_iterations = 4096;  ///< PostgreSQL's, the least of RFC 7677

/// A salt that is always the same for a name: whoever tries one twice cannot tell by it whether
/// there is a user of that name.
std::string salt_for(std::string_view name, std::string_view secret);

/// The server's side of one SCRAM-SHA-256 exchange, with or without channel binding.
class Scram {
 public:
  /// `end_point`: what binds to the TLS connection; empty without TLS.
  Scram(Verifier verifier, std::string end_point);

  /// The mechanisms that are offered, each ended by a NUL, and one more.
  std::string mechanisms() const;
  /// Answers the client's first message. `nonce` is the server's part, random unless it is given.
  /// Throws bad_data (08P01).
  std::string first(std::string_view mechanism, std::string_view message, std::string nonce = {});
  /// Answers its final one when the client knows the password; nullopt: it does not.
  /// Throws bad_data (08P01).
  std::optional<std::string> final(std::string_view message);

 private:
  Verifier verifier_;
  std::string end_point_;
  std::string header_;  ///< the client's gs2 header
  std::string client_first_, server_first_, nonce_;
};

/// A random text of letters, digits, + and /. `length` is a multiple of four.
/// Throws unavailable when there are no random numbers.
std::string random_text(std::size_t length);

}  // namespace sparkify::pgwire
