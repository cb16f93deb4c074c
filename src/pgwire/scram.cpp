#include "pgwire/scram.hpp"

#include <fmt/format.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <openssl/rand.h>

#include <algorithm>
#include <array>
#include <charconv>

#include "base/error.hpp"
#include "base/private_file.hpp"
#include "net/same.hpp"
#include "pgwire/messages.hpp"

namespace sparkify::pgwire {
namespace {

using base::Error;
using base::ErrorKind;

constexpr unsigned most_iterations = 10'000'000;
constexpr std::size_t key_bytes = 32, salt_bytes = 16;

const unsigned char* octets(std::string_view text) {
  return reinterpret_cast<const unsigned char*>(text.data());
}

std::string random_bytes(std::size_t count) {
  std::string bytes(count, '\0');
  if (RAND_bytes(reinterpret_cast<unsigned char*>(bytes.data()), static_cast<int>(count)) != 1) {
    throw Error(ErrorKind::unavailable, "there are no random numbers");
  }
  return bytes;
}

std::string hmac(std::string_view key, std::string_view text) {
  std::array<unsigned char, EVP_MAX_MD_SIZE> bytes{};
  unsigned size = 0;
  HMAC(EVP_sha256(), key.data(), static_cast<int>(key.size()), octets(text), text.size(),
       bytes.data(), &size);
  return {bytes.begin(), bytes.begin() + size};
}

std::string sha256(std::string_view text) {
  std::array<unsigned char, EVP_MAX_MD_SIZE> bytes{};
  unsigned size = 0;
  EVP_Digest(text.data(), text.size(), bytes.data(), &size, EVP_sha256(), nullptr);
  return {bytes.begin(), bytes.begin() + size};
}

std::string salted(std::string_view password, std::string_view salt, unsigned iterations) {
  std::string key(key_bytes, '\0');
  PKCS5_PBKDF2_HMAC(password.data(), static_cast<int>(password.size()), octets(salt),
                    static_cast<int>(salt.size()), static_cast<int>(iterations), EVP_sha256(),
                    static_cast<int>(key_bytes), reinterpret_cast<unsigned char*>(key.data()));
  return key;
}

std::string to_base64(std::string_view bytes) {
  std::string text(4 * ((bytes.size() + 2) / 3) + 1, '\0');
  int length = EVP_EncodeBlock(reinterpret_cast<unsigned char*>(text.data()), octets(bytes),
                               static_cast<int>(bytes.size()));
  text.resize(static_cast<std::size_t>(length));
  return text;
}

bool is_of_base64(char c) {
  return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '+' ||
         c == '/';
}

/// OpenSSL would pass over blanks and more; what is bound and proven is no place for leniency.
std::optional<std::string> from_base64(std::string_view text) {
  if (text.empty() || text.size() % 4 != 0 || text.size() > 4096) return std::nullopt;
  std::size_t padding = text.ends_with("==") ? 2 : text.ends_with('=') ? 1 : 0;
  std::string_view digits = text.substr(0, text.size() - padding);
  if (!std::all_of(digits.begin(), digits.end(), is_of_base64)) return std::nullopt;
  std::string bytes(text.size() / 4 * 3, '\0');
  int length = EVP_DecodeBlock(reinterpret_cast<unsigned char*>(bytes.data()), octets(text),
                               static_cast<int>(text.size()));
  if (length != static_cast<int>(bytes.size())) return std::nullopt;
  bytes.resize(bytes.size() - padding);
  return bytes;
}

Error malformed() { return protocol_error("malformed SCRAM message"); }
Error unbound() { return protocol_error("SCRAM channel binding does not match"); }

/// Takes `name=value` off the front of a comma-separated list.
std::string_view take_attribute(std::string_view& rest, char name) {
  if (rest.size() < 2 || rest[0] != name || rest[1] != '=') throw malformed();
  std::size_t end = std::min(rest.find(','), rest.size());
  std::string_view value = rest.substr(2, end - 2);
  rest.remove_prefix(std::min(end + 1, rest.size()));
  return value;
}

bool is_nonce(std::string_view text) {
  return !text.empty() && text.size() <= 1024 &&
         std::all_of(text.begin(), text.end(), [](char c) { return c > ' ' && c < '\x7f'; });
}

}  // namespace

std::string random_text(std::size_t length) { return to_base64(random_bytes(length / 4 * 3)); }

std::string salt_for(std::string_view name, std::string_view secret) {
  return hmac(secret, name).substr(0, salt_bytes);
}

Verifier Verifier::of(std::string_view password) {
  return of(password, random_bytes(salt_bytes), usual_iterations);
}

Verifier Verifier::of(std::string_view password, std::string salt, unsigned iterations) {
  Verifier verifier;
  verifier.iterations = iterations;
  verifier.salt = std::move(salt);
  std::string key = salted(password, verifier.salt, iterations);
  std::string client_key = hmac(key, "Client Key");
  verifier.stored_key = sha256(client_key);
  verifier.server_key = hmac(key, "Server Key");
  base::wipe(client_key);
  base::wipe(key);
  return verifier;
}

bool Verifier::is_of(std::string_view password) const {
  return net::is_same(of(password, salt, iterations).stored_key, stored_key);
}

Verifier Verifier::nobody(std::string_view name, std::string_view secret) {
  Verifier verifier;
  verifier.iterations = usual_iterations;
  verifier.salt = salt_for(name, secret);
  verifier.stored_key = random_bytes(key_bytes);
  verifier.server_key = random_bytes(key_bytes);
  return verifier;
}

std::optional<Verifier> Verifier::parse(std::string_view text) {
  constexpr std::string_view head = "SCRAM-SHA-256$";
  if (!text.starts_with(head)) return std::nullopt;
  text.remove_prefix(head.size());
  std::size_t colon = text.find(':'), dollar = text.find('$');
  std::size_t last = text.rfind(':');
  if (colon == text.npos || dollar == text.npos || colon > dollar || last < dollar) {
    return std::nullopt;
  }
  Verifier verifier;
  auto [end, code] = std::from_chars(text.data(), text.data() + colon, verifier.iterations);
  if (code != std::errc() || end != text.data() + colon || verifier.iterations == 0 ||
      verifier.iterations > most_iterations) {
    return std::nullopt;
  }
  auto salt = from_base64(text.substr(colon + 1, dollar - colon - 1));
  auto stored = from_base64(text.substr(dollar + 1, last - dollar - 1));
  auto server = from_base64(text.substr(last + 1));
  if (!salt || !stored || !server || stored->size() != key_bytes || server->size() != key_bytes) {
    return std::nullopt;
  }
  verifier.salt = *salt;
  verifier.stored_key = *stored;
  verifier.server_key = *server;
  return verifier;
}

std::string Verifier::text() const {
  return fmt::format("SCRAM-SHA-256${}:{}${}:{}", iterations, to_base64(salt),
                     to_base64(stored_key), to_base64(server_key));
}

Scram::Scram(Verifier verifier, std::string end_point)
    : verifier_(std::move(verifier)), end_point_(std::move(end_point)) {}

std::string Scram::mechanisms() const {
  std::string list;
  for (std::string_view name : {"SCRAM-SHA-256-PLUS", "SCRAM-SHA-256"}) {
    if (end_point_.empty() && name.ends_with("PLUS")) continue;
    list += name;
    list += '\0';
  }
  return list + '\0';
}

/// `n,,n=user,r=nonce`: a header that ends with the second comma, then the bare message.
std::string Scram::first(std::string_view mechanism, std::string_view message, std::string nonce) {
  bool is_bound = mechanism == "SCRAM-SHA-256-PLUS";
  if ((!is_bound && mechanism != "SCRAM-SHA-256") || (is_bound && end_point_.empty())) {
    throw protocol_error("the client chose a mechanism that was not offered");
  }
  std::size_t comma = message.find(',');
  std::size_t second = comma == message.npos ? message.npos : message.find(',', comma + 1);
  if (second == message.npos) throw malformed();
  header_ = message.substr(0, second + 1);
  std::string_view flag = message.substr(0, comma);
  if (second != comma + 1) throw protocol_error("SCRAM authorization for another user");
  // y: the client could bind the channel and believes that we cannot, though we said so.
  bool is_downgraded = flag == "y" && !end_point_.empty();
  bool is_known = is_bound ? flag == "p=tls-server-end-point" : flag == "n" || flag == "y";
  if (is_downgraded || !is_known) throw unbound();
  client_first_ = message.substr(second + 1);
  std::string_view rest = client_first_;
  take_attribute(rest, 'n');
  std::string_view client_nonce = take_attribute(rest, 'r');
  if (!is_nonce(client_nonce)) throw malformed();
  if (nonce.empty()) nonce = random_text(24);
  nonce_ = std::string(client_nonce) + nonce;
  server_first_ =
      fmt::format("r={},s={},i={}", nonce_, to_base64(verifier_.salt), verifier_.iterations);
  return server_first_;
}

/// `c=binding,r=nonce,p=proof`.
std::optional<std::string> Scram::final(std::string_view message) {
  std::size_t proof_at = message.rfind(",p=");
  if (proof_at == message.npos) throw malformed();
  std::string_view without_proof = message.substr(0, proof_at);
  std::string_view rest = without_proof;
  auto binding = from_base64(take_attribute(rest, 'c'));
  std::string expected = header_ + (header_.starts_with("p=") ? end_point_ : "");
  if (!binding || !net::is_same(*binding, expected)) throw unbound();
  if (take_attribute(rest, 'r') != nonce_) throw malformed();
  auto proof = from_base64(message.substr(proof_at + 3));
  if (!proof || proof->size() != key_bytes) throw malformed();
  std::string exchange = fmt::format("{},{},{}", client_first_, server_first_, without_proof);
  std::string client_key = hmac(verifier_.stored_key, exchange);
  for (std::size_t i = 0; i < key_bytes; ++i) {
    client_key[i] = static_cast<char>(client_key[i] ^ (*proof)[i]);
  }
  bool is_right = net::is_same(sha256(client_key), verifier_.stored_key);
  base::wipe(client_key);
  if (!is_right) return std::nullopt;
  return "v=" + to_base64(hmac(verifier_.server_key, exchange));
}

}  // namespace sparkify::pgwire
