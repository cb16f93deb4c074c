#include "infra/plan.hpp"

#include <gtest/gtest.h>

#include "base/error.hpp"

namespace sparkify::infra {
namespace {

const aws::Instant now{std::chrono::seconds(1'795'262'400)};  // 2026-11-21 12:00 UTC

config::Settings settings_of(const std::string& text) {
  config::Inputs inputs;
  inputs.project_file = {"dwh.cfg", text};
  return config::Settings(inputs);
}

Blueprint blueprint_of(const std::string& text = "", const Wishes& wishes = {}) {
  Blueprint blueprint = draw(settings_of(text), "us-west-2", wishes);
  blueprint.vpc = "vpc-1";
  blueprint.subnets = "subnet-1";
  return blueprint;
}

/// What is there after the plan was carried out.
cloud::Stack stack_of(const Plan& plan, const std::string& status = "CREATE_COMPLETE") {
  cloud::Stack stack;
  stack.id = "arn:stack";
  stack.name = plan.order.name;
  stack.status = status;
  stack.parameters = plan.order.parameters;
  stack.parameters["AdminPassword"] = "****";
  stack.tags = plan.order.tags;
  return stack;
}

base::ErrorKind refusal_of(const std::string& text, const std::optional<cloud::Stack>& stack) {
  try {
    make_plan(blueprint_of(text), stack, now);
  } catch (const base::Error& error) {
    return error.kind();
  }
  return base::ErrorKind::internal;
}

TEST(InfraPlan, NothingThereIsCreated) {
  Plan plan = make_plan(blueprint_of("[CLUSTER]\nDB_PASSWORD=Passw0rd\n"), std::nullopt, now);
  EXPECT_EQ(plan.step, Plan::Step::create);
  EXPECT_EQ(plan.order.parameters.at("AdminPassword"), "Passw0rd");
  EXPECT_EQ(plan.order.parameters.at("NodeType"), "rg.large");
  EXPECT_EQ(plan.order.tags.at("sparkify"), "sparkify");
  EXPECT_EQ(plan.order.token.find("Passw0rd"), std::string::npos);
  EXPECT_NE(plan.order.template_text.find("AWS::Redshift::Cluster"), std::string::npos);
}

TEST(InfraPlan, WhatIsThereIsKept) {
  Plan first = make_plan(blueprint_of(), std::nullopt, now);
  Plan second = make_plan(blueprint_of(), stack_of(first), now + std::chrono::hours(1));
  EXPECT_EQ(second.step, Plan::Step::nothing);
  EXPECT_TRUE(second.changes.empty());
}

TEST(InfraPlan, AnOlderTemplateIsAnUpdate) {
  Plan first = make_plan(blueprint_of(), std::nullopt, now);
  cloud::Stack stack = stack_of(first);
  stack.template_text = first.order.template_text;
  EXPECT_EQ(make_plan(blueprint_of(), stack, now).step, Plan::Step::nothing);
  stack.template_text = "Resources:\n  Older:\n    Type: None\n";
  Plan second = make_plan(blueprint_of(), stack, now);
  EXPECT_EQ(second.step, Plan::Step::update);
  ASSERT_EQ(second.changes.size(), 1U);
  EXPECT_EQ(second.changes[0].name, "template");
  EXPECT_NE(second.changes[0].after.find("Resources.Older, "), std::string::npos);
}

TEST(InfraPlan, AnotherNumberOfNodesIsAnUpdateThatKeepsTheSecret) {
  Plan first = make_plan(blueprint_of(), std::nullopt, now);
  Blueprint more = blueprint_of("[CLUSTER]\nNODES=4\nDB_PASSWORD=0therPassword\n");
  more.vpc = more.subnets = "";
  Plan second = make_plan(more, stack_of(first), now);
  EXPECT_EQ(second.step, Plan::Step::update);
  ASSERT_EQ(second.changes.size(), 1U);
  EXPECT_EQ(second.changes[0].name, "NodeCount");
  EXPECT_EQ(second.changes[0].before + second.changes[0].after, "14");
  EXPECT_FALSE(second.order.parameters.contains("AdminPassword"));
  EXPECT_EQ(second.order.kept_parameters,
            (std::vector<std::string>{"AdminPassword", "VpcId", "SubnetIds", "SnapshotDays"}));
}

TEST(InfraPlan, ATimeToLiveIsATagThatStays) {
  Wishes wishes;
  wishes.ttl = "4h";
  Plan first = make_plan(blueprint_of("", wishes), std::nullopt, now);
  EXPECT_EQ(first.order.tags.at(expiry_tag), "2026-11-21T16:00:00Z");
  Plan second = make_plan(blueprint_of(), stack_of(first), now + std::chrono::hours(1));
  EXPECT_EQ(second.step, Plan::Step::nothing);
  Plan third = make_plan(blueprint_of("", wishes), stack_of(first), now + std::chrono::hours(1));
  EXPECT_EQ(third.step, Plan::Step::update);
  EXPECT_EQ(third.order.tags.at(expiry_tag), "2026-11-21T17:00:00Z");
}

TEST(InfraPlan, StatesThatNothingCanBeDoneIn) {
  Plan first = make_plan(blueprint_of(), std::nullopt, now);
  EXPECT_EQ(make_plan(blueprint_of(), stack_of(first, "CREATE_IN_PROGRESS"), now).step,
            Plan::Step::join);
  EXPECT_EQ(refusal_of("", stack_of(first, "ROLLBACK_COMPLETE")), base::ErrorKind::bad_data);
  EXPECT_EQ(refusal_of("", stack_of(first, "DELETE_FAILED")), base::ErrorKind::bad_data);
  EXPECT_EQ(refusal_of("", stack_of(first, "DELETE_IN_PROGRESS")), base::ErrorKind::unavailable);
  // A change set that nobody executes stays for ever, and no parameters are told of it.
  cloud::Stack reviewed = stack_of(first, "REVIEW_IN_PROGRESS");
  reviewed.parameters = reviewed.tags = {};
  EXPECT_EQ(refusal_of("", reviewed), base::ErrorKind::bad_data);
}

TEST(InfraPlan, AStackOfOthersIsRefusedWhateverItsState) {
  cloud::Stack stack = stack_of(make_plan(blueprint_of(), std::nullopt, now));
  stack.tags.clear();
  EXPECT_EQ(refusal_of("", stack), base::ErrorKind::internal) << "deployed by hand";
  stack.parameters = {{"WarehouseName", "other"}};
  EXPECT_EQ(refusal_of("", stack), base::ErrorKind::usage);
  stack.status = "UPDATE_IN_PROGRESS";
  EXPECT_EQ(refusal_of("", stack), base::ErrorKind::usage);
}

TEST(InfraPlan, WhatWouldMakeAnotherClusterIsRefused) {
  Plan first = make_plan(blueprint_of(), std::nullopt, now);
  for (const char* text : {"DB_NAME=other", "DB_USER=other", "DB_PORT=5440"}) {
    EXPECT_EQ(refusal_of(std::string("[CLUSTER]\n") + text + "\n", stack_of(first)),
              base::ErrorKind::usage)
        << text;
  }
}

TEST(InfraPlan, PathsBecomeExactResources) {
  Blueprint blueprint = blueprint_of(
      "[S3]\nLOG_DATA='s3a://music/logs'\nSONG_DATA=s3://music/songs/\nLOG_JSONPATH=/disk/"
      "p.json\n");
  cloud::Texts parameters = blueprint.parameters();
  EXPECT_EQ(parameters["ReadObjects"], "arn:aws:s3:::music/logs*,arn:aws:s3:::music/songs/*");
  EXPECT_EQ(parameters["ReadBuckets"], "arn:aws:s3:::music");
  EXPECT_EQ(parameters["ReadPrefixes"], "logs*,songs/*");
  EXPECT_EQ(blueprint_of().parameters()["ReadObjects"], "");
}

TEST(InfraPlan, Prices) {
  EXPECT_DOUBLE_EQ(*price_of(blueprint_of()).dollars_an_hour, 0.38);
  EXPECT_DOUBLE_EQ(*price_of(blueprint_of()).dollars_a_month(), 0.38 * 730 + 0.40);
  EXPECT_DOUBLE_EQ(*price_of(blueprint_of("[DWH]\nDWH_NUM_NODES=4\n")).dollars_an_hour, 1.52);
  EXPECT_FALSE(price_of(blueprint_of("[DWH]\nDWH_NODE_TYPE=rg.9xlarge\n")).dollars_a_month());
  Wishes wishes;
  wishes.is_public = true;
  EXPECT_DOUBLE_EQ(*price_of(blueprint_of("", wishes)).dollars_an_hour, 0.385);
  wishes = {};
  wishes.is_serverless = true;
  EXPECT_DOUBLE_EQ(*price_of(blueprint_of("", wishes)).dollars_an_hour, 1.5);
  EXPECT_TRUE(price_of(blueprint_of("", wishes)).is_by_use);
  EXPECT_EQ(format_dollars(0.024), "$0.024");
}

TEST(InfraPlan, TimesToLive) {
  EXPECT_EQ(parse_ttl("90m"), std::chrono::minutes(90));
  EXPECT_EQ(parse_ttl("2d"), std::chrono::hours(48));
  for (const char* text : {"", "4", "h", "4x", "0h", "-1h", "4hh", "99999999999h"}) {
    EXPECT_THROW(parse_ttl(text), base::Error) << text;
  }
}

}  // namespace
}  // namespace sparkify::infra
