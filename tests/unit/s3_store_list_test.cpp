#include <gtest/gtest.h>

#include "s3_bucket.hpp"

namespace sparkify::s3 {
namespace {

using base::ErrorKind;

std::string list_response(const std::string& inner) {
  return net::ok_response("<?xml version=\"1.0\"?><ListBucketResult>" + inner +
                          "</ListBucketResult>");
}

std::string object(const std::string& key) {
  return "<Contents><Key>" + key + "</Key><ETag>e</ETag><Size>1</Size></Contents>";
}

std::string goes_on(const std::string& token) {
  return "<IsTruncated>true</IsTruncated><NextContinuationToken>" + token +
         "</NextContinuationToken>";
}

const std::string last_page = "<IsTruncated>false</IsTruncated>";

/// A server that lists these pages, the last one again and again.
class Pages {
 public:
  explicit Pages(std::vector<std::string> pages)
      : pages_(std::move(pages)),
        bucket_([this](net::ServerConnection& connection, const BucketRequest&) {
          connection.write(list_response(pages_[std::min(next_++, pages_.size() - 1)]));
          return true;
        }) {}

  base::Error error() {
    Store store(options_for(bucket_), std::make_shared<TestCredentials>());
    return error_of([&] { store.list("s3://music/"); });
  }
  std::size_t asked() { return bucket_.count("GET"); }

 private:
  std::vector<std::string> pages_;
  std::size_t next_ = 0;
  MemoryBucket bucket_;
};

TEST(S3List, TakesAnyBeginningOfKeysInPagesAsTheyArrive) {
  MemoryBucket bucket;
  bucket.page_size = 7;
  for (int i = 0; i < 50; ++i) bucket.put("logs/" + std::to_string(i) + ".json", "x");
  bucket.put("logs2/a.json", "x");
  bucket.put("lags/a.json", "x");
  Store store(options_for(bucket), std::make_shared<TestCredentials>());
  std::vector<base::ObjectEntry> seen;
  std::size_t parts = 0;
  base::Listing listing =
      store.list("s3a://music/logs", [&](std::span<const base::ObjectEntry> entries) {
        seen.insert(seen.end(), entries.begin(), entries.end());
        ++parts;
      });
  ASSERT_EQ(listing.objects.size(), 51u);
  EXPECT_EQ(parts, 8u);
  ASSERT_EQ(seen.size(), 51u);
  for (std::size_t i = 0; i < 51; ++i) EXPECT_EQ(seen[i].path, listing.objects[i].path);
  EXPECT_EQ(listing.objects[0].path, "s3a://music/logs/0.json");
  EXPECT_EQ(listing.objects[50].path, "s3a://music/logs2/a.json");
  EXPECT_EQ(listing.objects[0].size_bytes, 1u);
  EXPECT_FALSE(listing.objects[0].version.empty());
  EXPECT_EQ(listing.objects[0].version.find('"'), std::string::npos);
  EXPECT_TRUE(
      std::is_sorted(listing.objects.begin(), listing.objects.end(),
                     [](const auto& left, const auto& right) { return left.path < right.path; }));
}

TEST(S3List, PassesOverFolderMarksAndNothingElse) {
  MemoryBucket bucket;
  bucket.put("logs/", "");
  bucket.put("logs/empty.json", "");
  bucket.put("logs/full/", "it holds something");
  bucket.put("logs/_hidden", "x");
  bucket.put("logs/.hidden", "x");
  Store store(options_for(bucket), std::make_shared<TestCredentials>());
  base::Listing listing = store.list("s3://music/logs/");
  ASSERT_EQ(listing.objects.size(), 4u);
  EXPECT_EQ(listing.objects[0].path, "s3://music/logs/.hidden");
  EXPECT_EQ(listing.objects[1].path, "s3://music/logs/_hidden");
  EXPECT_TRUE(listing.passed_over.empty());
}

TEST(S3List, FindsAndReadsKeysOfAllKinds) {
  MemoryBucket bucket;
  bucket.page_size = 3;
  std::vector<std::string> keys{"/leading",
                                "//two",
                                "a b+c",
                                "a=b&c?d#e",
                                "100%",
                                "%41%2F%zz",
                                "../up/./here",
                                "tilde~(x)*'!\"<>;:@$,",
                                "\xC3\xBC\xE2\x82\xAC",
                                "line\nbreak\ttab",
                                "trailing/",
                                " ",
                                "end "};
  for (const auto& key : keys) bucket.put(key, "content of " + key);
  Store store(options_for(bucket), std::make_shared<TestCredentials>());
  base::Listing listing = store.list("s3://music");
  EXPECT_EQ(listing.objects.size(), keys.size());
  for (const auto& entry : listing.objects) {
    std::string key = entry.path.substr(std::string("s3://music/").size());
    EXPECT_EQ(read_all(store, entry), "content of " + key);
  }
  for (const auto& key : keys) {
    EXPECT_EQ(store.list("s3://music/" + key).objects[0].path, "s3://music/" + key);
  }
}

TEST(S3List, SaysWhatIsNotThere) {
  MemoryBucket bucket;
  bucket.put("logs/", "");
  Store store(options_for(bucket), std::make_shared<TestCredentials>());
  base::Error error = error_of([&] { store.list("s3://music/logs"); });
  EXPECT_EQ(error.kind(), ErrorKind::not_found);
  EXPECT_EQ(error.place()->file, "s3://music/logs");
  error = error_of([&] { store.list("s3://other/logs"); });
  EXPECT_EQ(error.kind(), ErrorKind::not_found);
  EXPECT_NE(error.message().find("\"other\""), std::string::npos);
  EXPECT_EQ(error_of([&] { store.list("s3://"); }).kind(), ErrorKind::usage);
}

TEST(S3List, IsNoLoopWhateverTheServerSays) {
  Pages same_token({goes_on("t") + object("a"), goes_on("t") + object("b")});
  EXPECT_EQ(same_token.error().kind(), ErrorKind::unavailable);
  EXPECT_LE(same_token.asked(), 3u);
  Pages same_page({goes_on("1") + object("a"), goes_on("2") + object("a"), last_page});
  EXPECT_NE(same_page.error().message().find("\"a\" comes after \"a\""), std::string::npos);
  Pages backwards({goes_on("1") + object("b"), goes_on("2") + object("a"), last_page});
  EXPECT_NE(backwards.error().message().find("\"a\" comes after \"b\""), std::string::npos);
  Pages twice({last_page + object("a") + object("a")});
  EXPECT_EQ(twice.error().kind(), ErrorKind::unavailable);
}

TEST(S3List, RefusesKeysThatWereNotAskedFor) {
  MemoryBucket bucket([](net::ServerConnection& connection, const BucketRequest&) {
    connection.write(list_response(last_page + object("b")));
    return true;
  });
  Store store(options_for(bucket), std::make_shared<TestCredentials>());
  base::Error error = error_of([&] { store.list("s3://music/a"); });
  EXPECT_NE(error.message().find("\"b\" was not asked for"), std::string::npos);
}

TEST(S3List, AsksAgainForAPageThatWasCutShort) {
  std::atomic<int> met = 0;
  MemoryBucket bucket([&](net::ServerConnection& connection, const BucketRequest&) {
    if (met++ >= 2) return false;
    connection.write(net::ok_response("<?xml version=\"1.0\"?><ListBucketResult><Conte"));
    return true;
  });
  bucket.put("a", "x");
  Store store(options_for(bucket), std::make_shared<TestCredentials>());
  EXPECT_EQ(store.list("s3://music/").objects.size(), 1u);
}

TEST(S3List, SaysAtOnceThatAServerIsNotS3) {
  MemoryBucket bucket([](net::ServerConnection& connection, const BucketRequest&) {
    connection.write(net::ok_response("<!DOCTYPE html><html><body>Welcome<br></html>"));
    return true;
  });
  Store store(options_for(bucket), std::make_shared<TestCredentials>());
  base::Error error = error_of([&] { store.list("s3://music/"); });
  EXPECT_EQ(error.kind(), ErrorKind::bad_data);
  EXPECT_NE(error.message().find("not S3's"), std::string::npos);
  EXPECT_EQ(error.place()->file, "s3://music/");
  EXPECT_EQ(bucket.count("GET"), 1u);
}

}  // namespace
}  // namespace sparkify::s3
