#include "aws/metadata.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>

#include "base/error.hpp"
#include "base/file.hpp"
#include "base/json.hpp"
#include "base/text.hpp"

namespace sparkify::aws {
namespace {

using base::Error;
using base::ErrorKind;

constexpr std::chrono::hours token_lifetime{6};
constexpr std::string_view roles_path = "/latest/meta-data/iam/security-credentials/";
constexpr int attempts_where_it_is = 3;

/// Both services answer with a few lines from beside the program.
net::HttpRequest small_request(std::string url, std::chrono::milliseconds timeout) {
  net::HttpRequest request;
  request.url = std::move(url);
  request.connect_timeout = request.stall_timeout = request.total_timeout = timeout;
  request.most_body_bytes = 64 << 10;
  request.is_direct = true;
  return request;
}

std::optional<double> positive_number(const std::string& text) {
  double number = 0;
  auto [end, failure] = std::from_chars(text.data(), text.data() + text.size(), number);
  bool is_good = failure == std::errc() && end == text.data() + text.size() && number > 0;
  return is_good ? std::optional(std::min(number, 3600.0)) : std::nullopt;
}

/// A number in a variable, or `otherwise`.
double number_in(const Surroundings& surroundings, const std::string& name, double otherwise) {
  std::string text = surroundings.variable(name);
  if (text.empty()) return otherwise;
  if (auto number = positive_number(text)) return *number;
  throw Error(ErrorKind::config,
              fmt::format("environment variable {}: \"{}\" is no number above 0", name, text));
}

/// `host` of `http://host:port/path`, lower case, without brackets.
std::string host_of(std::string_view url) {
  url.remove_prefix(std::min(url.find("://") + 3, url.size()));
  url = url.substr(0, url.find_first_of("/?#"));
  if (url.starts_with('[')) return base::to_lower(url.substr(1, url.find(']') - 1));
  return base::to_lower(url.substr(0, url.find(':')));
}

bool is_ip4_loopback(std::string_view host) {
  bool is_numeric = host.find_first_not_of("0123456789.") == std::string_view::npos;
  return is_numeric && host.starts_with("127.") && std::count(host.begin(), host.end(), '.') == 3;
}

bool may_be_asked(const std::string& url) {
  std::string scheme = base::to_lower(url.substr(0, url.find("://")));
  if (url.find('@') != std::string::npos) return false;
  if (scheme == "https") return true;
  constexpr std::array<std::string_view, 5> hosts = {"169.254.170.2", "169.254.170.23",
                                                     "fd00:ec2::23", "localhost", "::1"};
  std::string host = host_of(url);
  bool is_known = std::find(hosts.begin(), hosts.end(), host) != hosts.end();
  return scheme == "http" && (is_known || is_ip4_loopback(host));
}

/// What the Authorization header shall hold; empty for nothing.
std::string container_token(const Surroundings& surroundings) {
  std::string token = surroundings.variable("AWS_CONTAINER_AUTHORIZATION_TOKEN");
  std::string file = surroundings.variable("AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE");
  if (!file.empty()) token = base::trim(base::read_file(file));
  if (token.find_first_of("\r\n") == std::string::npos) return token;
  throw Error(ErrorKind::config, "the container's authorization token holds a line break");
}

}  // namespace

InstanceMetadata::Options instance_metadata_options(const Surroundings& surroundings) {
  InstanceMetadata::Options options;
  std::string mode = surroundings.variable("AWS_EC2_METADATA_SERVICE_ENDPOINT_MODE");
  if (base::to_lower(mode) == "ipv6") options.endpoint = "http://[fd00:ec2::254]";
  std::string endpoint = surroundings.variable("AWS_EC2_METADATA_SERVICE_ENDPOINT");
  if (!endpoint.empty()) options.endpoint = endpoint;
  while (options.endpoint.ends_with('/')) options.endpoint.pop_back();
  double seconds = number_in(surroundings, "AWS_METADATA_SERVICE_TIMEOUT", 1);
  options.timeout = std::chrono::milliseconds(static_cast<long>(std::max(seconds * 1000, 1.0)));
  options.attempts = static_cast<int>(
      std::clamp(number_in(surroundings, "AWS_METADATA_SERVICE_NUM_ATTEMPTS", 1), 1.0, 10.0));
  options.is_disabled =
      base::to_lower(surroundings.variable("AWS_EC2_METADATA_DISABLED")) == "true";
  return options;
}

InstanceMetadata::InstanceMetadata(Options options, Surroundings surroundings)
    : options_(std::move(options)), surroundings_(std::move(surroundings)) {}

bool InstanceMetadata::has_token() {
  if (options_.is_disabled || is_absent_) return false;
  if (!token_.empty() && surroundings_.now() < token_expires_at_) return true;
  bool is_known = !token_.empty();
  net::HttpRequest request =
      small_request(options_.endpoint + "/latest/api/token", options_.timeout);
  request.method = "PUT";
  request.headers = {{"x-aws-ec2-metadata-token-ttl-seconds",
                      std::to_string(std::chrono::seconds(token_lifetime).count())}};
  token_.clear();
  Instant now = surroundings_.now();
  try {
    net::HttpResponse response =
        ask(surroundings_, request, is_known ? attempts_where_it_is : options_.attempts);
    if (response.status == 200) token_ = base::trim(response.body);
  } catch (const Error&) {  // no such service
  }
  bool is_header = token_.find_first_of("\r\n") == std::string::npos;
  if (!is_header) token_.clear();
  token_expires_at_ = now + token_lifetime / 2;
  is_absent_ = token_.empty() && !is_known;
  return !token_.empty();
}

std::optional<std::string> InstanceMetadata::get(const std::string& path) {
  std::lock_guard lock(mutex_);
  if (!has_token()) return std::nullopt;
  net::HttpRequest request = small_request(options_.endpoint + path, options_.timeout);
  request.headers = {{"x-aws-ec2-metadata-token", token_}};
  try {
    net::HttpResponse response = ask(surroundings_, request, attempts_where_it_is);
    if (response.status == 401) token_.clear();
    if (response.status != 200) return std::nullopt;
    return std::move(response.body);
  } catch (const Error&) {
    return std::nullopt;
  }
}

std::optional<std::string> InstanceMetadata::role() {
  auto text = get(std::string(roles_path));
  if (!text) return std::nullopt;
  std::string_view name = base::trim(std::string_view(*text).substr(0, text->find('\n')));
  constexpr std::string_view marks = "+=,.@_-";
  bool is_name = !name.empty() && std::all_of(name.begin(), name.end(), [&](char c) {
    return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') ||
           marks.find(c) != std::string_view::npos;
  });
  return is_name ? std::optional(std::string(name)) : std::nullopt;
}

Credentials InstanceMetadata::credentials(const std::string& role) {
  auto text = get(std::string(roles_path) + role);
  if (!text) {
    throw Error(
        ErrorKind::unavailable,
        fmt::format("the instance's metadata service gives no credentials of role {}", role));
  }
  Credentials credentials = read_credentials(
      *text, "Token", fmt::format("the instance's metadata service, asked for role {},", role));
  // Where Amazon cannot renew them in time the old ones stay good beyond their time.
  Instant at_least = surroundings_.now() + std::chrono::minutes(10);
  if (credentials.expires_at) credentials.expires_at = std::max(*credentials.expires_at, at_least);
  return credentials;
}

std::optional<std::string> InstanceMetadata::region() {
  auto text = get("/latest/meta-data/placement/region");
  if (!text) return std::nullopt;
  std::string region(base::trim(*text));
  bool is_name =
      !region.empty() && region.size() < 64 &&
      region.find_first_not_of("abcdefghijklmnopqrstuvwxyz0123456789-") == std::string::npos;
  return is_name ? std::optional(region) : std::nullopt;
}

std::optional<std::string> container_url(const Surroundings& surroundings) {
  std::string relative = surroundings.variable("AWS_CONTAINER_CREDENTIALS_RELATIVE_URI");
  if (!relative.empty()) {
    if (relative.front() == '/') return "http://169.254.170.2" + relative;
    throw Error(ErrorKind::config,
                "environment variable AWS_CONTAINER_CREDENTIALS_RELATIVE_URI begins with no slash");
  }
  std::string full = surroundings.variable("AWS_CONTAINER_CREDENTIALS_FULL_URI");
  if (full.empty()) return std::nullopt;
  if (may_be_asked(full)) return full;
  throw Error(ErrorKind::config,
              fmt::format("environment variable AWS_CONTAINER_CREDENTIALS_FULL_URI names {}, which "
                          "may not be asked",
                          host_of(full)))
      .hint("it may be https, or http on this machine or at the addresses of ECS and EKS");
}

Credentials fetch_container_credentials(const std::string& url, const Surroundings& surroundings) {
  net::HttpRequest request = small_request(url, std::chrono::seconds(2));
  request.is_direct = !base::to_lower(url).starts_with("https:");
  request.headers = {{"Accept", "application/json"}};
  std::string token = container_token(surroundings);
  if (!token.empty()) request.headers.push_back({"Authorization", token});
  std::string giver = fmt::format("the container's credential service at {}", host_of(url));
  net::HttpResponse response;
  try {
    response = ask(surroundings, request, attempts_where_it_is);
  } catch (Error& error) {
    throw error.during("get credentials from the container's credential service");
  }
  if (response.status == 200) return read_credentials(response.body, "Token", giver);
  throw Error(response.status >= 500 ? ErrorKind::unavailable : ErrorKind::denied,
              fmt::format("{} answered with status {}", giver, response.status));
}

}  // namespace sparkify::aws
