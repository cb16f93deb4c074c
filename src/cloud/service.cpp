#include "cloud/service.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "aws/partition.hpp"
#include "aws/signer.hpp"
#include "base/error.hpp"

namespace sparkify::cloud {
namespace {

using base::Error;
using base::ErrorKind;

constexpr int attempts = 8;
constexpr std::chrono::milliseconds first_pause{200};

template <std::size_t count>
bool is_one_of(std::string_view code, const std::array<std::string_view, count>& codes) {
  return std::find(codes.begin(), codes.end(), code) != codes.end();
}

/// Source: "Error retries and exponential backoff", and the retry rules of AWS's SDKs.
bool is_throttled(std::string_view code) {
  constexpr std::array<std::string_view, 9> codes = {
      "Throttling",           "ThrottlingException",       "ThrottledException",
      "RequestThrottled",     "RequestThrottledException", "TooManyRequestsException",
      "RequestLimitExceeded", "BandwidthLimitExceeded",    "SlowDown"};
  return is_one_of(code, codes);
}

/// `RequestExpired` is what EC2 says of old credentials and others of a wrong clock.
bool is_expired(std::string_view code) {
  constexpr std::array<std::string_view, 4> codes = {"ExpiredToken", "ExpiredTokenException",
                                                     "TokenRefreshRequired", "RequestExpired"};
  return is_one_of(code, codes);
}

bool is_unknown_key(std::string_view code) {
  constexpr std::array<std::string_view, 9> codes = {
      "InvalidClientTokenId",       "UnrecognizedClientException",
      "SignatureDoesNotMatch",      "AuthFailure",
      "InvalidAccessKeyId",         "IncompleteSignature",
      "MissingAuthenticationToken", "InvalidSignatureException",
      "RequestTimeTooSkewed"};
  return is_one_of(code, codes);
}

/// Source: "Troubleshoot AWS API request signing".
bool is_wrong_clock(const Refusal& refusal) {
  return refusal.code == "RequestTimeTooSkewed" ||
         refusal.message.find("Signature expired") != std::string::npos ||
         refusal.message.find("Signature not yet current") != std::string::npos;
}

bool is_forbidden(std::string_view code) {
  constexpr std::array<std::string_view, 6> codes = {
      "AccessDenied",          "AccessDeniedException", "UnauthorizedOperation",
      "UnauthorizedException", "OptInRequired",         "AuthorizationError"};
  return is_one_of(code, codes);
}

bool may_pass(const Refusal& refusal) {
  return refusal.status >= 500 || refusal.status == 429 || is_throttled(refusal.code);
}

/// The first element of that name, at any depth.
pugi::xml_node find_element(const pugi::xml_document& document, std::string_view name) {
  return document.find_node([&](pugi::xml_node node) { return node.name() == name; });
}

/// `com.amazonaws.thing#ResourceNotFoundException:http://...` without what stands around.
std::string short_code(std::string_view code) {
  code = code.substr(0, code.find(':'));
  std::size_t hash = code.find('#');
  return std::string(hash == std::string_view::npos ? code : code.substr(hash + 1));
}

Refusal read_json_refusal(const net::HttpResponse& response) {
  base::Json body = base::Json::parse(response.body, nullptr, false);
  Refusal refusal{response.status, {}, {}};
  if (!body.is_object()) return refusal;
  auto field = [&](const char* name) {
    auto found = body.find(name);
    return found != body.end() && found->is_string() ? found->get<std::string>() : std::string();
  };
  refusal.code = short_code(field("__type").empty() ? field("code") : field("__type"));
  refusal.message = field("message").empty() ? field("Message") : field("message");
  refusal.message = aws::printable_words(refusal.message);
  return refusal;
}

Refusal read_refusal(const net::HttpResponse& response) {
  if (response.body.starts_with('{')) return read_json_refusal(response);
  pugi::xml_document document;
  document.load_buffer(response.body.data(), response.body.size());
  pugi::xml_node error = find_element(document, "Error");
  return {response.status, aws::printable_words(error.child_value("Code")),
          aws::printable_words(error.child_value("Message"))};
}

/// Of services that are one for all regions, the region that signs.
std::string signing_region(std::string_view service, const std::string& region) {
  if (service != "iam") return region;
  if (region.starts_with("cn-")) return "cn-north-1";
  return region.starts_with("us-gov-") ? "us-gov-west-1" : "us-east-1";
}

std::string own_url(std::string_view service, const std::string& region) {
  std::string_view suffix = aws::dns_suffix(region);
  if (service != "iam") return fmt::format("https://{}.{}.{}/", service, region, suffix);
  if (region.starts_with("cn-")) return "https://iam.cn-north-1.amazonaws.com.cn/";
  if (region.starts_with("us-gov-")) return "https://iam.us-gov.amazonaws.com/";
  return fmt::format("https://iam.{}/", suffix);
}

}  // namespace

Answer::Answer(std::string_view xml) : document_(std::make_unique<pugi::xml_document>()) {
  if (document_->load_buffer(xml.data(), xml.size())) return;
  throw Error(ErrorKind::unavailable, "the answer is no XML, so not a service of Amazon's")
      .hint("check the endpoint, and proxies on the way");
}

pugi::xml_node Answer::result() const {
  pugi::xml_node root = document_->document_element();
  for (pugi::xml_node child : root.children()) {
    if (std::string_view(child.name()).ends_with("Result")) return child;
  }
  return root;
}

std::string text_of(pugi::xml_node node, const char* name) { return node.child(name).text().get(); }

std::string text_in(const base::Json& object, const char* key) {
  auto found = object.find(key);
  return found != object.end() && found->is_string() ? found->get<std::string>() : std::string();
}

std::uint64_t number_in(const base::Json& object, const char* key) {
  auto found = object.find(key);
  return found != object.end() && found->is_number() ? found->get<std::uint64_t>() : 0;
}

const base::Json& items_in(const base::Json& object, const char* key) {
  static const base::Json none = base::Json::array();
  auto found = object.find(key);
  return found != object.end() && found->is_array() ? *found : none;
}

Service::Service(const Session& session, About about)
    : session_(&session),
      about_(about),
      url_(session.endpoint(about.id.empty() ? about.name : about.id)),
      signing_region_(signing_region(about.name, session.region)) {
  if (url_.empty()) url_ = own_url(about.name, session.region);
  if (url_.find('/', url_.find("://") + 3) == std::string::npos) url_ += '/';
}

std::variant<Answer, Refusal> Service::ask(std::string_view action, aws::Form form) const {
  form.insert(form.begin(),
              {{"Action", std::string(action)}, {"Version", std::string(about_.version)}});
  net::HttpRequest request;
  request.method = "POST";
  request.url = url_;
  request.headers = {{"Content-Type", "application/x-www-form-urlencoded; charset=utf-8"}};
  request.body = aws::write_form(form);
  auto outcome = exchange(action, request);
  if (auto* refusal = std::get_if<Refusal>(&outcome)) return std::move(*refusal);
  return Answer(std::get<std::string>(outcome));
}

Answer Service::call(std::string_view action, aws::Form form) const {
  auto outcome = ask(action, std::move(form));
  if (auto* refusal = std::get_if<Refusal>(&outcome)) throw error_of(action, *refusal);
  return std::get<Answer>(std::move(outcome));
}

std::variant<base::Json, Refusal> Service::ask_json(std::string_view action,
                                                    const base::Json& body) const {
  net::HttpRequest request;
  request.method = "POST";
  request.url = url_;
  request.headers = {{"Content-Type", "application/x-amz-json-1.1"},
                     {"X-Amz-Target", fmt::format("{}.{}", about_.target, action)}};
  request.body = body.dump();
  auto outcome = exchange(action, request);
  if (auto* refusal = std::get_if<Refusal>(&outcome)) return std::move(*refusal);
  return base::parse_json(std::get<std::string>(outcome), url_);
}

base::Json Service::call_json(std::string_view action, const base::Json& body) const {
  auto outcome = ask_json(action, body);
  if (auto* refusal = std::get_if<Refusal>(&outcome)) throw error_of(action, *refusal);
  return std::get<base::Json>(std::move(outcome));
}

std::variant<std::string, Refusal> Service::exchange(std::string_view action,
                                                     const net::HttpRequest& request) const {
  std::chrono::milliseconds pause = first_pause;
  bool has_refreshed = false;
  for (int left = attempts;; session_->around.pause(pause), pause *= 2) {
    bool is_last = --left <= 0;
    net::HttpRequest signed_request = request;
    signed_request.total_timeout = std::chrono::seconds(60);
    auto credentials = session_->credentials->credentials();
    if (credentials) {
      aws::sign(signed_request, *credentials, {signing_region_, std::string(about_.name)},
                session_->around.now());
    }
    net::HttpResult result = session_->around.send(std::move(signed_request));
    if (auto* failure = std::get_if<net::HttpFailure>(&result)) {
      if (!is_last && failure->reason != net::HttpFailure::Reason::resolve) continue;
      throw Error(ErrorKind::unavailable,
                  fmt::format("{}:{}: {}", about_.name, action, failure->what));
    }
    auto& response = std::get<net::HttpResponse>(result);
    if (response.is_success()) return std::move(response.body);
    Refusal refusal = read_refusal(response);
    if (credentials && is_expired(refusal.code) && !has_refreshed) {
      has_refreshed = true;
      session_->credentials->refuse(*credentials);
      continue;
    }
    if (may_pass(refusal) && !is_last) continue;
    bool is_answer = !may_pass(refusal) && !is_expired(refusal.code) &&
                     !is_unknown_key(refusal.code) && !is_forbidden(refusal.code) &&
                     !refusal.code.empty();
    if (is_answer) return refusal;
    throw explain(action, refusal);
  }
}

Error Service::error_of(std::string_view action, const Refusal& refusal) const {
  std::string code = refusal.code.empty() ? fmt::format("status {}", refusal.status) : refusal.code;
  std::string what = fmt::format("{}:{}: {}", about_.name, action, code);
  if (!refusal.message.empty()) what += ": " + refusal.message;
  while (what.ends_with('.') || what.ends_with(' ')) what.pop_back();
  return Error(ErrorKind::bad_data, what);
}

Error Service::explain(std::string_view action, const Refusal& refusal) const {
  std::string what = error_of(action, refusal).message();
  if (may_pass(refusal)) {
    return Error(ErrorKind::unavailable, what)
        .hint("the service is busy or down; try again in a while");
  }
  if (refusal.code.empty()) {
    return Error(ErrorKind::unavailable, what)
        .hint("that is no answer of a service of Amazon's: check the endpoint, and proxies");
  }
  if (session_->credentials->is_anonymous()) {
    return Error(ErrorKind::denied, what)
        .hint(
            "no AWS credentials were found: set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or "
            "AWS_PROFILE");
  }
  Error problem(ErrorKind::denied, what);
  std::string origin = session_->credentials->origin();
  if (is_wrong_clock(refusal)) {
    problem.hint("set this machine's clock");
  } else if (is_expired(refusal.code)) {
    problem.hint(fmt::format(
        "the credentials of {} have expired, or this machine's clock is wrong: sign in again",
        origin));
  } else if (is_unknown_key(refusal.code)) {
    problem.hint(fmt::format("AWS does not take the credentials of {}", origin));
  } else if (is_forbidden(refusal.code)) {
    problem.hint(fmt::format("the credentials of {} lack the permission {}:{}", origin,
                             about_.permissions.empty() ? about_.name : about_.permissions,
                             action));
  }
  return problem;
}

}  // namespace sparkify::cloud
