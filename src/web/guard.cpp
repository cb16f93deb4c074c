#include "web/guard.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "base/random.hpp"
#include "base/text.hpp"
#include "net/same.hpp"

namespace sparkify::web {
namespace {

/// Of a URL's host: an address of IPv6 stands in brackets, and * is whatever leads here.
std::string authority(const net::Address& address) {
  if (address.is_any()) return fmt::format("127.0.0.1:{}", address.port);
  return address.text();
}

/// As browsers write a host, who leave the usual port out; a name that has a port keeps it.
void add_host(std::vector<std::string>& hosts, std::string_view name, std::uint16_t port,
              std::uint16_t usual_port) {
  std::string text = base::to_lower(name);
  bool is_v6 = !text.starts_with('[') && std::count(text.begin(), text.end(), ':') > 1;
  if (is_v6) text = '[' + text + ']';
  std::size_t colon = text.ends_with(']') ? text.npos : text.rfind(':');
  if (colon == text.npos) {
    colon = text.size();
    text += fmt::format(":{}", port);
  }
  hosts.push_back(text);
  if (text.substr(colon) == fmt::format(":{}", usual_port)) hosts.push_back(text.substr(0, colon));
}

/// `*.example.com:8443` stands for one label and the rest.
bool is_host(std::string_view pattern, std::string_view host) {
  if (!pattern.starts_with("*.")) return pattern == host;
  std::size_t dot = host.find('.');
  return dot != host.npos && dot > 0 && host.substr(dot) == pattern.substr(1);
}

/// To somebody elsewhere: a name of this very machine says nothing there.
bool is_worth_telling(std::string_view host) {
  return !host.starts_with("*.") && !host.starts_with("localhost") && !host.starts_with("127.") &&
         !host.starts_with("[::1]");
}

/// What leads to this machine from itself, and what the server was told to listen on, which its
/// link has: 127.0.0.2, or a name of this machine.
void add_own_hosts(std::vector<std::string>& hosts, const net::Address& address,
                   std::uint16_t usual_port) {
  for (std::string_view name : {"127.0.0.1", "localhost", "::1"}) {
    add_host(hosts, name, address.port, usual_port);
  }
  if (!address.is_any()) add_host(hosts, address.host, address.port, usual_port);
}

}  // namespace

Guard::Guard(const net::Address& address)
    : scheme_("http"),
      token_(base::random_key()),
      session_(base::random_key()),
      // A cookie belongs to a host whatever the port, and several servers may run.
      cookie_name_(fmt::format("sparkify_{}", address.port)),
      link_(fmt::format("http://{}/?token={}", authority(address), token_)) {
  add_own_hosts(hosts_, address, 80);
}

Guard::Guard(const net::Address& address, const Outside& outside) : scheme_("https") {
  login_.emplace(outside, address.port);
  for (const std::string& name : outside.hosts) add_host(hosts_, name, address.port, 443);
  for (const std::string& name : outside.tls->hosts()) add_host(hosts_, name, address.port, 443);
  add_own_hosts(hosts_, address, 443);
  auto known = std::find_if(hosts_.begin(), hosts_.end(), is_worth_telling);
  bool is_told = address.is_any() && known != hosts_.end();
  link_ = fmt::format("https://{}/", is_told ? *known : authority(address));
}

bool Guard::is_our_host(std::string_view host) const {
  std::string name = base::to_lower(host);
  return std::any_of(hosts_.begin(), hosts_.end(),
                     [&](const std::string& ours) { return is_host(ours, name); });
}

std::optional<Response> Guard::judge(const Request& request, std::string_view address) {
  std::string host(request.header("Host").value_or(""));
  if (!is_our_host(host)) return plain_response(421, "this server has another name");
  auto origin = request.header("Origin");
  if (origin && *origin != fmt::format("{}://{}", scheme_, host)) {
    return plain_response(403, "another site may not ask");
  }
  if (login_) return login_->judge(request, address);
  if (auto way_in = enter(request)) return way_in;
  if (net::is_same(request.cookie(cookie_name_).value_or(""), session_)) return std::nullopt;
  return plain_response(401, "open the address that sparkify serve printed when it started");
}

std::optional<Response> Guard::enter(const Request& request) const {
  auto token = request.parameter("token");
  if (!token || request.path != "/" || !net::is_same(*token, token_)) return std::nullopt;
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
