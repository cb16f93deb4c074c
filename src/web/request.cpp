#include "web/request.hpp"

#include <algorithm>

#include "base/text.hpp"

namespace sparkify::web {
namespace {

/// A part of a query, where a plus is a blank; nullopt when a percent sign is followed by no code.
std::optional<std::string> decoded(std::string_view text) {
  std::string plain(text);
  std::replace(plain.begin(), plain.end(), '+', ' ');
  return base::percent_decode(plain);
}

/// The part before the first `mark`, which goes with it from `rest`.
std::string_view cut(std::string_view& rest, char mark) {
  std::string_view part = rest.substr(0, rest.find(mark));
  rest.remove_prefix(std::min(part.size() + 1, rest.size()));
  return part;
}

}  // namespace

std::optional<std::string_view> Request::header(std::string_view name) const {
  return net::find_header(headers, name);
}

std::optional<std::string_view> Request::parameter(std::string_view name) const {
  for (const auto& [key, value] : query) {
    if (key == name) return value;
  }
  return std::nullopt;
}

std::optional<std::string_view> Request::cookie(std::string_view name) const {
  std::string_view rest = header("Cookie").value_or("");
  while (!rest.empty()) {
    std::string_view value = cut(rest, ';');
    if (base::trim(cut(value, '=')) == name) return base::trim(value);
  }
  return std::nullopt;
}

bool read_target(std::string_view target, Request& request) {
  if (!target.starts_with('/')) return false;
  request.target = target;
  auto path = base::percent_decode(cut(target, '?'));
  if (!path) return false;
  request.path = std::move(*path);
  while (!target.empty()) {
    std::string_view value = cut(target, '&');
    auto key = decoded(cut(value, '='));
    auto text = decoded(value);
    if (!key || !text) return false;
    request.query.emplace_back(std::move(*key), std::move(*text));
  }
  return true;
}

Response plain_response(int status, std::string_view text) {
  return {status, {{"Content-Type", "text/plain; charset=utf-8"}}, std::string(text) + '\n'};
}

Response method_refusal() { return plain_response(405, "this is not to be asked for so"); }

}  // namespace sparkify::web
