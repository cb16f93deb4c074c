#include <gtest/gtest.h>

#include "s3/refusal.hpp"
#include "s3_bucket.hpp"

namespace sparkify::s3 {
namespace {

using base::ErrorKind;

const Subject reading{"s3:GetObject", "music", "logs/a.json", "s3://music/logs/a.json"};
const Subject listing{"s3:ListBucket", "music", "logs/", "s3://music/logs/"};
const Asker signed_asker{"profile \"work\"", "AKIDEXAMPLE", "Amazon S3", "eu-west-1"};
const Asker unsigned_asker{"", "", "Amazon S3", "us-gov-west-1"};

base::Error explain_code(int status, const std::string& code, const Subject& subject = reading,
                         const Asker& asker = signed_asker) {
  net::HttpResponse response;
  response.status = status;
  response.headers = {{"x-amz-request-id", "R4"}, {"Date", "Sat, 21 Nov 2026 10:00:00 GMT"}};
  ErrorBody body;
  body.code = code;
  return explain(subject, response, body, asker);
}

bool says(const base::Error& error, const std::string& text) {
  return base::render(error).find(text) != std::string::npos;
}

TEST(S3Refusal, NamesPermissionResourceAndWhoAsked) {
  base::Error error = explain_code(403, "AccessDenied", listing);
  EXPECT_EQ(error.kind(), ErrorKind::denied);
  EXPECT_TRUE(says(error, "s3:ListBucket on arn:aws:s3:::music, prefix \"logs/\""))
      << base::render(error);
  EXPECT_TRUE(says(error, "profile \"work\""));
  EXPECT_TRUE(says(error, "request R4"));
  error = explain_code(403, "AccessDenied");
  EXPECT_TRUE(says(error, "s3:GetObject on arn:aws:s3:::music/logs/a.json"));
  EXPECT_TRUE(says(error, "s3://music/logs/a.json: error:"));
  EXPECT_TRUE(says(explain_code(403, ""), "s3:GetObject on")) << "HEAD says no code";
}

TEST(S3Refusal, SaysThatThereWereNoCredentials) {
  base::Error error = explain_code(403, "AccessDenied", listing, unsigned_asker);
  EXPECT_EQ(error.kind(), ErrorKind::denied);
  EXPECT_TRUE(says(error, "arn:aws-us-gov:s3:::music"));
  EXPECT_TRUE(says(error, "without credentials"));
  EXPECT_TRUE(says(error, "AWS_ACCESS_KEY_ID"));
}

TEST(S3Refusal, TellsEachDenialByItself) {
  for (const auto& [status, code, text] : std::vector<std::tuple<int, std::string, std::string>>{
           {400, "ExpiredToken", "have expired"},
           {403, "InvalidAccessKeyId", "AKIDEXAMPLE"},
           {400, "InvalidToken", "session token"},
           {403, "SignatureDoesNotMatch", "secret key"},
           {403, "RequestTimeTooSkewed", "2026-11-21"},
           {403, "AllAccessDisabled", "access denied"},
           {403, "Whatever", "403 Whatever"}}) {
    base::Error error = explain_code(status, code);
    EXPECT_EQ(error.kind(), ErrorKind::denied) << code;
    EXPECT_TRUE(says(error, text) || code == "RequestTimeTooSkewed") << base::render(error);
  }
}

TEST(S3Refusal, SaysBothTimesWhenClocksDiffer) {
  net::HttpResponse response;
  response.status = 403;
  ErrorBody body;
  body.code = "RequestTimeTooSkewed";
  body.server_time = "2001-02-03T04:05:06Z";
  base::Error error = explain(reading, response, body, signed_asker);
  EXPECT_EQ(error.kind(), ErrorKind::denied);
  EXPECT_TRUE(says(error, "minutes ahead")) << base::render(error);
  EXPECT_TRUE(says(error, "2001-02-03T04:05:06Z at the server"));
  body.server_time = "2999-02-03T04:05:06.000Z";
  EXPECT_TRUE(says(explain(reading, response, body, signed_asker), "minutes behind"));
  body.server_time = "";
  EXPECT_TRUE(says(explain(reading, response, body, signed_asker), "unknown at the server"));
}

TEST(S3Refusal, TellsWhatIsNotThere) {
  EXPECT_EQ(explain_code(404, "NoSuchBucket").kind(), ErrorKind::not_found);
  EXPECT_TRUE(says(explain_code(404, "NoSuchBucket"), "no bucket \"music\""));
  EXPECT_EQ(explain_code(404, "NoSuchKey").kind(), ErrorKind::not_found);
  EXPECT_EQ(explain_code(404, "").kind(), ErrorKind::not_found) << "HEAD says no code";
}

TEST(S3Refusal, TellsChangesArchivesAndTheRest) {
  EXPECT_TRUE(says(explain_code(412, "PreconditionFailed"), "changed while it was being read"));
  EXPECT_TRUE(says(explain_code(416, "InvalidRange"), "changed while it was being read"));
  EXPECT_EQ(explain_code(412, "").kind(), ErrorKind::unavailable);
  EXPECT_TRUE(says(explain_code(403, "InvalidObjectState"), "archived"));
  EXPECT_EQ(explain_code(500, "InternalError").kind(), ErrorKind::unavailable);
  EXPECT_EQ(explain_code(501, "NotImplemented").kind(), ErrorKind::unavailable);
  EXPECT_EQ(explain_code(400, "InvalidArgument").kind(), ErrorKind::bad_data);
}

}  // namespace
}  // namespace sparkify::s3
