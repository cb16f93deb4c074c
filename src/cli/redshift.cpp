#include "cli/redshift.hpp"

#include <fmt/format.h>

#include "base/error.hpp"
#include "cli/stores.hpp"

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

}  // namespace

redshift::Options redshift_options(const config::Settings& settings) {
  redshift::Options options;
  options.address = whole_address(settings);
  options.threads = static_cast<unsigned>(settings.count("warehouse.threads"));
  options.role_arn = settings.text("iam_role.arn");
  options.region = settings.text("s3.region");
  options.staging = canonical_path(settings.text("s3.staging"));
  options.open_store = [&settings] { return open_s3(settings); };
  return options;
}

}  // namespace sparkify::cli
