#include "cli/redshift.hpp"

#include <fmt/format.h>

#include "base/error.hpp"
#include "cli/cloud_door.hpp"
#include "cli/stores.hpp"
#include "cloud/clusters.hpp"
#include "cloud/login.hpp"
#include "cloud/secrets.hpp"
#include "cloud/workgroups.hpp"
#include "redshift/link.hpp"

namespace sparkify::cli {
namespace {

redshift::Address whole_address(const config::Settings& settings) {
  const config::Value& value = settings.value("warehouse.path");
  redshift::Address address;
  try {
    address = redshift::read_address(value.text);
  } catch (base::Error& error) {
    if (value.place) error.at({value.place->file, value.place->line, value.place->column, {}});
    throw;
  }
  if (address.host.empty()) address.host = settings.text("cluster.host");
  if (address.host.empty()) {
    throw base::Error(base::ErrorKind::usage, "no host: which Redshift is it?")
        .hint("write redshift://user@host:port/database, or fill in HOST of [CLUSTER] in dwh.cfg");
  }
  if (address.port == 0) {
    address.port = static_cast<std::uint16_t>(settings.count("cluster.db_port"));
  }
  if (address.database.empty()) address.database = settings.text("cluster.db_name");
  if (address.database.empty()) address.database = "dev";
  if (address.user.empty()) address.user = settings.text("cluster.db_user");
  if (address.host == settings.text("cluster.host")) {
    address.password = settings.text("cluster.db_password");
  }
  if (address.ca_file.empty()) address.ca_file = settings.text("aws.ca_bundle");
  return address;
}

/// A session in the region that a name tells, if it does.
cloud::Session session_in(const CloudDoor& door, const std::string& region) {
  cloud::Session session = door.session();
  if (!region.empty()) session.region = region;
  return session;
}

void log_in_by_secret(Invocation& invocation, const std::string& secret,
                      redshift::Address& address) {
  CloudDoor door(invocation);
  auto arn = cloud::read_arn(secret);
  cloud::Session session = session_in(door, arn ? std::string(arn->region) : "");
  cloud::Login login = cloud::Secrets(session).login(secret);
  if (address.user.empty()) address.user = login.user;
  address.password = login.password;
}

/// A host that hides its cluster behind an alias leaves the name to the settings.
void log_in_by_iam(Invocation& invocation, redshift::Address& address) {
  auto host = cloud::read_host_name(address.host);
  std::string name = host ? host->name : invocation.settings().text("cluster.identifier");
  if (name.empty()) {
    throw base::Error(base::ErrorKind::usage,
                      fmt::format("{} does not tell which cluster it is", address.host))
        .hint("fill in IDENTIFIER of [CLUSTER] in dwh.cfg: a temporary password is of one cluster");
  }
  CloudDoor door(invocation);
  cloud::Session session = session_in(door, host ? host->region : "");
  bool is_serverless = host && host->is_serverless;
  cloud::Login login = is_serverless
                           ? cloud::Workgroups(session).login(name, address.database)
                           : cloud::Clusters(session).login(name, address.user, address.database);
  address.user = login.user;
  address.password = login.password;
}

/// How passwords are got that nobody wrote down; empty: they are, or libpq looks for them.
std::function<void(redshift::Address&)> login_of(Invocation& invocation,
                                                 const redshift::Address& address) {
  const config::Settings& settings = invocation.settings();
  if (redshift::is_in_environment("PGPASSWORD")) return {};
  if (settings.is_on("cluster.iam")) {
    return [&invocation](redshift::Address& asked) { log_in_by_iam(invocation, asked); };
  }
  std::string secret = settings.text("cluster.secret");
  if (secret.empty() || address.host != settings.text("cluster.host")) return {};
  return [&invocation, secret](redshift::Address& asked) {
    log_in_by_secret(invocation, secret, asked);
  };
}

}  // namespace

void try_login(Invocation& invocation, redshift::Address address, const std::string& secret) {
  address.ca_file = invocation.settings().text("aws.ca_bundle");
  if (!secret.empty() && !redshift::is_in_environment("PGPASSWORD")) {
    log_in_by_secret(invocation, secret, address);
  }
  redshift::Link(address, {}).run("select 1");
}

redshift::Options redshift_options(Invocation& invocation, etl::Observer& observer) {
  const config::Settings& settings = invocation.settings();
  redshift::Options options;
  options.address = whole_address(settings);
  options.log_in = login_of(invocation, options.address);
  options.threads = static_cast<unsigned>(settings.count("warehouse.threads"));
  options.way = redshift::way_of(settings.text("warehouse.copy"));
  options.role_arn = settings.text("iam_role.arn");
  options.region = settings.text("s3.region");
  options.staging = canonical_path(settings.text("s3.staging"));
  options.open_store = [&settings] { return open_s3(settings); };
  options.noted = [&observer](std::string_view text) { observer.noted(text); };
  return options;
}

}  // namespace sparkify::cli
