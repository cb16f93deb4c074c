#include "cloud/identities.hpp"

#include "base/error.hpp"

namespace sparkify::cloud {

Caller caller(const Session& session) {
  Service sts(session, {.name = "sts", .version = "2011-06-15", .target = {}});
  Answer answer = sts.call("GetCallerIdentity");
  return {text_of(answer.result(), "Account"), text_of(answer.result(), "Arn")};
}

Roles::Roles(const Session& session)
    : service_(session, {.name = "iam", .version = "2010-05-08", .target = {}}) {}

std::optional<Role> Roles::find(const std::string& name) const {
  auto outcome = service_.ask("GetRole", {{"RoleName", name}});
  if (auto* refusal = std::get_if<Refusal>(&outcome)) {
    if (refusal->code.starts_with("NoSuchEntity")) return std::nullopt;
    throw service_.error_of("GetRole", *refusal);
  }
  pugi::xml_node node = std::get<Answer>(outcome).result().child("Role");
  Role role{text_of(node, "Arn"), {}};
  for (pugi::xml_node tag : node.child("Tags").children("member")) {
    role.tags[text_of(tag, "Key")] = text_of(tag, "Value");
  }
  return role;
}

void Roles::remove(const std::string& name) const {
  Answer inner = service_.call("ListRolePolicies", {{"RoleName", name}});
  for (pugi::xml_node node : inner.result().child("PolicyNames").children("member")) {
    service_.call("DeleteRolePolicy", {{"RoleName", name}, {"PolicyName", node.text().get()}});
  }
  Answer attached = service_.call("ListAttachedRolePolicies", {{"RoleName", name}});
  for (pugi::xml_node node : attached.result().child("AttachedPolicies").children("member")) {
    service_.call("DetachRolePolicy",
                  {{"RoleName", name}, {"PolicyArn", text_of(node, "PolicyArn")}});
  }
  service_.call("DeleteRole", {{"RoleName", name}});
}

}  // namespace sparkify::cloud
