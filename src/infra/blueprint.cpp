#include "infra/blueprint.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>

#include "base/error.hpp"
#include "base/text.hpp"
#include "infra/checks.hpp"
#include "s3/address.hpp"

namespace sparkify::infra {
namespace {

using base::Error;
using base::ErrorKind;
using config::Source;
using config::Value;

constexpr std::string_view default_name = "sparkify";

Error refusal(const Value& value, const Objection& objection) {
  std::string what =
      value.place ? objection.what : fmt::format("{}: {}", value.origin, objection.what);
  Error error(value.source == Source::flag ? ErrorKind::usage : ErrorKind::config, what);
  if (value.place) error.at(*value.place);
  error.hint(objection.hint);
  return error;
}

void require(const Value& value, const std::optional<Objection>& objection) {
  if (objection) throw refusal(value, *objection);
}

Error wrong_flag(std::string_view flag, const Objection& objection) {
  return Error(ErrorKind::usage, fmt::format("{}: {}", flag, objection.what)).hint(objection.hint);
}

void require_flag(std::string_view flag, const std::string& text,
                  std::optional<Objection> (*objection)(std::string_view)) {
  if (text.empty()) return;
  if (auto found = objection(text)) throw wrong_flag(flag, *found);
}

/// Names are stored in lower case by Redshift: `dwhCluster` of many a file is dwhcluster.
std::string or_default(const Value& value) {
  return value.text.empty() ? std::string(default_name) : base::to_lower(value.text);
}

std::string doubt_text(const Objection& doubt) {
  return doubt.hint.empty() ? doubt.what : fmt::format("{}; {}", doubt.what, doubt.hint);
}

/// One node unless somebody says more. TYPE and NODES of one file must agree.
std::uint64_t node_count(const config::Settings& settings) {
  const Value& type = settings.value("cluster.type");
  const Value& nodes = settings.value("cluster.nodes");
  if (nodes.text.empty()) return type.text == "multi-node" ? 2 : 1;
  std::uint64_t count = settings.count("cluster.nodes");
  if (count == 0) {
    throw refusal(nodes,
                  {"a cluster has at least one node", "\"sparkify cluster pause\" stops it"});
  }
  if (type.text == "single-node" && count > 1 && nodes.source == type.source) {
    throw refusal(nodes, {fmt::format("{} nodes of a cluster that is single-node", count),
                          "change its type to multi-node, or have one node"});
  }
  return count;
}

void draw_nodes(Blueprint& blueprint, const config::Settings& settings) {
  const Value& type = settings.value("cluster.node_type");
  blueprint.node_type = type.text.empty() ? "rg.large" : base::to_lower(type.text);
  blueprint.node_count = node_count(settings);
  if (blueprint.is_serverless) return;
  require(type, objection_to_node_type(blueprint.node_type));
  if (const NodeType* known = find_node_type(blueprint.node_type)) {
    require(settings.value("cluster.nodes"), objection_to_node_count(*known, blueprint.node_count));
  } else {
    blueprint.doubts.push_back(doubt_text(*doubt_about_node_type(blueprint.node_type)));
  }
}

void draw_database(Blueprint& blueprint, const config::Settings& settings) {
  const Value& database = settings.value("cluster.db_name");
  const Value& password = settings.value("cluster.db_password");
  const Value& port = settings.value("cluster.db_port");
  blueprint.database = or_default(database);
  blueprint.admin = admin_name(settings);
  blueprint.password = password.text;
  blueprint.port = port.text;
  require(database, objection_to_database_name(blueprint.database));
  if (!password.text.empty()) require(password, objection_to_password(password.text));
  require(port, objection_to_port(port.text));
}

/// A comma would end an entry of the policy's list, `${` begins a variable in it, and `*` and `?`
/// would open more than was named.
void add_read_path(Blueprint& blueprint, const std::string& path) {
  if (!s3::is_s3_path(path)) return;
  s3::Location location = s3::locate(path);
  bool is_exact = location.key.find_first_of(",*?") == std::string::npos &&
                  location.key.find("${") == std::string::npos;
  if (!is_exact) {
    throw Error(ErrorKind::usage,
                fmt::format("a policy cannot name {}: it holds one of , * ? or ${{", path))
        .hint("name a prefix that ends before it");
  }
  std::string plain = fmt::format("s3://{}/{}", location.bucket, location.key);
  auto& paths = blueprint.read_paths;
  if (std::find(paths.begin(), paths.end(), plain) == paths.end()) paths.push_back(plain);
}

/// A load lays its parts into a folder of its own below this one.
void add_staging(Blueprint& blueprint, std::string path) {
  while (path.ends_with('/')) path.pop_back();
  add_read_path(blueprint, path + "/");
}

void draw_reading(Blueprint& blueprint, const config::Settings& settings, std::string_view more) {
  for (const char* name : {"s3.log_data", "s3.song_data", "s3.log_jsonpath"}) {
    add_read_path(blueprint, settings.text(name));
  }
  add_staging(blueprint, settings.text("s3.staging"));
  while (!more.empty()) {
    std::string path(base::trim(more.substr(0, more.find(','))));
    if (!s3::is_s3_path(path)) {
      throw wrong_flag("--read",
                       {fmt::format("\"{}\" is no path of S3", path), "s3://BUCKET/PREFIX"});
    }
    add_read_path(blueprint, path);
    more.remove_prefix(std::min(more.find(','), more.size() - 1) + 1);
  }
}

void draw_network(Blueprint& blueprint, const Wishes& wishes) {
  require_flag("--address", wishes.address, objection_to_address);
  require_flag("--private-clients", wishes.private_clients, objection_to_private_range);
  if (!wishes.address.empty() && !wishes.is_public) {
    throw Error(ErrorKind::usage,
                "--address says who may connect from the internet, and nobody may")
        .hint("add --public");
  }
  if (wishes.vpc.empty() != wishes.subnets.empty()) {
    throw Error(ErrorKind::usage, "--vpc and --subnets belong together");
  }
  blueprint.is_public = wishes.is_public;
  if (!wishes.address.empty()) blueprint.public_client = wishes.address + "/32";
  blueprint.private_clients = wishes.private_clients;
  blueprint.vpc = wishes.vpc;
  blueprint.subnets = wishes.subnets;
}

std::string_view arn_partition(std::string_view region) {
  if (region.starts_with("cn-")) return "aws-cn";
  return region.starts_with("us-gov-") ? "aws-us-gov" : "aws";
}

/// In one order, so that the same paths give the same parameters.
std::string join_unique(std::vector<std::string> texts) {
  std::sort(texts.begin(), texts.end());
  texts.erase(std::unique(texts.begin(), texts.end()), texts.end());
  return fmt::format("{}", fmt::join(texts, ","));
}

}  // namespace

std::chrono::seconds parse_ttl(std::string_view text) {
  std::uint32_t number = 0;
  auto [end, failure] = std::from_chars(text.data(), text.data() + text.size(), number);
  std::string_view unit(end, static_cast<std::size_t>(text.data() + text.size() - end));
  std::uint64_t unit_seconds = unit == "m" ? 60 : unit == "h" ? 3600 : unit == "d" ? 86400 : 0;
  if (failure == std::errc() && number > 0 && number <= 10'000 && unit_seconds > 0) {
    return std::chrono::seconds(number * unit_seconds);
  }
  throw Error(ErrorKind::usage,
              fmt::format("--ttl: \"{}\" is no time such as 90m, 4h or 2d", text));
}

std::string cluster_name(const config::Settings& settings) {
  const Value& identifier = settings.value("cluster.identifier");
  std::string name = or_default(identifier);
  require(identifier, objection_to_cluster_name(name));
  return name;
}

std::string role_name(const config::Settings& settings, const std::string& cluster) {
  const Value& role = settings.value("iam_role.role_name");
  std::string name = role.text.empty() ? cluster + "-redshift" : role.text;
  require(role, objection_to_role_name(name));
  return name;
}

std::string admin_name(const config::Settings& settings) {
  const Value& admin = settings.value("cluster.db_user");
  std::string name = or_default(admin);
  require(admin, objection_to_admin_name(name));
  return name;
}

void require_region(const config::Settings& settings, const std::string& region) {
  require(settings.value("aws.region"), objection_to_region(region));
}

Blueprint draw(const config::Settings& settings, const std::string& region, const Wishes& wishes) {
  Blueprint blueprint;
  blueprint.region = region;
  require_region(settings, region);
  if (auto doubt = doubt_about_region(region)) blueprint.doubts.push_back(doubt_text(*doubt));
  blueprint.name = cluster_name(settings);
  blueprint.role = role_name(settings, blueprint.name);
  blueprint.is_serverless = wishes.is_serverless;
  blueprint.capacity = wishes.capacity;
  if (wishes.capacity < 4 || wishes.capacity > 1024) {
    throw wrong_flag("--capacity", {"a workgroup has 4 to 1024 RPUs", "4 is the least"});
  }
  draw_nodes(blueprint, settings);
  draw_database(blueprint, settings);
  draw_reading(blueprint, settings, wishes.read);
  draw_network(blueprint, wishes);
  if (!wishes.ttl.empty()) blueprint.ttl = parse_ttl(wishes.ttl);
  return blueprint;
}

cloud::Texts Blueprint::parameters() const {
  std::vector<std::string> objects, buckets, prefixes;
  for (const std::string& path : read_paths) {
    s3::Location location = s3::locate(path);
    std::string bucket = fmt::format("arn:{}:s3:::{}", arn_partition(region), location.bucket);
    objects.push_back(fmt::format("{}/{}*", bucket, location.key));
    prefixes.push_back(location.key + "*");
    buckets.push_back(std::move(bucket));
  }
  cloud::Texts texts = {{"WarehouseName", name},
                        {"Deployment", is_serverless ? "serverless" : "provisioned"},
                        {"NodeType", node_type},
                        {"NodeCount", fmt::to_string(node_count)},
                        {"BaseCapacity", fmt::to_string(capacity)},
                        {"DatabaseName", database},
                        {"AdminName", admin},
                        {"Port", port},
                        {"PublicClient", public_client},
                        {"PrivateClients", private_clients},
                        {"RoleName", role},
                        {"ReadObjects", join_unique(objects)},
                        {"ReadBuckets", join_unique(buckets)},
                        {"ReadPrefixes", join_unique(prefixes)}};
  if (!vpc.empty()) texts["VpcId"] = vpc;
  if (!subnets.empty()) texts["SubnetIds"] = subnets;
  return texts;
}

}  // namespace sparkify::infra
