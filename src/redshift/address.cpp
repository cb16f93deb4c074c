#include "redshift/address.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <cstdlib>

#include "base/error.hpp"
#include "base/text.hpp"

namespace sparkify::redshift {
namespace {

using base::Error;
using base::ErrorKind;

constexpr std::string_view scheme = "redshift://";
constexpr std::array<std::string_view, 6> ssl_modes = {"disable", "allow",     "prefer",
                                                       "require", "verify-ca", "verify-full"};

Error objection(std::string what) {
  return Error(ErrorKind::usage, std::move(what))
      .hint(
          "write redshift://user@host:port/database, or redshift:// and fill in [CLUSTER] of "
          "dwh.cfg");
}

std::string decode(std::string_view text) {
  auto decoded = base::percent_decode(text);
  bool is_text = decoded && decoded->find('\0') == std::string::npos;
  if (!is_text) throw objection("a % of the address is followed by no code");
  return *decoded;
}

/// The text before the first (or last) `separator`, which goes from `rest` with it; nothing when
/// there is none.
std::string_view take_until(std::string_view& rest, std::size_t at) {
  if (at == std::string_view::npos) return {};
  std::string_view taken = rest.substr(0, at);
  rest.remove_prefix(at + 1);
  return taken;
}

std::uint16_t read_port(std::string_view text) {
  std::uint16_t port = 0;
  const char* end = text.data() + text.size();
  auto read = std::from_chars(text.data(), end, port);
  if (read.ec == std::errc() && read.ptr == end && port > 0) return port;
  // Its text may be a part of a password.
  throw objection("behind the host's : stands no port from 1 to 65535");
}

void read_host(std::string_view text, Address& address) {
  std::size_t end = text.find(':');
  if (text.starts_with('[')) {
    std::size_t close = text.find(']');
    if (close == std::string_view::npos) throw objection("a bracket of the address is not closed");
    address.host = text.substr(1, close - 1);
    end = close + 1;
    if (end < text.size() && text[end] != ':') throw objection("behind ] stands no port");
  } else {
    address.host = decode(text.substr(0, end));
  }
  if (end < text.size()) address.port = read_port(text.substr(end + 1));
}

void read_option(std::string_view text, Address& address) {
  std::string_view name = take_until(text, text.find('='));
  std::string value = decode(text);
  if (name == "sslmode") {
    if (std::find(ssl_modes.begin(), ssl_modes.end(), value) == ssl_modes.end()) {
      throw objection(fmt::format("\"{}\" is no sslmode: {}", value, fmt::join(ssl_modes, ", ")));
    }
    address.ssl_mode = value;
  } else if (name == "sslrootcert") {
    address.ca_file = value;
  } else {
    throw objection("the address has options besides sslmode and sslrootcert");
  }
}

/// Before an address is taken apart: a password may hold what separates its parts.
void expect_no_password(std::string_view text) {
  std::size_t at = text.rfind('@');
  bool is_there = at != std::string_view::npos && text.find(':') < at;
  if (!is_there) return;
  throw Error(ErrorKind::usage, "the address of the warehouse holds a password")
      .hint("others see it in the list of processes: set PGPASSWORD, or write it into ~/.pgpass");
}

}  // namespace

bool is_in_environment(const char* name) {
  const char* text = std::getenv(name);
  return text != nullptr && *text != '\0';
}

bool is_address(std::string_view text) {
  return base::to_lower(text.substr(0, scheme.size())) == scheme;
}

std::string Address::shown() const {
  bool is_bracketed = host.find(':') != std::string::npos;
  return fmt::format("redshift://{}{}{}{}:{}/{}", user, user.empty() ? "" : "@",
                     is_bracketed ? "[" : "", host + (is_bracketed ? "]" : ""), port, database);
}

Address read_address(std::string_view text) {
  if (!is_address(text)) throw objection(fmt::format("{} is no address of a Redshift", text));
  std::string_view rest = text.substr(scheme.size());
  expect_no_password(rest);
  Address address;
  std::string_view options;
  if (std::size_t mark = rest.find('?'); mark != std::string_view::npos) {
    options = rest.substr(mark + 1);
    rest = rest.substr(0, mark);
  }
  if (std::size_t slash = rest.find('/'); slash != std::string_view::npos) {
    address.database = decode(rest.substr(slash + 1));
    rest = rest.substr(0, slash);
  }
  address.user = decode(take_until(rest, rest.rfind('@')));
  read_host(rest, address);
  while (!options.empty()) {
    std::size_t next = options.find('&');
    read_option(options.substr(0, next), address);
    options = next == std::string_view::npos ? std::string_view() : options.substr(next + 1);
  }
  return address;
}

}  // namespace sparkify::redshift
