#include "s3/refusal.hpp"

#include <fmt/chrono.h>
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <ctime>
#include <initializer_list>
#include <optional>

#include "s3/address.hpp"

namespace sparkify::s3 {
namespace {

using base::Error;
using base::ErrorKind;

bool is_one_of(std::string_view code, std::initializer_list<std::string_view> codes) {
  return std::find(codes.begin(), codes.end(), code) != codes.end();
}

std::string_view partition_of(std::string_view region) {
  if (region.starts_with("cn-")) return "aws-cn";
  if (region.starts_with("us-gov-")) return "aws-us-gov";
  if (region.starts_with("us-isob-")) return "aws-iso-b";
  if (region.starts_with("us-iso-")) return "aws-iso";
  if (region.starts_with("eusc-")) return "aws-eusc";
  return "aws";
}

/// `s3:ListBucket on arn:aws:s3:::music`: what a policy must name.
std::string permission(const Subject& subject, const Asker& asker) {
  std::string arn = fmt::format("arn:{}:s3:::{}", partition_of(asker.region), subject.bucket);
  if (subject.action != "s3:ListBucket") arn += "/" + subject.key;
  return fmt::format("{} on {}", subject.action, arn);
}

/// The server's message without the full stop that ends it.
std::string_view words_of(const ErrorBody& body) {
  std::string_view words = body.message;
  words.remove_suffix(words.size() - (words.find_last_not_of(" .\n") + 1));
  return words;
}

/// What S3 says beyond the usual words.
std::string own_words(const ErrorBody& body) {
  std::string_view words = words_of(body);
  bool says_more = !words.empty() && !words.starts_with("Access Denied");
  return says_more ? fmt::format(" ({})", words) : std::string();
}

Error access_denied(const Subject& subject, const ErrorBody& body, const Asker& asker) {
  std::string needed = permission(subject, asker);
  std::string beginning = subject.action == "s3:ListBucket" && !subject.key.empty()
                              ? fmt::format(", prefix \"{}\"", subject.key)
                              : std::string();
  if (asker.credentials_origin.empty()) {
    return Error(ErrorKind::denied,
                 fmt::format("access denied: {}{}, asked without credentials", needed, beginning))
        .hint(
            "set AWS_PROFILE, or AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY; `sparkify config "
            "show --origin` tells where credentials are looked for");
  }
  std::string absent = subject.action == "s3:GetObject"
                           ? "; without s3:ListBucket a missing object looks the same"
                           : "";
  return Error(ErrorKind::denied,
               fmt::format("access denied: {}{}{}", needed, beginning, own_words(body)))
      .hint(fmt::format("the credentials of {} lack this permission{}", asker.credentials_origin,
                        absent));
}

/// `2026-11-21T10:00:00Z`, with or without a fraction, or as in the header Date.
std::optional<std::time_t> parse_instant(const std::string& text) {
  std::tm date{};
  bool is_good = ::strptime(text.c_str(), "%Y-%m-%dT%H:%M:%S", &date) != nullptr ||
                 ::strptime(text.c_str(), "%a, %d %b %Y %H:%M:%S GMT", &date) != nullptr;
  return is_good ? std::optional(::timegm(&date)) : std::nullopt;
}

Error skewed_clock(const net::HttpResponse& response, const ErrorBody& body) {
  std::string server = body.server_time;
  if (server.empty()) server = net::find_header(response.headers, "date").value_or("unknown");
  std::time_t here = std::time(nullptr);
  std::string how = "wrong";
  if (auto there = parse_instant(server)) {
    double minutes = std::difftime(here, *there) / 60;
    how = fmt::format("{:.0f} minutes {}", std::abs(minutes), minutes > 0 ? "ahead" : "behind");
  }
  return Error(ErrorKind::denied,
               fmt::format("the clock here is {}: {:%Y-%m-%dT%H:%M:%SZ} here, {} at the server",
                           how, fmt::gmtime(here), server))
      .hint("set this machine's clock, for instance by NTP");
}

/// What is wrong with the credentials themselves, if that is it.
std::optional<Error> bad_credentials(std::string_view code, const Asker& asker) {
  const std::string& origin = asker.credentials_origin;
  if (is_expired(code)) {
    return Error(ErrorKind::denied,
                 fmt::format("the credentials of {} have expired ({})", origin, code))
        .hint("get new ones, for instance with `aws sso login` or a new AWS_SESSION_TOKEN");
  }
  if (code == "InvalidAccessKeyId") {
    return Error(ErrorKind::denied, fmt::format("{} does not know the access key {} of {} ({})",
                                                asker.endpoint, asker.access_key_id, origin, code))
        .hint("check the access key; a temporary one also needs its AWS_SESSION_TOKEN");
  }
  if (code == "InvalidToken") {
    return Error(ErrorKind::denied,
                 fmt::format("the session token of {} is not valid ({})", origin, code))
        .hint("key, secret and token must come from one set of credentials");
  }
  if (code == "SignatureDoesNotMatch") {
    return Error(ErrorKind::denied,
                 fmt::format("the secret key of {} is not that of access key {} ({})", origin,
                             asker.access_key_id, code))
        .hint("check the secret access key for missing or doubled characters");
  }
  return std::nullopt;
}

std::optional<Error> absent(const Subject& subject, int status, std::string_view code,
                            const Asker& asker) {
  if (code == "NoSuchBucket") {
    return Error(ErrorKind::not_found,
                 fmt::format("{} has no bucket \"{}\"", asker.endpoint, subject.bucket))
        .hint("check the bucket's name and the endpoint");
  }
  if (code == "NoSuchUpload") {
    return Error(ErrorKind::unavailable, "the upload was ended by someone else");
  }
  if (status != 404) return std::nullopt;
  return Error(ErrorKind::not_found, "there is no such object")
      .hint(fmt::format("list what is there: `aws s3 ls s3://{}/`", subject.bucket));
}

Error elsewhere(const Subject& subject, const ErrorBody& body) {
  std::string where = body.endpoint.empty() ? "another region" : body.endpoint;
  return Error(ErrorKind::unavailable,
               fmt::format("bucket \"{}\" lies in {}, not where it was asked for", subject.bucket,
                           where))
      .hint("set its region: AWS_REGION");
}

Error other(int status, const ErrorBody& body, const Asker& asker) {
  ErrorKind kind = status >= 500 || may_pass(status, body.code) ? ErrorKind::unavailable
                   : status == 403                              ? ErrorKind::denied
                                                                : ErrorKind::bad_data;
  std::string words = body.code.empty() ? "" : " " + body.code;
  if (auto message = words_of(body); !message.empty()) words += fmt::format(": {}", message);
  return Error(kind, fmt::format("{} answered {}{}", asker.endpoint, status, words));
}

Error find_words(const Subject& subject, const net::HttpResponse& response, const ErrorBody& body,
                 const Asker& asker) {
  int status = response.status;
  if (body.code == "RequestTimeTooSkewed") return skewed_clock(response, body);
  if (auto error = bad_credentials(body.code, asker)) return *error;
  if (auto error = absent(subject, status, body.code, asker)) return *error;
  if (status == 412 || status == 416) return changed(subject);
  if (status >= 300 && status < 400) return elsewhere(subject, body);
  if (body.code == "InvalidObjectState") {
    return Error(ErrorKind::unavailable,
                 fmt::format("the object is archived ({})",
                             body.storage_class.empty() ? "GLACIER" : body.storage_class))
        .hint("restore it first: `aws s3api restore-object`");
  }
  bool is_denied = is_one_of(body.code, {"AccessDenied", "AllAccessDisabled", "AccountProblem"}) ||
                   status == 401 || (status == 403 && body.code.empty());
  if (is_denied) return access_denied(subject, body, asker);
  return other(status, body, asker);
}

}  // namespace

Error explain(const Subject& subject, const net::HttpResponse& response, const ErrorBody& body,
              const Asker& asker) {
  Error error = find_words(subject, response, body, asker);
  std::string id(net::find_header(response.headers, "x-amz-request-id").value_or(body.request_id));
  std::string during(subject.action);
  if (!id.empty()) during += fmt::format(" (request {})", id);
  return error.at({subject.path, 0, 0, {}}).during(during);
}

Error changed(const Subject& subject) {
  return Error(ErrorKind::unavailable, "object changed while it was being read")
      .at({subject.path, 0, 0, {}})
      .hint("load again when nothing writes to it; this load left nothing behind");
}

bool may_pass(int status, std::string_view code) {
  constexpr std::array statuses{408, 429, 500, 502, 503, 504};
  return std::find(statuses.begin(), statuses.end(), status) != statuses.end() ||
         is_one_of(code, {"RequestTimeout", "SlowDown", "InternalError", "ServiceUnavailable",
                          "Throttling", "ThrottlingException", "RequestThrottled",
                          "TooManyRequestsException", "OperationAborted", "IncompleteBody",
                          "BadDigest", "XAmzContentSHA256Mismatch"});
}

bool is_expired(std::string_view code) {
  return is_one_of(code, {"ExpiredToken", "ExpiredTokenException", "TokenRefreshRequired"});
}

std::string region_named(const net::HttpResponse& response, const ErrorBody& body) {
  if (auto region = net::find_header(response.headers, "x-amz-bucket-region")) {
    return std::string(*region);
  }
  if (!body.region.empty()) return body.region;
  if (response.status < 300 || response.status >= 400) return {};
  if (!body.endpoint.empty()) return region_of_host(body.endpoint);
  return region_of_host(net::find_header(response.headers, "location").value_or(""));
}

}  // namespace sparkify::s3
