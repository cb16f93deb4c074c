// Any bytes as what browsers send: requests, one after another. Read or refused; nobody who does
// not know a secret gets in, on this machine or from elsewhere, and no answer says what a client
// made up.
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <filesystem>
#include <string>
#include <string_view>

#include "base/error.hpp"
#include "pieces.hpp"
#include "web/exchange.hpp"
#include "web/files.hpp"
#include "web/guard.hpp"

namespace {

using sparkify::base::Error;
using sparkify::base::ErrorKind;
namespace net = sparkify::net;
namespace web = sparkify::web;

const net::Address address{"127.0.0.1", 8080};
constexpr std::string_view password = "pencil";

/// Keeps what is answered.
class Conversation final : public Pieces {
 public:
  using Pieces::Pieces;
  void write(std::string_view bytes, Patience) override { answer = bytes; }

  std::string answer;
};

/// The certificate that names of the server come from.
const net::TlsServer& tls() {
  static const net::TlsServer server = [] {
    std::string file = std::filesystem::temp_directory_path() / "sparkify-fuzz-http";
    net::make_certificate(file + ".crt", file + ".key", {});
    return net::TlsServer(file + ".crt", file + ".key");
  }();
  return server;
}

web::Outside outside_of() {
  web::Outside outside;
  outside.tls = &tls();
  outside.enter = [](std::string_view user, std::string_view given) {
    bool is_right = user == "alice" && given == password;
    return is_right ? std::optional<std::string>("mark") : std::nullopt;
  };
  outside.is_current = [](std::string_view, std::string_view mark) { return mark == "mark"; };
  outside.hosts = {"music.example:443", "*.music.example"};
  return outside;
}

/// A head whose lines are all ours: a name, a colon and printable characters.
void expect_head(std::string_view answer) {
  if (!answer.starts_with("HTTP/1.1 ")) std::abort();
  std::size_t end = answer.find("\r\n\r\n");
  if (end == answer.npos) std::abort();
  std::size_t cookies = 0;
  for (std::size_t at = answer.find("\r\n"); at < end; at = answer.find("\r\n", at + 2)) {
    std::string_view line = answer.substr(at + 2, answer.find("\r\n", at + 2) - at - 2);
    if (line.find(": ") == line.npos) std::abort();
    if (std::any_of(line.begin(), line.end(), [](char c) { return c < ' ' || c > '~'; })) {
      std::abort();
    }
    cookies += line.starts_with("Set-Cookie: ") ? 1 : 0;
    std::string_view target = line.starts_with("Location: ") ? line.substr(10) : "/";
    if (!target.starts_with('/') || target.starts_with("//")) std::abort();
  }
  if (cookies > 1) std::abort();
}

void converse(std::string_view bytes, web::Guard& guard) {
  Conversation stream(bytes);
  web::Limits limits;
  web::Exchange exchange(stream, limits);
  while (exchange.is_open()) {
    auto request = exchange.read();
    if (!request) break;
    auto instead = guard.judge(*request, "192.0.2.7");
    if (!instead) std::abort();
    // Who says the password is let in from there on by a cookie, which no input can know.
    exchange.write(*instead);
    expect_head(stream.answer);
    if (request->method == web::Method::get) {
      exchange.write(web::file_response(*request));
      expect_head(stream.answer);
    }
  }
  if (!stream.answer.empty()) expect_head(stream.answer);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static web::Guard here(address);
  static const web::Outside outside = outside_of();
  // Anew, for it hears only so many wrong passwords.
  web::Guard elsewhere(address, outside);
  const std::string_view bytes(reinterpret_cast<const char*>(data), size);
  for (web::Guard* guard : {&here, &elsewhere}) {
    try {
      converse(bytes, *guard);
    } catch (const Error& error) {
      if (error.kind() != ErrorKind::unavailable) std::abort();
    }
  }
  return 0;
}
