#include "cloud/login.hpp"

#include <gtest/gtest.h>

namespace sparkify::cloud {
namespace {

TEST(HostName, TellsClusterAndRegion) {
  auto host = read_host_name("dwhCluster.abc123xyz.us-west-2.redshift.amazonaws.com");
  ASSERT_TRUE(host);
  EXPECT_EQ(host->name, "dwhcluster");
  EXPECT_EQ(host->region, "us-west-2");
  EXPECT_FALSE(host->is_serverless);
  host = read_host_name("c.abc.cn-north-1.redshift.amazonaws.com.cn");
  ASSERT_TRUE(host);
  EXPECT_EQ(host->region, "cn-north-1");
}

TEST(HostName, TellsAWorkgroup) {
  auto host = read_host_name("music.123456789012.eu-central-1.redshift-serverless.amazonaws.com");
  ASSERT_TRUE(host);
  EXPECT_EQ(host->name, "music");
  EXPECT_EQ(host->region, "eu-central-1");
  EXPECT_TRUE(host->is_serverless);
}

TEST(HostName, KeepsSilentOnOtherNames) {
  for (const char* other :
       {"", "localhost", "127.0.0.1", "warehouse.example.com", "a.b.us-west-2.rds.amazonaws.com",
        "redshift.amazonaws.com", "a.b.c.redshift.example.com", "......"}) {
    EXPECT_FALSE(read_host_name(other)) << other;
  }
}

TEST(RegionOfArn, IsThatOfArnsAlone) {
  auto arn = read_arn("arn:aws:secretsmanager:eu-west-1:123456789012:secret:a-1");
  ASSERT_TRUE(arn);
  EXPECT_EQ(arn->service, "secretsmanager");
  EXPECT_EQ(arn->region, "eu-west-1");
  EXPECT_EQ(arn->resource, "secret:a-1");
  EXPECT_FALSE(read_arn("a-1"));
  EXPECT_FALSE(read_arn("a:b:c:d:e:f"));
}

}  // namespace
}  // namespace sparkify::cloud
