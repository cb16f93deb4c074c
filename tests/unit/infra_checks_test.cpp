#include "infra/checks.hpp"

#include <gtest/gtest.h>

#include <string>

namespace sparkify::infra {
namespace {

using Check = std::optional<Objection> (*)(std::string_view);

void expect(Check check, std::initializer_list<std::string_view> good,
            std::initializer_list<std::string_view> bad) {
  for (std::string_view text : good) EXPECT_FALSE(check(text)) << text;
  for (std::string_view text : bad) EXPECT_TRUE(check(text)) << text;
}

TEST(InfraChecks, ClusterNamesAreThoseOfRedshift) {
  std::string longest(63, 'a');
  expect(objection_to_cluster_name, {"sparkify", "a", "my-2nd-cluster", longest},
         {"", "2nd", "-a", "a-", "a--b", "dwhCluster", "a_b", "a b", longest + "a"});
}

TEST(InfraChecks, DatabasesAndUsers) {
  expect(objection_to_database_name, {"dwh", "_x", "a$1"}, {"", "1a", "DWH", "a-b", "user", "$a"});
  expect(objection_to_admin_name, {"dwhuser", "me@home", "a-b"}, {"", "_a", "Me", "public", "a:b"});
}

TEST(InfraChecks, PasswordsAreRefusedWithoutBeingShown) {
  std::string longest = "Aa1" + std::string(61, 'x');
  expect(objection_to_password, {"Passw0rd", longest, "!#$%^&*()Aa1"},
         {"Passw0r", longest + "x", "passw0rd", "PASSW0RD", "Password", "Pass w0rd", "Pass@w0rd",
          "Pass/w0rd", "Pass'w0rd", "Pass\"w0rd", "Pass\\w0rd", "Passw0rd\n", "Passw\xc3\xb6rd1"});
  for (std::string_view secret : {"hunter2", "nodigitsHere", "Sp ace1aa"}) {
    auto objection = objection_to_password(secret);
    ASSERT_TRUE(objection);
    EXPECT_EQ((objection->what + objection->hint).find(secret), std::string::npos);
  }
}

TEST(InfraChecks, Ports) {
  expect(objection_to_port, {"5431", "5439", "5455", "8191", "8215"},
         {"5430", "5456", "8190", "8216", "80", ""});
}

TEST(InfraChecks, RolesAndRegions) {
  expect(objection_to_role_name, {"dwhRole", "a+b=c,d.e@f-g_h"}, {"", "my role", "a/b"});
  expect(objection_to_region, {"us-west-2", "us-gov-east-1", "ap-southeast-12"},
         {"", "us", "us-west", "us-west-", "US-west-2", "us-west-2a", "-us-2", "us west-2"});
  EXPECT_FALSE(doubt_about_region("eu-central-1"));
  EXPECT_EQ(doubt_about_region("us-wset-2")->hint, "did you mean \"us-west-2\"?");
}

TEST(InfraChecks, OneAddressAndPrivateRanges) {
  expect(objection_to_address, {"203.0.113.7", "8.8.8.8"},
         {"", "0.0.0.0", "203.0.113.0/24", "10.1.2.3", "192.168.0.1", "::1", "1.2.3", "224.0.0.1"});
  expect(objection_to_private_range,
         {"10.0.0.0/16", "172.31.0.0/16", "192.168.1.0/24", "10.1.1.1/32"},
         {"", "10.0.0.0", "10.0.0.0/8", "0.0.0.0/0", "172.32.0.0/16", "8.8.8.0/24", "10.0.0.0/33",
          "10.0.0.0/16x"});
}

TEST(InfraChecks, NodeTypesThatAreGoneNameTheWayOut) {
  for (const char* name : {"dc2.large", "dc2.8xlarge", "dc1.large", "ds2.xlarge"}) {
    auto objection = objection_to_node_type(name);
    ASSERT_TRUE(objection) << name;
    EXPECT_NE(objection->hint.find("use rg."), std::string::npos) << name;
  }
  EXPECT_NE(objection_to_node_type("dc2.xlarge")->what.find("never existed"), std::string::npos);
  for (const NodeType& type : node_types()) EXPECT_FALSE(objection_to_node_type(type.name));
  EXPECT_FALSE(objection_to_node_type("rg.24xlarge")) << "there may be new ones";
  EXPECT_EQ(doubt_about_node_type("rg.larg")->hint, "did you mean \"rg.large\"?");
  EXPECT_FALSE(doubt_about_node_type("ra3.xlplus"));
}

TEST(InfraChecks, NumbersOfNodes) {
  const NodeType& large = *find_node_type("rg.large");
  EXPECT_FALSE(objection_to_node_count(large, 1));
  EXPECT_FALSE(objection_to_node_count(large, 16));
  EXPECT_TRUE(objection_to_node_count(large, 17));
  EXPECT_TRUE(objection_to_node_count(*find_node_type("ra3.4xlarge"), 1));
}

}  // namespace
}  // namespace sparkify::infra
