#include <gtest/gtest.h>

#include <atomic>
#include <future>
#include <thread>

#include "s3/client.hpp"
#include "s3_bucket.hpp"

namespace sparkify::s3 {
namespace {

using base::ErrorKind;
using std::chrono::milliseconds;

/// Hardly any rest between attempts, so that tests are quick.
Client::Options options_at(const std::string& endpoint) {
  Client::Options options{
      Endpoint(endpoint, Addressing::automatic), "eu-west-1", 4, milliseconds(200), "", {}};
  options.retries = {milliseconds(1), milliseconds(5), milliseconds(50), 6, milliseconds(400), 3};
  return options;
}

Call get(const std::string& key) {
  Call call;
  call.subject = {"s3:GetObject", "music", key, "s3://music/" + key};
  call.key = key;
  return call;
}

/// Answers the first `count` requests with `text` and the rest as the bucket does.
struct FailsFirst {
  int count;
  std::string text;
  std::shared_ptr<std::atomic<int>> met = std::make_shared<std::atomic<int>>(0);

  bool operator()(net::ServerConnection& connection, const BucketRequest&) const {
    if ((*met)++ >= count) return false;
    connection.write(text);
    return true;
  }
};

struct Asked {
  explicit Asked(MemoryBucket::Meddler meddler = {}) : bucket(std::move(meddler)) {
    bucket.put("a", "hello");
  }

  MemoryBucket bucket;
  std::shared_ptr<TestCredentials> credentials = std::make_shared<TestCredentials>();
};

TEST(S3Client, TriesAgainWhatMayPass) {
  for (const std::string& text :
       {refusal(503, "SlowDown"), refusal(500, "InternalError"), refusal(429, "X"),
        refusal(400, "RequestTimeout"), refusal(502, ""), refusal(504, ""),
        refusal(503, "SlowDown", "", "Retry-After: 0\r\n")}) {
    Asked asked(FailsFirst{3, text});
    Client client(options_at(asked.bucket.endpoint()), asked.credentials);
    EXPECT_EQ(client.send(get("a")).body, "hello") << text;
    EXPECT_EQ(asked.bucket.count("GET"), 4u) << text;
  }
}

TEST(S3Client, TriesAgainWhenConnectionsAreLostOrSilent) {
  std::atomic<int> met = 0;
  Asked asked([&](net::ServerConnection& connection, const BucketRequest&) {
    int number = met++;
    if (number == 0) connection.reset();
    if (number == 1) connection.write("HTTP/1.1 200 X\r\nContent-Length: 9\r\n\r\nshort");
    if (number == 2) connection.wait_for_end();
    if (number == 3) connection.write("no HTTP\r\n\r\n");
    if (number < 4) connection.hang_up();
    return number < 4;
  });
  Client::Options options = options_at(asked.bucket.endpoint());
  options.retries.attempts_at_strangers = 6;
  Client client(options, asked.credentials);
  EXPECT_EQ(client.send(get("a")).body, "hello");
  EXPECT_EQ(met, 5);
}

TEST(S3Client, GivesUpAfterItsAttemptsAndSaysWhatItMet) {
  Asked asked(FailsFirst{1000, refusal(503, "SlowDown", "<Message>Reduce your rate</Message>")});
  Client client(options_at(asked.bucket.endpoint()), asked.credentials);
  base::Error error = error_of([&] { client.send(get("a")); });
  EXPECT_EQ(error.kind(), ErrorKind::unavailable);
  EXPECT_NE(error.message().find("503 SlowDown: Reduce your rate"), std::string::npos);
  EXPECT_NE(error.during_text().find("attempt 6"), std::string::npos) << error.during_text();
  EXPECT_EQ(error.place()->file, "s3://music/a");
  EXPECT_EQ(asked.bucket.count("GET"), 6u);
}

TEST(S3Client, GivesUpWhenNothingSucceedsForLong) {
  Asked asked([](net::ServerConnection& connection, const BucketRequest&) {
    connection.wait_for_end();
    return true;
  });
  Client::Options options = options_at(asked.bucket.endpoint());
  options.retries.most_attempts = 100;
  options.retries.attempts_at_strangers = 100;
  Client client(options, asked.credentials);
  auto began = std::chrono::steady_clock::now();
  EXPECT_EQ(error_of([&] { client.send(get("a")); }).kind(), ErrorKind::unavailable);
  EXPECT_LT(std::chrono::steady_clock::now() - began, milliseconds(1500));
  EXPECT_EQ(asked.bucket.count("GET"), 3u) << "the least that is tried";
}

TEST(S3Client, GivesUpEarlyAtAServerThatNeverAnswered) {
  std::string endpoint;
  {
    MemoryBucket gone;
    endpoint = gone.endpoint();
  }
  Client client(options_at(endpoint), std::make_shared<TestCredentials>());
  base::Error error = error_of([&] { client.send(get("a")); });
  EXPECT_EQ(error.kind(), ErrorKind::unavailable);
  EXPECT_NE(error.during_text().find("attempt 3"), std::string::npos) << error.during_text();
  EXPECT_NE(error.hint_text().find(endpoint), std::string::npos);
}

TEST(S3Client, RestsAsLongAsTheServerAsks) {
  Asked asked(FailsFirst{1, refusal(503, "SlowDown", "", "Retry-After: 3600\r\n")});
  Client client(options_at(asked.bucket.endpoint()), asked.credentials);
  auto began = std::chrono::steady_clock::now();
  client.send(get("a"));
  EXPECT_GE(std::chrono::steady_clock::now() - began, milliseconds(50)) << "its limit here";
}

TEST(S3Client, GoesToTheBucketsRegionAndRemembersIt) {
  for (const std::string& text :
       {refusal(301, "PermanentRedirect", "", "x-amz-bucket-region: us-west-2\r\n"),
        refusal(307, "TemporaryRedirect", "<Endpoint>music.s3-us-west-2.amazonaws.com</Endpoint>"),
        refusal(400, "AuthorizationHeaderMalformed", "<Region>us-west-2</Region>")}) {
    Asked asked([&](net::ServerConnection& connection, const BucketRequest& request) {
      const std::string& authorization = request.headers.at("authorization");
      if (authorization.find("/us-west-2/s3/") != std::string::npos) return false;
      connection.write(text);
      return true;
    });
    Client client(options_at(asked.bucket.endpoint()), asked.credentials);
    EXPECT_EQ(client.send(get("a")).body, "hello") << text;
    EXPECT_EQ(client.send(get("a")).body, "hello");
    EXPECT_EQ(asked.bucket.count("GET"), 3u) << text;
  }
}

TEST(S3Client, DoesNotGoRoundInCircles) {
  std::atomic<int> number = 0;
  Asked asked([&](net::ServerConnection& connection, const BucketRequest&) {
    connection.write(
        refusal(301, "PermanentRedirect", "<Endpoint>elsewhere</Endpoint>",
                "x-amz-bucket-region: xx-west-" + std::to_string(number++ % 2) + "\r\n"));
    return true;
  });
  Client client(options_at(asked.bucket.endpoint()), asked.credentials);
  base::Error error = error_of([&] { client.send(get("a")); });
  EXPECT_NE(error.message().find("elsewhere"), std::string::npos) << error.message();
  EXPECT_LE(asked.bucket.count("GET"), 5u);
}

TEST(S3Client, AsksForFreshCredentialsOnceWhenTheyExpired) {
  Asked asked([](net::ServerConnection& connection, const BucketRequest& request) {
    if (request.headers.at("x-amz-security-token") != "token 0") return false;
    connection.write(refusal(400, "ExpiredToken"));
    return true;
  });
  Client client(options_at(asked.bucket.endpoint()), asked.credentials);
  EXPECT_EQ(client.send(get("a")).body, "hello");
  EXPECT_EQ(asked.credentials->refused_count(), 1);

  Asked hopeless(FailsFirst{1000, refusal(400, "ExpiredToken")});
  Client other(options_at(hopeless.bucket.endpoint()), hopeless.credentials);
  base::Error error = error_of([&] { other.send(get("a")); });
  EXPECT_EQ(error.kind(), ErrorKind::denied);
  EXPECT_NE(error.message().find("environment"), std::string::npos);
  EXPECT_EQ(hopeless.bucket.count("GET"), 2u);
}

TEST(S3Client, AsksUnsignedWithoutCredentials) {
  Asked asked;
  Client client(options_at(asked.bucket.endpoint()), std::make_shared<TestCredentials>(""));
  EXPECT_EQ(client.send(get("a")).body, "hello");
  EXPECT_FALSE(asked.bucket.requests()[0].headers.contains("authorization"));
}

TEST(S3Client, TakesASuccessThatEndsAsARefusalForOne) {
  Asked asked(FailsFirst{1,
                         "HTTP/1.1 200 X\r\nContent-Length: 73\r\n\r\n"
                         "  \n<Error><Code>InternalError</Code><Message>Try again</Message>"
                         "</Error>   "});
  Client client(options_at(asked.bucket.endpoint()), asked.credentials);
  Call call = get("a");
  call.method = "POST";
  call.query = {{"uploads", ""}};
  EXPECT_NE(client.send(std::move(call)).body.find("UploadId"), std::string::npos);
  EXPECT_EQ(asked.bucket.count("POST"), 2u);
}

TEST(S3Client, EndsEverythingAtOnceWhenInterrupted) {
  Asked asked([](net::ServerConnection& connection, const BucketRequest& request) {
    if (request.key == "silent") connection.wait_for_end();
    connection.write(refusal(503, "SlowDown", "", "Retry-After: 3600\r\n"));
    return true;
  });
  Client::Options options = options_at(asked.bucket.endpoint());
  options.stall_timeout = std::chrono::seconds(60);
  options.retries.longest_retry_after = std::chrono::seconds(60);
  options.retries.patience = std::chrono::seconds(600);
  Client client(options, asked.credentials);
  std::vector<std::future<ErrorKind>> waiting;
  for (int i = 0; i < 20; ++i) {
    waiting.push_back(std::async(std::launch::async, [&, i] {
      return error_of([&] { client.send(get(i % 2 == 0 ? "silent" : "resting")); }).kind();
    }));
  }
  while (asked.bucket.count("GET", "resting") < 1) std::this_thread::yield();
  auto began = std::chrono::steady_clock::now();
  client.interrupt();
  for (auto& each : waiting) EXPECT_EQ(each.get(), ErrorKind::interrupted);
  EXPECT_EQ(error_of([&] { client.send(get("a")); }).kind(), ErrorKind::interrupted);
  EXPECT_LT(std::chrono::steady_clock::now() - began, milliseconds(1000));
}

TEST(S3Client, SendsCleanupsAfterAnInterruption) {
  Asked asked(FailsFirst{1, refusal(500, "InternalError")});
  Client client(options_at(asked.bucket.endpoint()), asked.credentials);
  client.interrupt();
  Call call = get("a");
  call.is_cleanup = true;
  EXPECT_EQ(client.send(std::move(call)).body, "hello");
}

TEST(S3Client, CallsBackWhenItIsDestroyed) {
  std::atomic<int> count = 0;
  Asked asked([](net::ServerConnection& connection, const BucketRequest&) {
    connection.wait_for_end();
    return true;
  });
  {
    Client client(options_at(asked.bucket.endpoint()), asked.credentials);
    for (int i = 0; i < 10; ++i) client.start(get("a"), [&](const Outcome&) { ++count; });
  }
  EXPECT_EQ(count, 10);
}

}  // namespace
}  // namespace sparkify::s3
