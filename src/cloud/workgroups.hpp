#pragma once

#include <optional>
#include <string>
#include <vector>

#include "cloud/clusters.hpp"
#include "cloud/login.hpp"
#include "cloud/service.hpp"

namespace sparkify::cloud {

/// A serverless workgroup, which runs queries.
struct Workgroup {
  std::string name, status, host, port;
  std::uint64_t capacity = 0;  ///< RPUs
  bool is_public = false;
};

/// A serverless namespace, which holds data and users.
struct Namespace {
  std::string name, status, database, admin, secret_arn;
};

/// Redshift Serverless. Throws as Service; borrows the session.
class Workgroups {
 public:
  explicit Workgroups(const Session& session);

  std::optional<Workgroup> find(const std::string& name) const;
  std::optional<Namespace> find_namespace(const std::string& name) const;
  /// A login for a quarter of an hour, of the user or role that asks.
  Login login(const std::string& name, const std::string& database) const;
  void remove(const std::string& name) const;
  /// Without a snapshot.
  void remove_namespace(const std::string& name) const;
  void take_snapshot(const std::string& name, const std::string& snapshot) const;
  /// `AVAILABLE`; nothing when there is none of that name.
  std::optional<std::string> snapshot_status(const std::string& snapshot) const;
  /// Those of a namespace, also of one that is gone.
  std::vector<Snapshot> snapshots(const std::string& name) const;

 private:
  /// The object that the answer holds as `field`.
  std::optional<base::Json> get(std::string_view action, const base::Json& body,
                                const char* field) const;

  Service service_;
};

}  // namespace sparkify::cloud
