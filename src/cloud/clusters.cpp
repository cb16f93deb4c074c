#include "cloud/clusters.hpp"

#include "base/error.hpp"

namespace sparkify::cloud {
namespace {

Texts read_tags(pugi::xml_node node) {
  Texts tags;
  for (pugi::xml_node tag : node.child("Tags").children("Tag")) {
    tags[text_of(tag, "Key")] = text_of(tag, "Value");
  }
  return tags;
}

bool is_true(pugi::xml_node node, const char* name) {
  std::string text = text_of(node, name);
  return text == "true" || text == "True";
}

Cluster read_cluster(pugi::xml_node node) {
  Cluster cluster;
  cluster.identifier = text_of(node, "ClusterIdentifier");
  cluster.status = text_of(node, "ClusterStatus");
  cluster.node_type = text_of(node, "NodeType");
  cluster.database = text_of(node, "DBName");
  cluster.admin = text_of(node, "MasterUsername");
  cluster.created_at = text_of(node, "ClusterCreateTime");
  cluster.node_count = node.child("NumberOfNodes").text().as_ullong();
  cluster.host = text_of(node.child("Endpoint"), "Address");
  cluster.port = text_of(node.child("Endpoint"), "Port");
  cluster.is_public = is_true(node, "PubliclyAccessible");
  cluster.is_encrypted = is_true(node, "Encrypted");
  cluster.secret_arn = text_of(node, "MasterPasswordSecretArn");
  cluster.tags = read_tags(node);
  return cluster;
}

Snapshot read_snapshot(pugi::xml_node node) {
  return {text_of(node, "SnapshotIdentifier"), text_of(node, "ClusterIdentifier"),
          text_of(node, "Status"), node.child("TotalBackupSizeInMegaBytes").text().as_double()};
}

}  // namespace

Clusters::Clusters(const Session& session)
    : service_(session, {.name = "redshift", .version = "2012-12-01", .target = {}}) {}

std::vector<Answer> Clusters::pages(std::string_view action, aws::Form form) const {
  std::vector<Answer> answers;
  for (std::string marker;;) {
    aws::Form asked = form;
    if (!marker.empty()) asked.emplace_back("Marker", marker);
    answers.push_back(service_.call(action, std::move(asked)));
    std::string next = text_of(answers.back().result(), "Marker");
    if (next.empty() || next == marker) return answers;
    marker = next;
  }
}

std::optional<Cluster> Clusters::find(const std::string& identifier) const {
  auto outcome = service_.ask("DescribeClusters", {{"ClusterIdentifier", identifier}});
  if (auto* refusal = std::get_if<Refusal>(&outcome)) {
    if (refusal->code.starts_with("ClusterNotFound")) return std::nullopt;
    throw service_.error_of("DescribeClusters", *refusal);
  }
  pugi::xml_node node = std::get<Answer>(outcome).result().child("Clusters").first_child();
  if (!node) return std::nullopt;
  return read_cluster(node);
}

std::vector<Cluster> Clusters::all() const {
  std::vector<Cluster> clusters;
  for (const Answer& answer : pages("DescribeClusters")) {
    for (pugi::xml_node node : answer.result().child("Clusters").children()) {
      clusters.push_back(read_cluster(node));
    }
  }
  return clusters;
}

Login Clusters::login(const std::string& identifier, const std::string& user,
                      const std::string& database) const {
  aws::Form form{{"ClusterIdentifier", identifier}, {"DbName", database}};
  if (!user.empty()) form.emplace_back("DbUser", user);
  Answer answer = service_.call(
      user.empty() ? "GetClusterCredentialsWithIAM" : "GetClusterCredentials", std::move(form));
  return {text_of(answer.result(), "DbUser"), text_of(answer.result(), "DbPassword")};
}

void Clusters::pause(const std::string& identifier) const {
  service_.call("PauseCluster", {{"ClusterIdentifier", identifier}});
}

void Clusters::resume(const std::string& identifier) const {
  service_.call("ResumeCluster", {{"ClusterIdentifier", identifier}});
}

void Clusters::remove(const std::string& identifier) const {
  service_.call("DeleteCluster",
                {{"ClusterIdentifier", identifier}, {"SkipFinalClusterSnapshot", "true"}});
}

void Clusters::take_snapshot(const std::string& cluster, const std::string& snapshot) const {
  service_.call("CreateClusterSnapshot",
                {{"ClusterIdentifier", cluster}, {"SnapshotIdentifier", snapshot}});
}

std::optional<Snapshot> Clusters::find_snapshot(const std::string& snapshot) const {
  auto outcome = service_.ask("DescribeClusterSnapshots", {{"SnapshotIdentifier", snapshot}});
  if (auto* refusal = std::get_if<Refusal>(&outcome)) {
    if (refusal->code.starts_with("ClusterSnapshotNotFound")) return std::nullopt;
    throw service_.error_of("DescribeClusterSnapshots", *refusal);
  }
  pugi::xml_node node = std::get<Answer>(outcome).result().child("Snapshots").first_child();
  if (!node) return std::nullopt;
  return read_snapshot(node);
}

std::vector<Snapshot> Clusters::manual_snapshots(const std::string& cluster) const {
  std::vector<Snapshot> snapshots;
  for (const Answer& answer : pages("DescribeClusterSnapshots", {{"SnapshotType", "manual"}})) {
    for (pugi::xml_node node : answer.result().child("Snapshots").children()) {
      Snapshot snapshot = read_snapshot(node);
      if (snapshot.cluster == cluster) snapshots.push_back(std::move(snapshot));
    }
  }
  return snapshots;
}

std::vector<Group> Clusters::subnet_groups() const {
  std::vector<Group> groups;
  for (const Answer& answer : pages("DescribeClusterSubnetGroups")) {
    for (pugi::xml_node node : answer.result().child("ClusterSubnetGroups").children()) {
      groups.push_back({text_of(node, "ClusterSubnetGroupName"), read_tags(node)});
    }
  }
  return groups;
}

std::vector<Group> Clusters::parameter_groups() const {
  std::vector<Group> groups;
  for (const Answer& answer : pages("DescribeClusterParameterGroups")) {
    for (pugi::xml_node node : answer.result().child("ParameterGroups").children()) {
      groups.push_back({text_of(node, "ParameterGroupName"), read_tags(node)});
    }
  }
  return groups;
}

void Clusters::remove_subnet_group(const std::string& name) const {
  service_.call("DeleteClusterSubnetGroup", {{"ClusterSubnetGroupName", name}});
}

void Clusters::remove_parameter_group(const std::string& name) const {
  service_.call("DeleteClusterParameterGroup", {{"ParameterGroupName", name}});
}

}  // namespace sparkify::cloud
