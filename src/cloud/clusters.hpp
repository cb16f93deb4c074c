#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "cloud/login.hpp"
#include "cloud/service.hpp"
#include "cloud/stacks.hpp"

namespace sparkify::cloud {

/// A provisioned cluster as Redshift tells of it.
struct Cluster {
  std::string identifier, status, node_type, database, admin, created_at;
  std::uint64_t node_count = 0;
  std::string host;  ///< empty while there is none
  std::string port;
  bool is_public = false, is_encrypted = false;
  std::string secret_arn;  ///< where its managed password lies; may be empty
  Texts tags;
};

/// One that somebody asked for, which outlives its cluster.
struct Snapshot {
  std::string identifier, cluster, status;
  double backup_megabytes = 0;
};

/// A subnet or parameter group.
struct Group {
  std::string name;
  Texts tags;
};

/// Redshift's provisioned clusters and what belongs to them. Throws as Service; borrows the
/// session.
class Clusters {
 public:
  explicit Clusters(const Session& session);

  std::optional<Cluster> find(const std::string& identifier) const;
  std::vector<Cluster> all() const;
  /// A login for a quarter of an hour: of a database user, or, when none is named, of the user or
  /// role that asks.
  Login login(const std::string& identifier, const std::string& user,
              const std::string& database) const;
  void pause(const std::string& identifier) const;
  void resume(const std::string& identifier) const;
  /// Without a snapshot.
  void remove(const std::string& identifier) const;

  void take_snapshot(const std::string& cluster, const std::string& snapshot) const;
  std::optional<Snapshot> find_snapshot(const std::string& snapshot) const;
  /// Those of a cluster, also of one that is gone.
  std::vector<Snapshot> manual_snapshots(const std::string& cluster) const;

  std::vector<Group> subnet_groups() const;
  std::vector<Group> parameter_groups() const;
  void remove_subnet_group(const std::string& name) const;
  void remove_parameter_group(const std::string& name) const;

 private:
  /// What `list` holds, of all pages.
  std::vector<Answer> pages(std::string_view action, aws::Form form = {}) const;

  Service service_;
};

}  // namespace sparkify::cloud
