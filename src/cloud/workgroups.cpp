#include "cloud/workgroups.hpp"

#include <fmt/format.h>

#include "base/error.hpp"

namespace sparkify::cloud {
Workgroups::Workgroups(const Session& session)
    : service_(session,
               {.name = "redshift-serverless", .version = {}, .target = "RedshiftServerless"}) {}

std::optional<base::Json> Workgroups::get(std::string_view action, const base::Json& body,
                                          const char* field) const {
  auto outcome = service_.ask_json(action, body);
  if (auto* refusal = std::get_if<Refusal>(&outcome)) {
    if (refusal->code == "ResourceNotFoundException") return std::nullopt;
    throw service_.error_of(action, *refusal);
  }
  const auto& answer = std::get<base::Json>(outcome);
  auto found = answer.is_object() ? answer.find(field) : answer.end();
  if (found == answer.end() || !found->is_object()) return std::nullopt;
  return *found;
}

std::optional<Workgroup> Workgroups::find(const std::string& name) const {
  auto found = get("GetWorkgroup", {{"workgroupName", name}}, "workgroup");
  if (!found) return std::nullopt;
  Workgroup group;
  group.name = text_in(*found, "workgroupName");
  group.status = text_in(*found, "status");
  group.capacity = number_in(*found, "baseCapacity");
  group.is_public = found->value("publiclyAccessible", false);
  auto endpoint = found->find("endpoint");
  if (endpoint != found->end() && endpoint->is_object()) {
    group.host = text_in(*endpoint, "address");
    std::uint64_t port = number_in(*endpoint, "port");
    if (port > 0) group.port = fmt::to_string(port);
  }
  return group;
}

std::optional<Namespace> Workgroups::find_namespace(const std::string& name) const {
  auto found = get("GetNamespace", {{"namespaceName", name}}, "namespace");
  if (!found) return std::nullopt;
  return Namespace{text_in(*found, "namespaceName"), text_in(*found, "status"),
                   text_in(*found, "dbName"), text_in(*found, "adminUsername"),
                   text_in(*found, "adminPasswordSecretArn")};
}

Login Workgroups::login(const std::string& name, const std::string& database) const {
  base::Json answer =
      service_.call_json("GetCredentials", {{"workgroupName", name}, {"dbName", database}});
  return {text_in(answer, "dbUser"), text_in(answer, "dbPassword")};
}

void Workgroups::remove(const std::string& name) const {
  service_.call_json("DeleteWorkgroup", {{"workgroupName", name}});
}

void Workgroups::remove_namespace(const std::string& name) const {
  service_.call_json("DeleteNamespace", {{"namespaceName", name}});
}

void Workgroups::take_snapshot(const std::string& name, const std::string& snapshot) const {
  service_.call_json("CreateSnapshot", {{"namespaceName", name}, {"snapshotName", snapshot}});
}

std::optional<std::string> Workgroups::snapshot_status(const std::string& snapshot) const {
  auto found = get("GetSnapshot", {{"snapshotName", snapshot}}, "snapshot");
  if (!found) return std::nullopt;
  return text_in(*found, "status");
}

std::vector<Snapshot> Workgroups::snapshots(const std::string& name) const {
  std::vector<Snapshot> found;
  for (std::string token;;) {
    // Of all namespaces: one that is gone may not be asked for, its snapshots stay.
    base::Json body = base::Json::object();
    if (!token.empty()) body["nextToken"] = token;
    base::Json answer = service_.call_json("ListSnapshots", body);
    for (const base::Json& each : items_in(answer, "snapshots")) {
      if (text_in(each, "namespaceName") != name) continue;
      found.push_back({text_in(each, "snapshotName"), text_in(each, "namespaceName"),
                       text_in(each, "status"),
                       static_cast<double>(number_in(each, "totalBackupSizeInMegaBytes"))});
    }
    std::string next = text_in(answer, "nextToken");
    if (next.empty() || next == token) return found;
    token = std::move(next);
  }
}

}  // namespace sparkify::cloud
