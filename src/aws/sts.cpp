#include "aws/sts.hpp"

#include <fmt/format.h>

#include <pugixml.hpp>
#include <utility>

#include "aws/partition.hpp"
#include "aws/query.hpp"
#include "aws/signer.hpp"
#include "base/error.hpp"

namespace sparkify::aws {
namespace {

using base::Error;
using base::ErrorKind;

constexpr int sts_attempts = 3;

/// The first element of that name, at any depth.
pugi::xml_node find_element(const pugi::xml_document& document, std::string_view name) {
  return document.find_node([&](pugi::xml_node node) { return node.name() == name; });
}

Form form_of(std::string action, const Role& role, Instant now) {
  std::string name = role.session_name;
  if (name.empty()) {
    auto seconds = std::chrono::floor<std::chrono::seconds>(now).time_since_epoch().count();
    name = fmt::format("sparkify-{}", seconds);
  }
  Form form = {{"Action", std::move(action)},
               {"Version", "2011-06-15"},
               {"RoleArn", role.arn},
               {"RoleSessionName", name}};
  if (!role.duration_seconds.empty()) form.emplace_back("DurationSeconds", role.duration_seconds);
  return form;
}

net::HttpRequest request_of(const Form& form, const StsPlace& place) {
  net::HttpRequest request;
  request.method = "POST";
  request.url = place.url;
  if (request.url.find('/', request.url.find("://") + 3) == std::string::npos) request.url += '/';
  request.headers = {{"Content-Type", "application/x-www-form-urlencoded; charset=utf-8"}};
  request.body = write_form(form);
  request.total_timeout = std::chrono::seconds(60);
  request.most_body_bytes = 1 << 20;
  return request;
}

Error refusal(const net::HttpResponse& response, const pugi::xml_document& document,
              std::string_view action, const Role& role) {
  pugi::xml_node error = find_element(document, "Error");
  std::string code = error.child_value("Code");
  std::string words = printable_words(error.child_value("Message"));
  std::string what = fmt::format("sts:{} on {}: {}", action, role.arn,
                                 code.empty() ? fmt::format("status {}", response.status) : code);
  if (!words.empty()) what += ": " + words;
  bool is_passing = response.status >= 500 || response.status == 429 || code == "Throttling" ||
                    code == "IDPCommunicationError";
  Error problem(is_passing ? ErrorKind::unavailable : ErrorKind::denied, what);
  if (code == "ExpiredToken" || code == "ExpiredTokenException") {
    problem.hint("the credentials that the role is assumed with have expired: sign in again");
  } else if (code == "RequestExpired" || words.find("Signature expired") != std::string::npos) {
    problem.hint("set this machine's clock");
  }
  return problem;
}

Credentials read_response(const net::HttpResponse& response, std::string_view action,
                          const Role& role) {
  pugi::xml_document document;
  pugi::xml_parse_result parsed = document.load_buffer(response.body.data(), response.body.size());
  if (!response.is_success()) throw refusal(response, document, action, role);
  pugi::xml_node found = parsed ? find_element(document, "Credentials") : pugi::xml_node();
  Credentials credentials{found.child_value("AccessKeyId"), found.child_value("SecretAccessKey"),
                          found.child_value("SessionToken"),
                          read_instant(found.child_value("Expiration"))};
  bool is_whole = !credentials.access_key_id.empty() && !credentials.secret_access_key.empty() &&
                  !credentials.session_token.empty() && credentials.expires_at;
  if (is_whole) return credentials;
  throw Error(ErrorKind::denied,
              fmt::format("sts:{} on {}: the answer holds no credentials", action, role.arn));
}

std::string during(std::string_view action, const Role& role, const StsPlace& place) {
  return fmt::format("sts:{} on {} at {}", action, role.arn, place.url);
}

}  // namespace

StsPlace sts_of(const std::string& region) {
  if (region.empty()) return {"https://sts.amazonaws.com", "us-east-1"};
  return {fmt::format("https://sts.{}.{}", region, dns_suffix(region)), region};
}

Credentials assume_role(const Role& role, const Credentials& by, const StsPlace& place,
                        const Surroundings& surroundings) {
  Form form = form_of("AssumeRole", role, surroundings.now());
  if (!role.external_id.empty()) form.emplace_back("ExternalId", role.external_id);
  net::HttpRequest request = request_of(form, place);
  sign(request, by, {place.region, "sts"}, surroundings.now());
  try {
    return read_response(ask(surroundings, request, sts_attempts), "AssumeRole", role);
  } catch (Error& error) {
    throw error.during(during("AssumeRole", role, place));
  }
}

Credentials assume_role_with_web_identity(const Role& role, const std::string& token,
                                          const StsPlace& place, const Surroundings& surroundings) {
  Form form = form_of("AssumeRoleWithWebIdentity", role, surroundings.now());
  form.emplace_back("WebIdentityToken", token);
  net::HttpRequest request = request_of(form, place);
  try {
    return read_response(ask(surroundings, request, sts_attempts), "AssumeRoleWithWebIdentity",
                         role);
  } catch (Error& error) {
    throw error.during(during("AssumeRoleWithWebIdentity", role, place));
  }
}

}  // namespace sparkify::aws
