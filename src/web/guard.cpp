#include "web/guard.hpp"

#include <fmt/format.h>

#include "base/random.hpp"

namespace sparkify::web {
namespace {

std::string secret() {
  return fmt::format("{:016x}{:016x}", base::random_number(), base::random_number());
}

/// In a time that does not tell where they differ.
bool are_equal(std::string_view left, std::string_view right) {
  if (left.size() != right.size()) return false;
  unsigned difference = 0;
  for (std::size_t i = 0; i < left.size(); ++i) {
    difference |= static_cast<unsigned char>(left[i]) ^ static_cast<unsigned char>(right[i]);
  }
  return difference == 0;
}

/// Of a URL's host: an address of IPv6 stands in brackets, and * is whatever leads here.
std::string authority(const net::Address& address) {
  if (address.host == "*") return fmt::format("127.0.0.1:{}", address.port);
  return address.text();
}

}  // namespace

Guard::Guard(const net::Address& address)
    : port_(address.port),
      token_(secret()),
      session_(secret()),
      // A cookie belongs to a host whatever the port, and several servers may run.
      cookie_name_(fmt::format("sparkify_{}", address.port)),
      link_(fmt::format("http://{}/?token={}", authority(address), token_)) {}

bool Guard::is_our_host(std::string_view host) const {
  for (const char* name : {"127.0.0.1", "localhost", "[::1]"}) {
    if (host == fmt::format("{}:{}", name, port_) || (port_ == 80 && host == name)) return true;
  }
  return false;
}

std::optional<Response> Guard::judge(const Request& request) const {
  std::string host(request.header("Host").value_or(""));
  if (!is_our_host(host)) return plain_response(421, "this server has another name");
  auto origin = request.header("Origin");
  if (origin && *origin != "http://" + host) {
    return plain_response(403, "another site may not ask");
  }
  if (auto way_in = enter(request)) return way_in;
  if (are_equal(request.cookie(cookie_name_).value_or(""), session_)) return std::nullopt;
  return plain_response(401, "open the address that sparkify serve printed when it started");
}

std::optional<Response> Guard::enter(const Request& request) const {
  auto token = request.parameter("token");
  if (!token || request.path != "/" || !are_equal(*token, token_)) return std::nullopt;
  // A browser that a page of another site leads here, such as the one that `sparkify dashboard`
  // opens, would not send the cookie along a redirection; a page of ours may lead it on.
  bool is_led = request.header("Sec-Fetch-Site") == "cross-site";
  Response response = plain_response(is_led ? 200 : 303, "this way");
  response.headers.push_back(is_led ? net::Header{"Refresh", "0; url=/"}
                                    : net::Header{"Location", "/"});
  response.headers.push_back({"Set-Cookie", fmt::format("{}={}; Path=/; HttpOnly; SameSite=Strict",
                                                        cookie_name_, session_)});
  response.headers.push_back({"Cache-Control", "no-store"});
  return response;
}

}  // namespace sparkify::web
