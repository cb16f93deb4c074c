#include <gtest/gtest.h>

#include "base/error.hpp"
#include "s3/address.hpp"

namespace sparkify::s3 {
namespace {

TEST(S3Address, TakesPathsApartAndNothingInAKeyMeansAnything) {
  struct Case {
    std::string path, bucket, key;
  };
  for (const auto& [path, bucket, key] :
       std::vector<Case>{{"s3://music", "music", ""},
                         {"s3://music/", "music", ""},
                         {"S3A://music/logs/a b+c=%20.json", "music", "logs/a b+c=%20.json"},
                         {"s3n://my.old_Bucket//x//../y/", "my.old_Bucket", "/x//../y/"},
                         {"s3://music/?uploads&x=1#f", "music", "?uploads&x=1#f"}}) {
    ASSERT_TRUE(is_s3_path(path));
    Location location = locate(path);
    EXPECT_EQ(location.bucket, bucket);
    EXPECT_EQ(location.key, key);
    EXPECT_TRUE(path == location.path() || path + "/" == location.path());
  }
}

TEST(S3Address, OtherPathsAreNotOfS3) {
  for (const char* path :
       {"", "s3", "s3:/music/x", "./s3://music", "https://music/x", "gs://x/y"}) {
    EXPECT_FALSE(is_s3_path(path)) << path;
  }
}

TEST(S3Address, RefusesWhatIsNoBucket) {
  for (const char* path : {"s3://", "s3:///x", "s3://a b/x", "s3://a:80/x", "s3://../x",
                           "s3://arn:aws:s3:eu-west-1:1:accesspoint/x", "s3://m\xC3\xBCsik/x"}) {
    try {
      locate(path);
      FAIL() << path;
    } catch (const base::Error& error) {
      EXPECT_EQ(error.kind(), base::ErrorKind::usage);
      EXPECT_EQ(error.place()->file, path);
    }
  }
}

TEST(S3Address, EncodesKeysOnceAndDecodesWhatListingsWrite) {
  std::string key = "a b+c=d%20e//../\xC3\xA9~(1)*'\n&?#";
  std::string url = Endpoint("http://h", Addressing::automatic).url("r", "b", key, {});
  EXPECT_EQ(url, "http://h/b/a%20b%2Bc%3Dd%2520e//../%C3%A9~%281%29%2A%27%0A%26%3F%23");
  EXPECT_EQ(percent_decode(url.substr(std::string("http://h/b/").size())), key);
  EXPECT_EQ(percent_decode("a+b%2Bc%2bd%zz%4"), "a b+c+d%zz%4");
}

TEST(S3Address, StandsBucketsWhereTheyBelong) {
  Endpoint amazon("", Addressing::automatic);
  EXPECT_EQ(amazon.url("eu-west-1", "music", "a b/c", {}),
            "https://music.s3.eu-west-1.amazonaws.com/a%20b/c");
  EXPECT_EQ(amazon.url("cn-north-1", "music", "", {{"list-type", "2"}}),
            "https://music.s3.cn-north-1.amazonaws.com.cn/?list-type=2");
  for (const char* bucket : {"my.music", "Music", "my_music"}) {
    EXPECT_EQ(amazon.url("us-east-1", bucket, "x", {}),
              std::string("https://s3.us-east-1.amazonaws.com/") + bucket + "/x");
  }
  EXPECT_EQ(Endpoint("", Addressing::path).url("us-east-1", "music", "/x", {}),
            "https://s3.us-east-1.amazonaws.com/music//x");
  Endpoint own("http://127.0.0.1:9000/base/", Addressing::automatic);
  EXPECT_EQ(own.url("r", "music", "", {{"prefix", "a/=&"}, {"list-type", "2"}}),
            "http://127.0.0.1:9000/base/music?list-type=2&prefix=a%2F%3D%26");
  EXPECT_EQ(Endpoint("https://s3.example.org", Addressing::host).url("r", "music", "../x", {}),
            "https://music.s3.example.org/../x");
}

TEST(S3Address, RefusesEndpointsThatAreNoUrls) {
  for (const char* text : {"localhost:9000", "ftp://x", "http://", "http:///x", "http://a b",
                           "https://user:pass@x", "http://x/?y"}) {
    EXPECT_THROW(Endpoint(text, Addressing::automatic), base::Error) << text;
  }
}

TEST(S3Address, FindsTheRegionInHostsOfAmazon) {
  EXPECT_EQ(region_of_host("music.s3.eu-west-1.amazonaws.com"), "eu-west-1");
  EXPECT_EQ(region_of_host("https://music.s3-us-west-2.amazonaws.com/x"), "us-west-2");
  EXPECT_EQ(region_of_host("s3.dualstack.ap-southeast-2.amazonaws.com"), "ap-southeast-2");
  EXPECT_EQ(region_of_host("music.s3.amazonaws.com"), "");
  EXPECT_EQ(region_of_host("eu-west-1.example.org"), "");
}

}  // namespace
}  // namespace sparkify::s3
