#include "cloud/secrets.hpp"

#include <fmt/format.h>

#include "base/error.hpp"

namespace sparkify::cloud {
namespace {

base::Json filter(std::string_view key, const std::string& value) {
  return {{"Key", key}, {"Values", base::Json::array({value})}};
}

Secret read_secret(const base::Json& object) {
  Secret secret{text_in(object, "Name"), {}};
  for (const base::Json& tag : items_in(object, "Tags")) {
    secret.tags[text_in(tag, "Key")] = text_in(tag, "Value");
  }
  return secret;
}

}  // namespace

Secrets::Secrets(const Session& session)
    : service_(session, {.name = "secretsmanager",
                         .version = {},
                         .target = "secretsmanager",
                         .id = "secrets-manager",
                         .permissions = {}}) {}

std::vector<Secret> Secrets::list(const base::Json& filters) const {
  std::vector<Secret> found;
  for (std::string token;;) {
    base::Json body = {{"Filters", filters}};
    if (!token.empty()) body["NextToken"] = token;
    base::Json answer = service_.call_json("ListSecrets", body);
    for (const base::Json& each : items_in(answer, "SecretList")) {
      found.push_back(read_secret(each));
    }
    std::string next = text_in(answer, "NextToken");
    if (next.empty() || next == token) return found;
    token = std::move(next);
  }
}

std::vector<Secret> Secrets::with_name(const std::string& name) const {
  auto found = list(base::Json::array({filter("name", name)}));  // those that begin with it
  std::erase_if(found, [&](const Secret& secret) { return secret.name != name; });
  return found;
}

std::vector<Secret> Secrets::with_tag(const std::string& tag, const std::string& value) const {
  // Of values that begin with it, whatever their key.
  auto found = list(base::Json::array({filter("tag-value", value)}));
  std::erase_if(found, [&](const Secret& secret) {
    auto tagged = secret.tags.find(tag);
    return tagged == secret.tags.end() || tagged->second != value;
  });
  return found;
}

Login Secrets::login(const std::string& name) const {
  base::Json answer = service_.call_json("GetSecretValue", {{"SecretId", name}});
  base::Json content = base::Json::parse(text_in(answer, "SecretString"), nullptr, false);
  Login login;
  if (content.is_object()) login = {text_in(content, "username"), text_in(content, "password")};
  if (!login.password.empty()) return login;
  throw base::Error(base::ErrorKind::bad_data,
                    fmt::format("the secret {} holds no \"username\" and \"password\"", name));
}

void Secrets::remove(const std::string& name, bool is_for_good) const {
  base::Json body = {{"SecretId", name}};
  if (is_for_good) {
    body["ForceDeleteWithoutRecovery"] = true;
  } else {
    body["RecoveryWindowInDays"] = 7;
  }
  auto outcome = service_.ask_json("DeleteSecret", body);
  auto* refusal = std::get_if<Refusal>(&outcome);
  if (refusal == nullptr || refusal->code == "ResourceNotFoundException") return;
  throw service_.error_of("DeleteSecret", *refusal);
}

}  // namespace sparkify::cloud
