#include "aws/credential_chain.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <utility>
#include <vector>

#include "aws/credential_process.hpp"
#include "base/error.hpp"
#include "base/file.hpp"
#include "base/text.hpp"

namespace sparkify::aws {
namespace {

using base::Error;
using base::ErrorKind;
using SourceOrNone = std::optional<CredentialSource>;

constexpr std::string_view key_id = "aws_access_key_id";
constexpr std::string_view secret_key = "aws_secret_access_key";

std::string origin_of(const Profile& profile, const ProfileValue& value) {
  return fmt::format("profile \"{}\" of {}:{}", profile.name, value.file, value.line);
}

/// How somebody else signs in for us.
std::string export_hint(const std::string& profile) {
  return fmt::format(
      "with version 2 of the AWS CLI: eval \"$(aws configure export-credentials --profile {0} "
      "--format env)\", or name a profile that has credential_process = aws configure "
      "export-credentials --profile {0} --format process",
      profile);
}

Credentials keys_of(const Profile& profile) {
  Credentials credentials{
      profile.text(key_id), profile.text(secret_key), profile.text("aws_session_token"), {}};
  if (credentials.session_token.empty()) {
    credentials.session_token = profile.text("aws_security_token");
  }
  return credentials;
}

/// Takes a profile apart into the sources it names.
class ProfileSources {
 public:
  explicit ProfileSources(const CredentialChain& chain) : chain_(chain) {}

  /// The role it assumes, if it names one.
  SourceOrNone role(const Profile& profile) {
    const ProfileValue* arn = profile.find("role_arn");
    if (arn == nullptr || profile.has("web_identity_token_file")) return std::nullopt;
    refuse_mfa(profile);
    visited_.push_back(profile.name);
    SourceOrNone by = source_of_role(profile, *arn);
    auto provider = std::make_shared<RefreshingProvider>(std::move(*by), chain_.surroundings.now);
    Role role = role_of(profile);
    auto fetch = [role, provider, place = chain_.sts, around = chain_.surroundings] {
      Credentials credentials = provider->credentials().value();
      try {
        return assume_role(role, credentials, place, around);
      } catch (const Error& error) {
        if (error.kind() == ErrorKind::denied) provider->refuse(credentials);
        throw;
      }
    };
    return CredentialSource{fmt::format("role {} by {}", role.arn, origin_of(profile, *arn)),
                            fetch};
  }

  /// What it has beside a role: web identity, keys, a command.
  SourceOrNone other(const Profile& profile) {
    if (SourceOrNone source = web_identity(profile)) return source;
    refuse_single_sign_on(profile);
    const ProfileValue* key = profile.find(key_id);
    bool is_in_credentials = key != nullptr && key->file == chain_.files.credentials_path();
    if (is_in_credentials) return keys(profile, *key);
    if (SourceOrNone source = process(profile)) return source;
    return key != nullptr ? SourceOrNone(keys(profile, *key)) : std::nullopt;
  }

 private:
  SourceOrNone source_of_role(const Profile& profile, const ProfileValue& arn) {
    const ProfileValue* by = profile.find("source_profile");
    const ProfileValue* named = profile.find("credential_source");
    if ((by == nullptr) == (named == nullptr)) {
      throw Error(ErrorKind::config,
                  fmt::format("profile \"{}\" assumes a role and names {} source_profile {} "
                              "credential_source",
                              profile.name, by ? "both" : "neither", by ? "and" : "nor"))
          .at(arn.place())
          .hint("name one of them: who assumes the role");
    }
    return by != nullptr ? source_profile(profile, *by) : credential_source(profile, *named);
  }

  SourceOrNone source_profile(const Profile& profile, const ProfileValue& by) {
    const Profile* source = chain_.files.find(by.text);
    if (source == nullptr) {
      throw Error(ErrorKind::config, fmt::format("there is no profile \"{}\", which is the "
                                                 "source_profile of \"{}\"",
                                                 by.text, profile.name))
          .at(by.place())
          .hint(base::did_you_mean(by.text, chain_.files.names()));
    }
    // Keys stand above a role here; a profile may name itself to have both.
    bool has_keys = source->has(key_id) || source->has(secret_key);
    bool is_visited = std::find(visited_.begin(), visited_.end(), by.text) != visited_.end();
    if (is_visited && !(has_keys && by.text == profile.name)) {
      throw Error(ErrorKind::config, fmt::format("profiles assume roles in a circle: {} -> {}",
                                                 fmt::join(visited_, " -> "), by.text))
          .at(by.place());
    }
    SourceOrNone found =
        has_keys || !source->has("role_arn") || source->has("web_identity_token_file")
            ? other(*source)
            : role(*source);
    if (found) return found;
    throw Error(ErrorKind::config,
                fmt::format("profile \"{}\" has no credentials to assume a role with", by.text))
        .at(by.place());
  }

  SourceOrNone credential_source(const Profile& profile, const ProfileValue& named) {
    const Surroundings& around = chain_.surroundings;
    if (named.text == "Environment") {
      Credentials keys{around.variable("AWS_ACCESS_KEY_ID"),
                       around.variable("AWS_SECRET_ACCESS_KEY"),
                       around.variable("AWS_SESSION_TOKEN"),
                       {}};
      if (!keys.access_key_id.empty() && !keys.secret_access_key.empty()) {
        return CredentialSource{"AWS_ACCESS_KEY_ID", [keys] { return keys; }};
      }
    } else if (named.text == "EcsContainer") {
      if (SourceOrNone source = container(around)) return source;
    } else if (named.text == "Ec2InstanceMetadata") {
      if (SourceOrNone source = instance(chain_)) return source;
    } else {
      throw Error(ErrorKind::config,
                  fmt::format("there is no credential_source \"{}\"", named.text))
          .at(named.place())
          .hint("Environment, EcsContainer or Ec2InstanceMetadata");
    }
    throw Error(ErrorKind::denied,
                fmt::format("{} gives no credentials for the role of profile \"{}\"", named.text,
                            profile.name))
        .at(named.place());
  }

  SourceOrNone web_identity(const Profile& profile) {
    const ProfileValue* file = profile.find("web_identity_token_file");
    if (file == nullptr) return std::nullopt;
    Role role = role_of(profile);
    if (role.arn.empty()) {
      throw Error(ErrorKind::config,
                  fmt::format("profile \"{}\" names a web_identity_token_file but no role_arn",
                              profile.name))
          .at(file->place());
    }
    return web_identity_source(chain_, role, file->text, origin_of(profile, *file));
  }

  SourceOrNone process(const Profile& profile) {
    const ProfileValue* command = profile.find("credential_process");
    if (command == nullptr) return std::nullopt;
    std::string origin = "credential_process of " + origin_of(profile, *command);
    auto fetch = [text = command->text, place = command->place()] {
      try {
        return run_credential_process(text);
      } catch (Error& error) {
        throw error.at(place).during("run credential_process");
      }
    };
    return CredentialSource{origin, fetch};
  }

  /// Keys are read again each time: other tools write new ones into the file.
  CredentialSource keys(const Profile& profile, const ProfileValue& key) {
    if (!profile.has(secret_key)) {
      throw Error(ErrorKind::config,
                  fmt::format("profile \"{}\" has {} but no {}", profile.name, key_id, secret_key))
          .at(key.place());
    }
    std::string config = chain_.files.config_path(), credentials = chain_.files.credentials_path();
    auto fetch = [name = profile.name, config, credentials, first = keys_of(profile)] {
      ProfileFiles files(config, credentials);
      const Profile* again = files.find(name);
      bool is_whole = again != nullptr && again->has(key_id) && again->has(secret_key);
      return is_whole ? keys_of(*again) : first;
    };
    return {origin_of(profile, key), fetch};
  }

  static Role role_of(const Profile& profile) {
    Role role{profile.text("role_arn"), profile.text("role_session_name"),
              profile.text("external_id"), profile.text("duration_seconds")};
    bool is_number = role.duration_seconds.find_first_not_of("0123456789") == std::string::npos;
    if (is_number) return role;
    throw Error(ErrorKind::config, fmt::format("duration_seconds: \"{}\" is not a whole number",
                                               role.duration_seconds))
        .at(profile.find("duration_seconds")->place());
  }

  static void refuse_mfa(const Profile& profile) {
    const ProfileValue* device = profile.find("mfa_serial");
    if (device == nullptr) return;
    throw Error(ErrorKind::denied,
                fmt::format("profile \"{}\" asks for the code of an MFA device, which is not "
                            "supported",
                            profile.name))
        .at(device->place())
        .hint(export_hint(profile.name));
  }

  static void refuse_single_sign_on(const Profile& profile) {
    for (std::string_view key :
         {"sso_session", "sso_start_url", "sso_account_id", "login_session"}) {
      const ProfileValue* value = profile.find(key);
      if (value == nullptr) continue;
      throw Error(ErrorKind::denied,
                  fmt::format("profile \"{}\" signs in through {}, which is not supported",
                              profile.name, key == "login_session" ? "\"aws login\"" : "SSO"))
          .at(value->place())
          .hint(export_hint(profile.name));
    }
  }

 public:
  static SourceOrNone container(const Surroundings& around) {
    auto url = container_url(around);
    if (!url) return std::nullopt;
    bool is_relative = !around.variable("AWS_CONTAINER_CREDENTIALS_RELATIVE_URI").empty();
    std::string origin = is_relative ? "container, AWS_CONTAINER_CREDENTIALS_RELATIVE_URI"
                                     : "container, AWS_CONTAINER_CREDENTIALS_FULL_URI";
    return CredentialSource{
        origin, [url = *url, around] { return fetch_container_credentials(url, around); }};
  }

  static SourceOrNone instance(const CredentialChain& chain) {
    auto role = chain.instance->role();
    if (!role) return std::nullopt;
    return CredentialSource{
        fmt::format("instance, role {}", *role),
        [instance = chain.instance, role = *role] { return instance->credentials(role); }};
  }

  static SourceOrNone web_identity_source(const CredentialChain& chain, const Role& role,
                                          const std::string& file, const std::string& named_by) {
    std::string path = chain.surroundings.expand_home(file);
    auto fetch = [role, path, place = chain.sts, around = chain.surroundings] {
      std::string token(base::trim(base::read_file(path)));
      return assume_role_with_web_identity(role, token, place, around);
    };
    return CredentialSource{fmt::format("role {} by web identity, {}", role.arn, named_by), fetch};
  }

 private:
  const CredentialChain& chain_;
  std::vector<std::string> visited_;
};

/// As pods of EKS have it.
SourceOrNone web_identity_of_environment(const CredentialChain& chain, const Profile* profile) {
  const Surroundings& around = chain.surroundings;
  std::string file = around.variable("AWS_WEB_IDENTITY_TOKEN_FILE");
  if (file.empty() || chain.is_profile_by_flag) return std::nullopt;
  Role role;
  role.arn = around.variable("AWS_ROLE_ARN");
  if (role.arn.empty() && profile != nullptr) role.arn = profile->text("role_arn");
  role.session_name = around.variable("AWS_ROLE_SESSION_NAME");
  if (!role.arn.empty()) {
    return ProfileSources::web_identity_source(chain, role, file, "AWS_WEB_IDENTITY_TOKEN_FILE");
  }
  throw Error(ErrorKind::config, "AWS_WEB_IDENTITY_TOKEN_FILE is set but AWS_ROLE_ARN is not");
}

const Profile* find_profile(const CredentialChain& chain) {
  const ProfileFiles& files = chain.files;
  const Profile* profile = files.find(chain.profile);
  if (profile != nullptr || !chain.is_profile_named) return profile;
  std::string hint = base::did_you_mean(chain.profile, files.names());
  if (hint.empty() && !files.names().empty()) {
    hint = fmt::format("profiles: {}", fmt::join(files.names(), ", "));
  }
  throw Error(ErrorKind::config,
              fmt::format("there is no profile \"{}\" in {} or {}", chain.profile,
                          files.config_path(), files.credentials_path()))
      .hint(hint);
}

}  // namespace

std::optional<CredentialSource> find_credentials(const CredentialChain& chain) {
  if (chain.given && !chain.is_profile_by_flag) return chain.given;
  const Profile* profile = find_profile(chain);
  ProfileSources sources(chain);
  if (profile != nullptr) {
    if (SourceOrNone source = sources.role(*profile)) return source;
  }
  if (SourceOrNone source = web_identity_of_environment(chain, profile)) return source;
  if (profile != nullptr) {
    if (SourceOrNone source = sources.other(*profile)) return source;
  }
  if (SourceOrNone source = ProfileSources::container(chain.surroundings)) return source;
  return ProfileSources::instance(chain);
}

}  // namespace sparkify::aws
