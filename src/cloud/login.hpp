#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace sparkify::cloud {

/// Who enters a database, and with what.
struct Login {
  std::string user, password;
};

/// What the host name of a warehouse in AWS says of it.
struct HostName {
  std::string name;  ///< of the cluster or workgroup
  std::string region;
  bool is_serverless = false;
};

/// Reads `NAME.HASH.REGION.redshift.amazonaws.com` and
/// `NAME.ACCOUNT.REGION.redshift-serverless.amazonaws.com`. Nothing: it is another name, such as an
/// alias or the endpoint of a VPC.
std::optional<HostName> read_host_name(std::string_view host);

/// The parts of `arn:PARTITION:SERVICE:REGION:ACCOUNT:RESOURCE`, of which views are kept.
struct Arn {
  std::string_view service, region, resource;
};

/// Nothing: the text is no ARN.
std::optional<Arn> read_arn(std::string_view text);

}  // namespace sparkify::cloud
