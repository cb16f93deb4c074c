// Lets Python ask src/aws from outside.
//   aws_probe sign   a request a line as JSON on standard input -> what was added, a line each
//   aws_probe who    the credentials, region and endpoint that this environment comes to
#include <fmt/format.h>

#include <cstdio>
#include <iostream>
#include <string>

#include "aws/identity.hpp"
#include "aws/signer.hpp"
#include "base/error.hpp"
#include "base/json.hpp"
#include "config/settings.hpp"

namespace {

using namespace sparkify;
using base::Json;

std::string from_hex(const std::string& hex) {
  std::string bytes;
  for (std::size_t i = 0; i + 1 < hex.size(); i += 2) {
    bytes += static_cast<char>(std::stoi(hex.substr(i, 2), nullptr, 16));
  }
  return bytes;
}

Json sign_line(const std::string& line) {
  Json given = base::parse_json(line, "standard input");
  net::HttpRequest request;
  request.method = given["method"];
  request.url = given["url"];
  request.body = from_hex(given["body_hex"]);
  for (const Json& header : given["headers"]) request.headers.push_back({header[0], header[1]});
  aws::Credentials credentials{given["key"], given["secret"], given["token"], {}};
  aws::SigningScope scope{given["region"], given["service"]};
  aws::SigningTime now(std::chrono::seconds(given["time"].get<long>()));
  Json answer = Json::object();
  if (given.contains("lifetime")) {
    std::chrono::seconds lifetime(given["lifetime"].get<long>());
    answer["url"] = aws::presign(request, credentials, scope, lifetime, now);
    return answer;
  }
  aws::sign(request, credentials, scope, now);
  for (const net::Header& header : request.headers) answer[header.name] = header.value;
  return answer;
}

void sign_all() {
  for (std::string line; std::getline(std::cin, line);) std::cout << sign_line(line).dump() << "\n";
}

void tell_who() {
  std::vector<std::string> warnings;
  aws::Identity identity(config::read_settings({}, std::nullopt, warnings));
  auto provider = identity.credentials();
  Json answer = {{"origin", provider->origin()},
                 {"is_anonymous", provider->is_anonymous()},
                 {"region", identity.region("s3").text},
                 {"endpoint", identity.endpoint("s3").text}};
  if (auto credentials = provider->credentials()) {
    answer["access_key_id"] = credentials->access_key_id;
    answer["secret_access_key"] = credentials->secret_access_key;
    answer["session_token"] = credentials->session_token;
    if (credentials->expires_at) {
      answer["expires_in"] = std::chrono::duration_cast<std::chrono::seconds>(
                                 *credentials->expires_at - std::chrono::system_clock::now())
                                 .count();
    }
  }
  std::cout << answer.dump() << "\n";
}

}  // namespace

int main(int count, char** words) {
  std::string mode = count == 2 ? words[1] : "";
  try {
    if (mode == "sign") sign_all();
    if (mode == "who") tell_who();
    return mode == "sign" || mode == "who" ? 0 : 2;
  } catch (const base::Error& error) {
    std::cerr << base::render(error);
    return base::exit_code(error.kind());
  }
}
