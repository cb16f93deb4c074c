#include "web/login.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "base/random.hpp"
#include "web/files.hpp"

namespace sparkify::web {
namespace {

constexpr std::string_view login_path = "/login", logout_path = "/logout";
constexpr std::size_t most_name_bytes = 127;

/// What a browser may have before anybody is known: how the form looks.
bool is_public(const Request& request) {
  return request.method == Method::get &&
         (request.path == "/login.css" || request.path == "/icon.svg");
}

std::string escaped(std::string_view text) {
  std::string safe;
  for (char c : text) {
    switch (c) {
      case '&':
        safe += "&amp;";
        break;
      case '<':
        safe += "&lt;";
        break;
      case '>':
        safe += "&gt;";
        break;
      case '"':
        safe += "&quot;";
        break;
      default:
        safe += c;
    }
  }
  return safe;
}

Response html_page(int status, std::string_view content) {
  Response response;
  response.status = status;
  // A form of a page that tells nobody where it stands is sent without an Origin to compare.
  response.headers = {{"Content-Type", "text/html; charset=utf-8"},
                      {"Cache-Control", "no-store"},
                      {"Referrer-Policy", "same-origin"},
                      {"Content-Security-Policy",
                       "default-src 'none'; style-src 'self'; img-src 'self'; base-uri 'none'; "
                       "form-action 'self'; frame-ancestors 'none'"}};
  response.body = fmt::format(
      "<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n"
      "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n"
      "<meta name=\"color-scheme\" content=\"light dark\">\n<title>Log in - Sparkify</title>\n"
      "<link rel=\"icon\" href=\"/icon.svg\" type=\"image/svg+xml\">\n"
      "<link rel=\"stylesheet\" href=\"/login.css\">\n</head>\n<body>\n<main>\n"
      "<h1>Sparkify</h1>\n{}</main>\n</body>\n</html>\n",
      content);
  return response;
}

Response form(int status, std::string_view complaint, std::string_view target) {
  std::string said =
      complaint.empty() ? "" : fmt::format("<p role=\"alert\">{}</p>\n", escaped(complaint));
  return html_page(
      status,
      fmt::format(
          "<form method=\"post\" action=\"/login\">\n{}"
          "<label>User <input name=\"user\" autocomplete=\"username\" required autofocus></label>\n"
          "<label>Password <input name=\"password\" type=\"password\" "
          "autocomplete=\"current-password\" required></label>\n"
          "<input type=\"hidden\" name=\"to\" value=\"{}\">\n<button>Log in</button>\n</form>\n",
          said, escaped(target)));
}

Response way_out(std::string_view user) {
  return html_page(200, fmt::format("<p>You are logged in as {}. <a href=\"/\">To the app</a></p>\n"
                                    "<form method=\"post\" action=\"/logout\">\n"
                                    "<button>Log out</button>\n</form>\n",
                                    escaped(user)));
}

Response way_to(std::string_view target, std::string cookie) {
  return {303,
          {{"Location", std::string(target)},
           {"Set-Cookie", std::move(cookie)},
           {"Cache-Control", "no-store"}},
          ""};
}

/// A place in this app, whatever the form says.
std::string target_of(std::string_view wanted) {
  bool is_ours = wanted.starts_with('/') && !wanted.starts_with("//") &&
                 std::none_of(wanted.begin(), wanted.end(),
                              [](char c) { return c <= ' ' || c >= '\x7f' || c == '\\'; });
  return is_ours ? std::string(wanted) : "/";
}

Response once_more(std::string_view target) {
  Response response = plain_response(200, "this way");
  response.headers.push_back({"Refresh", fmt::format("0; url={}", target_of(target))});
  response.headers.push_back({"Cache-Control", "no-store"});
  return response;
}

}  // namespace

Login::Login(const Outside& outside, std::uint16_t port)
    // __Host-: the browser takes it over TLS from this host alone, whatever others of its domain
    // say.
    : outside_(outside), cookie_name_(fmt::format("__Host-sparkify_{}", port)) {}

std::optional<Response> Login::judge(const Request& request, std::string_view address) {
  if (is_public(request)) return file_response(request);
  bool is_post = request.method == Method::post;
  if (is_post && request.path == login_path) return enter(request, address);
  if (is_post && request.path == logout_path) return leave(request);
  auto user = user_of(request);
  if (request.path == login_path) return user ? way_out(*user) : form(200, "", "/");
  if (user) return std::nullopt;
  bool is_page = request.method == Method::get && request.path.find('.') == std::string::npos &&
                 !request.path.starts_with("/api/");
  if (!is_page) return plain_response(401, "log in at /login");
  // Who follows a link of another site comes without the cookie: once more, as from here.
  if (request.header("Sec-Fetch-Site") == "cross-site") return once_more(request.target);
  return form(401, "", request.target);
}

Response Login::enter(const Request& request, std::string_view address) {
  Request sent;
  bool is_form = read_target("/?" + request.body, sent);
  std::string user(sent.parameter("user").value_or(""));
  std::string password(sent.parameter("password").value_or(""));
  std::string target = target_of(sent.parameter("to").value_or(""));
  if (!is_form || user.empty() || user.size() > most_name_bytes || password.empty()) {
    return form(400, "A user and a password are wanted.", target);
  }
  std::lock_guard lock(entering_);
  if (!attempts_.begin(address, Attempts::Clock::now())) {
    Response response = form(429, "Too many wrong passwords. Try again in a while.", target);
    response.headers.push_back({"Retry-After", std::to_string(Attempts::of_address.pause.count())});
    return response;
  }
  auto mark = outside_.enter(user, password);
  if (!mark) return form(401, "The user or the password is wrong.", target);
  attempts_.forgive(address);
  return way_to(target, cookie(begin_session(std::move(user), std::move(*mark)), ""));
}

Response Login::leave(const Request& request) {
  {
    std::lock_guard lock(mutex_);
    auto found = sessions_.find(request.cookie(cookie_name_).value_or(""));
    if (found != sessions_.end()) sessions_.erase(found);
  }
  return way_to(login_path, cookie("", "; Max-Age=0"));
}

/// A key of 128 random bits is not guessed by the time that a search for it takes.
std::optional<std::string> Login::user_of(const Request& request) {
  auto now = Clock::now();
  std::string key(request.cookie(cookie_name_).value_or(""));
  Session session;
  {
    std::lock_guard lock(mutex_);
    auto found = sessions_.find(key);
    if (found == sessions_.end()) return std::nullopt;
    if (now - found->second.last <= idle_time) {
      found->second.last = now;
      session = found->second;
    }
  }
  if (!session.user.empty() && outside_.is_current(session.user, session.mark)) {
    return session.user;
  }
  std::lock_guard lock(mutex_);
  sessions_.erase(key);
  return std::nullopt;
}

std::string Login::begin_session(std::string user, std::string mark) {
  std::string key = base::random_key();
  std::lock_guard lock(mutex_);
  if (sessions_.size() >= most_sessions) {
    sessions_.erase(std::min_element(
        sessions_.begin(), sessions_.end(),
        [](const auto& one, const auto& other) { return one.second.last < other.second.last; }));
  }
  sessions_.emplace(key, Session{std::move(user), std::move(mark), Clock::now()});
  return key;
}

std::string Login::cookie(std::string_view value, std::string_view more) const {
  return fmt::format("{}={}; Path=/; Secure; HttpOnly; SameSite=Strict{}", cookie_name_, value,
                     more);
}

}  // namespace sparkify::web
