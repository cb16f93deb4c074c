#include "cloud/service.hpp"

#include <gtest/gtest.h>

#include <deque>
#include <tuple>
#include <vector>

#include "base/error.hpp"

namespace sparkify::cloud {
namespace {

constexpr std::string_view secret = "secret-of-tests";

/// Gives another key each time it was refused.
class Keys final : public aws::CredentialProvider {
 public:
  std::optional<aws::Credentials> credentials() override {
    return aws::Credentials{"AKID" + std::to_string(number_), std::string(secret), "", {}};
  }
  void refuse(const aws::Credentials&) override { ++number_; }
  std::string origin() override { return "a test"; }

 private:
  int number_ = 1;
};

/// A server that gives these answers in order; the last one stays.
struct World {
  std::deque<net::HttpResult> answers;
  std::vector<net::HttpRequest> requests;
  std::chrono::milliseconds paused{0};

  Session session(const std::string& region = "us-west-2") {
    Session session;
    session.credentials = std::make_shared<Keys>();
    session.region = region;
    session.endpoint = [](std::string_view) { return std::string(); };
    session.around.now = [] { return aws::Instant(std::chrono::seconds(1'800'000'000)); };
    session.around.pause = [this](std::chrono::milliseconds time) { paused += time; };
    session.around.send = [this](net::HttpRequest request) {
      requests.push_back(std::move(request));
      net::HttpResult next = answers.front();
      if (answers.size() > 1) answers.pop_front();
      return next;
    };
    return session;
  }
};

net::HttpResponse answer(int status, const std::string& body) { return {status, {}, body, 0}; }

net::HttpResponse refusal(int status, const std::string& code) {
  return answer(status, "<ErrorResponse><Error><Code>" + code +
                            "</Code><Message>why.\n</Message></Error></ErrorResponse>");
}

constexpr Service::About redshift = {
    .name = "redshift", .version = "2012-12-01", .target = "RedshiftServerless"};

std::string failure_of(World& world, base::ErrorKind kind) {
  Session session = world.session();
  try {
    Service(session, redshift).call("PauseCluster", {{"ClusterIdentifier", "a b"}});
  } catch (const base::Error& error) {
    EXPECT_EQ(error.kind(), kind) << error.message();
    std::string text = error.message() + " | " + error.hint_text();
    EXPECT_EQ(text.find(secret), std::string::npos);
    return text;
  }
  return "no failure";
}

TEST(CloudService, AsksInTheQueryProtocol) {
  World world{{answer(200, "<R><PauseClusterResult><A>1</A></PauseClusterResult></R>")}, {}, {}};
  Session session = world.session();
  Answer found = Service(session, redshift).call("PauseCluster", {{"ClusterIdentifier", "a b&c"}});
  EXPECT_EQ(text_of(found.result(), "A"), "1");
  const net::HttpRequest& request = world.requests.at(0);
  EXPECT_EQ(request.url, "https://redshift.us-west-2.amazonaws.com/");
  EXPECT_EQ(request.body, "Action=PauseCluster&Version=2012-12-01&ClusterIdentifier=a+b%26c");
  auto signature = net::find_header(request.headers, "Authorization");
  ASSERT_TRUE(signature);
  EXPECT_NE(signature->find("/us-west-2/redshift/aws4_request"), std::string_view::npos);
}

TEST(CloudService, ServicesForAllRegionsHaveOneOfTheirs) {
  for (auto [region, url, scope] :
       {std::tuple("eu-west-1", "https://iam.amazonaws.com/", "/us-east-1/iam/"),
        std::tuple("cn-north-1", "https://iam.cn-north-1.amazonaws.com.cn/", "/cn-north-1/iam/")}) {
    World world{{answer(200, "<R/>")}, {}, {}};
    Session session = world.session(region);
    Service(session, {.name = "iam", .version = "2010-05-08", .target = {}}).call("GetRole");
    EXPECT_EQ(world.requests.at(0).url, url);
    EXPECT_NE(net::find_header(world.requests.at(0).headers, "Authorization")->find(scope),
              std::string_view::npos);
  }
}

TEST(CloudService, ThrottlingPassesAfterGrowingPauses) {
  World world{{refusal(400, "Throttling"), refusal(503, "ServiceUnavailable"),
               net::HttpFailure{net::HttpFailure::Reason::broken, "lost"}, answer(200, "<R/>")},
              {},
              {}};
  Session session = world.session();
  Service(session, redshift).call("PauseCluster");
  EXPECT_EQ(world.requests.size(), 4U);
  EXPECT_EQ(world.paused, std::chrono::milliseconds(200 + 400 + 800));
}

TEST(CloudService, ThrottlingWithoutEndIsUnavailable) {
  World world{{refusal(400, "RequestLimitExceeded")}, {}, {}};
  std::string text = failure_of(world, base::ErrorKind::unavailable);
  EXPECT_NE(text.find("redshift:PauseCluster: RequestLimitExceeded: why"), std::string::npos);
  EXPECT_EQ(world.requests.size(), 8U);
  EXPECT_LT(world.paused, std::chrono::seconds(60));
}

TEST(CloudService, ExpiredCredentialsAreAskedForAnewOnce) {
  World world{{refusal(403, "ExpiredToken"), answer(200, "<R/>")}, {}, {}};
  Session session = world.session();
  Service(session, redshift).call("PauseCluster");
  EXPECT_NE(net::find_header(world.requests.at(1).headers, "Authorization")->find("AKID2/"),
            std::string_view::npos);
  World gone{{refusal(400, "RequestExpired")}, {}, {}};
  EXPECT_NE(failure_of(gone, base::ErrorKind::denied).find("a test have expired"),
            std::string::npos);
  EXPECT_EQ(gone.requests.size(), 2U);
}

TEST(CloudService, WhatIsForbiddenNamesThePermission) {
  World world{{refusal(403, "UnauthorizedOperation")}, {}, {}};
  EXPECT_NE(
      failure_of(world, base::ErrorKind::denied).find("lack the permission redshift:PauseCluster"),
      std::string::npos);
  World wrong{{refusal(403, "SignatureDoesNotMatch")}, {}, {}};
  EXPECT_NE(failure_of(wrong, base::ErrorKind::denied).find("credentials of a test"),
            std::string::npos);
}

TEST(CloudService, OtherRefusalsAreAnswers) {
  World world{{refusal(404, "ClusterNotFound")}, {}, {}};
  Session session = world.session();
  auto outcome = Service(session, redshift).ask("PauseCluster");
  ASSERT_TRUE(std::holds_alternative<Refusal>(outcome));
  EXPECT_EQ(std::get<Refusal>(outcome).code, "ClusterNotFound");
  EXPECT_EQ(world.requests.size(), 1U);
}

TEST(CloudService, JsonRefusalsLoseWhatStandsAroundTheirCode) {
  World world{
      {answer(400, R"({"__type":"com.amazonaws.x#ResourceNotFoundException","message":"m"})")},
      {},
      {}};
  Session session = world.session();
  auto outcome = Service(session, redshift).ask_json("GetWorkgroup", {{"workgroupName", "a"}});
  ASSERT_TRUE(std::holds_alternative<Refusal>(outcome));
  EXPECT_EQ(std::get<Refusal>(outcome).code, "ResourceNotFoundException");
  EXPECT_EQ(*net::find_header(world.requests.at(0).headers, "X-Amz-Target"),
            "RedshiftServerless.GetWorkgroup");
}

TEST(CloudService, WhatIsNoServiceOfAmazonsIsUnavailable) {
  World page{{answer(200, "hello")}, {}, {}};
  EXPECT_NE(failure_of(page, base::ErrorKind::unavailable).find("no XML"), std::string::npos);
  World closed{{answer(403, "<html>login</html>")}, {}, {}};
  EXPECT_NE(failure_of(closed, base::ErrorKind::unavailable).find("status 403"), std::string::npos);
}

}  // namespace
}  // namespace sparkify::cloud
