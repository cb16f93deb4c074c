#include "aws/identity.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <mutex>
#include <optional>
#include <utility>

#include "base/error.hpp"
#include "base/text.hpp"

namespace sparkify::aws {
namespace {

using base::Error;
using base::ErrorKind;
using config::Source;
using config::Value;

/// For whoever asks without a name.
class UnsignedProvider final : public CredentialProvider {
 public:
  explicit UnsignedProvider(std::string origin) : origin_(std::move(origin)) {}
  std::optional<Credentials> credentials() override { return std::nullopt; }
  void refuse(const Credentials&) override {}
  std::string origin() override { return origin_; }
  bool is_anonymous() override { return true; }

 private:
  std::string origin_;
};

/// Goes through the chain when it is asked first.
class ChainProvider final : public CredentialProvider {
 public:
  explicit ChainProvider(CredentialChain chain) : chain_(std::move(chain)) {}

  std::optional<Credentials> credentials() override { return found().credentials(); }
  void refuse(const Credentials& credentials) override { found().refuse(credentials); }
  std::string origin() override { return found().origin(); }
  bool is_anonymous() override { return found().is_anonymous(); }

 private:
  CredentialProvider& found() {
    std::lock_guard lock(mutex_);
    if (found_) return *found_;
    auto source = find_credentials(chain_);
    if (source) {
      found_ = std::make_unique<RefreshingProvider>(std::move(*source), chain_.surroundings.now);
    } else {
      found_ = std::make_unique<UnsignedProvider>("no source has any: requests go unsigned");
    }
    return *found_;
  }

  CredentialChain chain_;
  std::mutex mutex_;
  std::unique_ptr<CredentialProvider> found_;  ///< guarded by mutex_ until it is set
};

Found found(const Value& value) {
  bool is_said = value.source != Source::fallback && !value.text.empty();
  return is_said ? Found{value.text, value.origin} : Found{};
}

/// The keys of environment or dwh.cfg. Both halves come from one place, and a token counts only
/// if it comes from there too.
std::optional<CredentialSource> given_keys(const config::Settings& settings,
                                           const Surroundings& around) {
  const Value& key = settings.value("aws.key");
  const Value& secret = settings.value("aws.secret");
  const Value& token = settings.value("aws.token");
  if (key.text.empty() && secret.text.empty()) return std::nullopt;
  if (key.text.empty() || secret.text.empty() || key.source != secret.source) {
    bool is_half = key.text.empty() || secret.text.empty();
    const Value& first = key.text.empty() ? secret : key;
    std::string what =
        is_half ? fmt::format("{} gives one half of an AWS key, nothing the other", first.origin)
                : fmt::format("the halves of an AWS key come from {} and {}", key.origin,
                              secret.origin);
    Error error(ErrorKind::config, what);
    if (first.place) error.at(*first.place);
    throw error.hint("give access key id and secret access key in one place");
  }
  Credentials credentials{key.text, secret.text, "", {}};
  if (token.source == key.source) credentials.session_token = token.text;
  if (key.source == Source::environment) {
    credentials.expires_at = read_instant(around.variable("AWS_CREDENTIAL_EXPIRATION"));
  }
  return CredentialSource{key.origin, [credentials] { return credentials; }};
}

/// A password would be shown wherever the endpoint is named.
void refuse_user(const Found& endpoint) {
  if (!names_user(endpoint.text)) return;
  throw Error(ErrorKind::config,
              fmt::format("the endpoint of {} names a user before its host", endpoint.origin))
      .hint("write it as https://HOST; keys go where AWS's own tools look for them");
}

/// `AWS_ENDPOINT_URL_SECRETS_MANAGER` of `secrets-manager`.
std::string endpoint_variable(std::string_view service) {
  std::string name = "AWS_ENDPOINT_URL_";
  for (char c : service) {
    bool is_lower = c >= 'a' && c <= 'z';
    name += c == '-' || c == ' ' ? '_' : is_lower ? static_cast<char>(c - 'a' + 'A') : c;
  }
  return name;
}

}  // namespace

bool names_user(std::string_view url) {
  std::size_t scheme = url.find("://");
  if (scheme == std::string_view::npos) return false;
  std::size_t end = url.find_first_of("@/?#", scheme + 3);
  return end != std::string_view::npos && url[end] == '@';
}

Identity::Identity(const config::Settings& settings) : surroundings_(real_surroundings("")) {
  read_files();
  read_settings(settings);
  surroundings_.send = real_surroundings(ca_bundle_).send;
  make_provider(settings);
}

Identity::Identity(const config::Settings& settings, Surroundings surroundings)
    : surroundings_(std::move(surroundings)) {
  read_files();
  read_settings(settings);
  make_provider(settings);
}

void Identity::read_files() {
  auto path_in = [&](const std::string& variable, const std::string& otherwise) {
    std::string path = surroundings_.variable(variable);
    return surroundings_.expand_home(path.empty() ? otherwise : path);
  };
  files_ = ProfileFiles(path_in("AWS_CONFIG_FILE", "~/.aws/config"),
                        path_in("AWS_SHARED_CREDENTIALS_FILE", "~/.aws/credentials"));
}

void Identity::read_settings(const config::Settings& settings) {
  if (settings.is_set("aws.profile")) profile_ = settings.text("aws.profile");
  s3_region_ = found(settings.value("s3.region"));
  region_ = found(settings.value("aws.region"));
  s3_endpoint_ = found(settings.value("s3.endpoint"));
  refuse_user(s3_endpoint_);
  is_s3_endpoint_by_environment_ = settings.value("s3.endpoint").source == Source::environment;
  is_unsigned_ = settings.is_on("s3.unsigned");
  ca_bundle_ = settings.text("aws.ca_bundle");
  if (ca_bundle_.empty()) ca_bundle_ = surroundings_.expand_home(in_profile("ca_bundle").text);
}

void Identity::make_provider(const config::Settings& settings) {
  instance_ =
      std::make_shared<InstanceMetadata>(instance_metadata_options(surroundings_), surroundings_);
  const Value& named = settings.value("aws.profile");
  if (is_unsigned_) {
    provider_ = std::make_shared<UnsignedProvider>(settings.value("s3.unsigned").origin);
    return;
  }
  CredentialChain chain;
  chain.surroundings = surroundings_;
  chain.files = files_;
  chain.given = given_keys(settings, surroundings_);
  chain.profile = profile_;
  chain.is_profile_named = !named.text.empty();
  chain.is_profile_by_flag = chain.is_profile_named && named.source == Source::flag;
  chain.sts = sts();
  chain.instance = instance_;
  provider_ = std::make_shared<ChainProvider>(std::move(chain));
}

Found Identity::in_profile(std::string_view key) const {
  const ProfileValue* value = profile() == nullptr ? nullptr : profile()->find(key);
  if (value == nullptr) return {};
  return {value->text, fmt::format("profile \"{}\" of {}:{}", profile_, value->file, value->line)};
}

Found Identity::region(std::string_view service, Asking asking) const {
  bool is_s3 = service == "s3";
  if (is_s3 && !s3_region_.text.empty()) return s3_region_;
  if (!region_.text.empty()) return region_;
  if (Found region = in_profile("region"); !region.text.empty()) return region;
  bool is_elsewhere = (is_s3 && is_unsigned_) || !endpoint(service).text.empty();
  if (asking == Asking::allowed && !is_elsewhere) {
    if (auto region = instance_->region()) return {*region, "instance"};
  }
  return {is_s3 ? "us-east-1" : "us-west-2", "default"};
}

bool Identity::ignores_endpoints() const {
  std::string word = surroundings_.variable("AWS_IGNORE_CONFIGURED_ENDPOINT_URLS");
  if (word.empty()) word = in_profile("ignore_configured_endpoint_urls").text;
  return base::to_lower(word) == "true";
}

Found Identity::endpoint_of_services(std::string_view service) const {
  const ProfileValue* named = profile() == nullptr ? nullptr : profile()->find("services");
  if (named == nullptr) return {};
  const Profile* services = files_.find_services(named->text);
  if (services == nullptr) {
    throw Error(ErrorKind::config, fmt::format("there is no section [services {}]", named->text))
        .at(named->place());
  }
  std::string key(service);
  std::replace(key.begin(), key.end(), '-', '_');
  std::string url = services->inner_text(key, "endpoint_url");
  if (url.empty()) return {};
  const ProfileValue* value = services->find(key);
  return {url, fmt::format("services \"{}\" of {}:{}", named->text, value->file, value->line)};
}

Found Identity::endpoint(std::string_view service) const {
  Found url = chosen_endpoint(service);
  refuse_user(url);
  return url;
}

Found Identity::chosen_endpoint(std::string_view service) const {
  bool ignores = ignores_endpoints();
  if (service == "s3" && !(ignores && is_s3_endpoint_by_environment_)) {
    if (!s3_endpoint_.text.empty()) return s3_endpoint_;
  }
  if (ignores) return {};
  for (const std::string& name : {endpoint_variable(service), std::string("AWS_ENDPOINT_URL")}) {
    std::string url = surroundings_.variable(name);
    if (!url.empty()) return {url, name};
  }
  if (Found url = endpoint_of_services(service); !url.text.empty()) return url;
  return in_profile("endpoint_url");
}

std::string Identity::s3_addressing_style() const {
  return profile() == nullptr ? "" : profile()->inner_text("s3", "addressing_style");
}

StsPlace Identity::sts() const {
  std::string region = region_.text;
  if (region.empty()) region = in_profile("region").text;
  if (region.empty()) region = s3_region_.text;
  StsPlace place = sts_of(region);
  Found url = endpoint("sts");
  if (!url.text.empty()) place.url = url.text;
  return place;
}

}  // namespace sparkify::aws
