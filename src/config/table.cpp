#include <algorithm>
#include <array>

#include "config/settings.hpp"

namespace sparkify::config {
namespace {

using Type = SettingType;

constexpr std::array<Setting, 35> table = {{
    {"warehouse.path", "WAREHOUSE", "path file", "SPARKIFY_WAREHOUSE", Type::path,
     "sparkify.duckdb", "", false,
     "file that holds the warehouse, or redshift://user@host:port/db"},
    {"warehouse.threads", "WAREHOUSE", "threads", "SPARKIFY_THREADS", Type::count, "0", "", false,
     "threads to work with; 0: as many as the machine has"},
    {"warehouse.memory_limit", "WAREHOUSE", "memory_limit", "SPARKIFY_MEMORY_LIMIT", Type::size, "",
     "", false, "memory the engine may use, such as 2GB"},
    {"warehouse.layout", "WAREHOUSE", "layout", "SPARKIFY_LAYOUT", Type::choice, "auto",
     "auto merge-join by-user", false, "placement of tables on Redshift"},
    {"warehouse.copy", "WAREHOUSE", "copy", "SPARKIFY_COPY", Type::choice, "auto",
     "auto direct compact", false, "who reads files for Redshift: it, or this program"},
    {"warehouse.max_rejects", "WAREHOUSE", "max_rejects maxerror", "SPARKIFY_MAX_REJECTS",
     Type::count, "0", "", false, "refused records a load may have"},
    {"warehouse.keep_staging", "WAREHOUSE", "keep_staging", "SPARKIFY_KEEP_STAGING", Type::boolean,
     "no", "", false, "whether staging tables stay after a load"},
    {"s3.log_data", "S3", "log_data", "SPARKIFY_LOG_DATA", Type::path, "", "", false,
     "directory, file or s3:// prefix of event logs"},
    {"s3.song_data", "S3", "song_data", "SPARKIFY_SONG_DATA", Type::path, "", "", false,
     "directory, file or s3:// prefix of songs"},
    {"s3.log_jsonpath", "S3", "log_jsonpath log_json_path log_jsonpaths", "SPARKIFY_LOG_JSONPATH",
     Type::path, "", "", false, "jsonpaths file for the event logs, also s3://"},
    {"s3.staging", "S3", "staging", "SPARKIFY_STAGING", Type::path, "", "", false,
     "s3:// prefix of your own where records lie while Redshift loads them"},
    {"s3.region", "S3", "region bucket_region", "SPARKIFY_S3_REGION", Type::text, "", "", false,
     "region of the bucket"},
    {"s3.endpoint", "S3", "endpoint endpoint_url", "AWS_ENDPOINT_URL_S3 AWS_ENDPOINT_URL",
     Type::text, "", "", false, "URL of a server that speaks S3, such as http://127.0.0.1:9000"},
    {"s3.unsigned", "S3", "unsigned no_sign_request", "SPARKIFY_S3_UNSIGNED", Type::boolean, "no",
     "", false, "whether to ask without credentials, as public buckets allow"},
    {"s3.connections", "S3", "connections", "SPARKIFY_S3_CONNECTIONS", Type::count, "64", "", false,
     "connections to S3 at a time"},
    {"s3.stall_seconds", "S3", "stall_seconds", "SPARKIFY_S3_STALL_SECONDS", Type::count, "10", "",
     false, "seconds without a byte after which a transfer is tried again"},
    {"aws.key", "AWS", "key access_key access_key_id", "AWS_ACCESS_KEY_ID", Type::text, "", "",
     true, "access key id"},
    {"aws.secret", "AWS", "secret secret_key secret_access_key", "AWS_SECRET_ACCESS_KEY",
     Type::text, "", "", true, "secret access key"},
    {"aws.token", "AWS", "token session_token", "AWS_SESSION_TOKEN AWS_SECURITY_TOKEN", Type::text,
     "", "", true, "session token of temporary credentials"},
    {"aws.region", "AWS", "region default_region region_name", "AWS_REGION AWS_DEFAULT_REGION",
     Type::text, "us-west-2", "", false, "region of the cluster"},
    {"aws.profile", "AWS", "profile profile_name", "AWS_PROFILE AWS_DEFAULT_PROFILE", Type::text,
     "", "", false, "profile of ~/.aws/config and ~/.aws/credentials"},
    {"aws.ca_bundle", "AWS", "ca_bundle", "AWS_CA_BUNDLE", Type::path, "", "", false,
     "certificates to trust instead of the system's, a PEM file"},
    {"cluster.host", "CLUSTER DWH", "host endpoint", "SPARKIFY_HOST", Type::text, "", "", false,
     "host name of the Redshift cluster"},
    {"cluster.db_name", "CLUSTER DWH", "db_name db database", "SPARKIFY_DB_NAME", Type::text, "",
     "", false, "database"},
    {"cluster.db_user", "CLUSTER DWH", "db_user user", "SPARKIFY_DB_USER", Type::text, "", "",
     false, "database user"},
    {"cluster.db_password", "CLUSTER DWH", "db_password password", "SPARKIFY_DB_PASSWORD",
     Type::text, "", "", true, "the database user's password"},
    {"cluster.secret", "CLUSTER DWH", "secret_arn secret", "SPARKIFY_SECRET_ARN", Type::text, "",
     "", false, "where Secrets Manager keeps the database user's password"},
    {"cluster.iam", "CLUSTER DWH", "iam use_iam", "SPARKIFY_IAM", Type::boolean, "no", "", false,
     "whether AWS is asked for a temporary password"},
    {"cluster.db_port", "CLUSTER DWH", "db_port port", "SPARKIFY_DB_PORT", Type::port, "5439", "",
     false, "port of the cluster"},
    {"cluster.identifier", "CLUSTER DWH", "identifier cluster_identifier",
     "SPARKIFY_CLUSTER_IDENTIFIER", Type::text, "", "", false, "name of the cluster in AWS"},
    {"cluster.type", "CLUSTER DWH", "type cluster_type", "SPARKIFY_CLUSTER_TYPE", Type::choice, "",
     "single-node multi-node", false, "one node or several"},
    {"cluster.nodes", "CLUSTER DWH", "nodes num_nodes number_of_nodes", "SPARKIFY_NODES",
     Type::count, "", "", false, "number of nodes"},
    {"cluster.node_type", "CLUSTER DWH", "node_type", "SPARKIFY_NODE_TYPE", Type::text, "", "",
     false, "kind of node, such as rg.large"},
    {"iam_role.arn", "IAM_ROLE CLUSTER DWH", "arn role_arn iam_role_arn", "SPARKIFY_ROLE_ARN",
     Type::text, "", "", false, "role that lets Redshift read from S3"},
    {"iam_role.role_name", "IAM_ROLE CLUSTER DWH", "role_name iam_role_name", "SPARKIFY_ROLE_NAME",
     Type::text, "", "", false, "name of that role"},
}};

}  // namespace

std::span<const Setting> settings() { return table; }

const Setting& setting(std::string_view name) {
  auto found = std::find_if(table.begin(), table.end(),
                            [&](const Setting& setting) { return setting.name == name; });
  if (found != table.end()) return *found;
  throw base::Error(base::ErrorKind::internal, "no setting " + std::string(name));
}

}  // namespace sparkify::config
