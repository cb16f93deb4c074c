#include "cloud/network.hpp"

#include <arpa/inet.h>

#include <algorithm>
#include <tuple>

#include "base/error.hpp"
#include "base/text.hpp"

namespace sparkify::cloud {

using base::Error;
using base::ErrorKind;

Network::Network(const Session& session)
    : service_(session, {.name = "ec2", .version = "2016-11-15", .target = {}}) {}

std::optional<std::string> Network::default_vpc() const {
  Answer answer = service_.call("DescribeVpcs",
                                {{"Filter.1.Name", "is-default"}, {"Filter.1.Value.1", "true"}});
  std::string id = text_of(answer.result().child("vpcSet").child("item"), "vpcId");
  if (id.empty()) return std::nullopt;
  return id;
}

std::vector<Subnet> Network::subnets(const std::string& vpc) const {
  Answer answer =
      service_.call("DescribeSubnets", {{"Filter.1.Name", "vpc-id"}, {"Filter.1.Value.1", vpc}});
  std::vector<Subnet> subnets;
  for (pugi::xml_node node : answer.result().child("subnetSet").children("item")) {
    subnets.push_back({text_of(node, "subnetId"), text_of(node, "availabilityZone")});
  }
  std::sort(subnets.begin(), subnets.end(), [](const Subnet& left, const Subnet& right) {
    return std::tie(left.zone, left.id) < std::tie(right.zone, right.id);
  });
  return subnets;
}

std::vector<SecurityGroup> Network::security_groups(const std::string& tag,
                                                    const std::string& value) const {
  Answer answer = service_.call("DescribeSecurityGroups",
                                {{"Filter.1.Name", "tag:" + tag}, {"Filter.1.Value.1", value}});
  std::vector<SecurityGroup> groups;
  for (pugi::xml_node node : answer.result().child("securityGroupInfo").children("item")) {
    groups.push_back({text_of(node, "groupId"), text_of(node, "groupName")});
  }
  return groups;
}

void Network::remove_security_group(const std::string& id) const {
  service_.call("DeleteSecurityGroup", {{"GroupId", id}});
}

std::string own_address(const Session& session) {
  net::HttpRequest request;
  request.url = session.endpoint("checkip");
  if (request.url.empty()) request.url = "https://checkip.amazonaws.com/";
  request.total_timeout = std::chrono::seconds(20);
  net::HttpResponse response = aws::ask(session.around, request, 3);
  std::string text(base::trim(response.body));
  in_addr address{};
  if (response.is_success() && ::inet_pton(AF_INET, text.c_str(), &address) == 1) return text;
  throw Error(ErrorKind::unavailable, "checkip.amazonaws.com does not say which address this is")
      .hint("name the address that may connect: --address 203.0.113.7");
}

}  // namespace sparkify::cloud
