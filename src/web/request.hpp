#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "net/http.hpp"

namespace sparkify::web {

enum class Method { get, post, put, remove };

/// What a browser asks for.
struct Request {
  Method method = Method::get;
  bool is_head = false;                                    ///< as GET, and the answer has no body
  std::string target;                                      ///< as it was sent
  std::string path;                                        ///< decoded: `/api/reports/top songs`
  std::vector<std::pair<std::string, std::string>> query;  ///< decoded, in order
  std::vector<net::Header> headers;
  std::string body;  ///< of POST and PUT

  std::optional<std::string_view> header(std::string_view name) const;
  /// The first of that name in the query.
  std::optional<std::string_view> parameter(std::string_view name) const;
  std::optional<std::string_view> cookie(std::string_view name) const;
};

/// A request's path and query from its target: `/growth?from=2018-11-01`. False when it is none of
/// ours: it does not begin with a slash, or a % is not followed by two digits.
bool read_target(std::string_view target, Request& request);

struct Response {
  int status = 200;
  std::vector<net::Header> headers;
  std::string body;
};

Response plain_response(int status, std::string_view text);
/// 405: there is something, and it is asked for in another way.
Response method_refusal();

}  // namespace sparkify::web
