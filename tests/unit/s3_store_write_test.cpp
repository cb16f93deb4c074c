#include <gtest/gtest.h>

#include <atomic>
#include <thread>

#include "s3/writer.hpp"
#include "s3_bucket.hpp"

namespace sparkify::s3 {
namespace {

using base::ErrorKind;
constexpr std::size_t part = 8 << 20;

void write(Store& store, const std::string& path, const std::string& data, std::size_t step) {
  auto writer = store.create(path);
  for (std::size_t at = 0; at < data.size(); at += step) {
    writer->write(std::string_view(data).substr(at, step));
  }
  writer->finish();
}

/// Leaves the rest of a request's kind without an answer that is one.
MemoryBucket::Meddler fails(const std::string& method, const std::string& text, int from,
                            const std::string& answer) {
  auto count = std::make_shared<std::atomic<int>>(0);
  return [=](net::ServerConnection& connection, const BucketRequest& request) {
    bool is_it = request.method == method && request.target.find(text) != std::string::npos;
    if (!is_it || ++*count < from) return false;
    connection.write(answer);
    return true;
  };
}

struct Written {
  explicit Written(MemoryBucket::Meddler meddler = {}) : bucket(std::move(meddler)) {}
  MemoryBucket bucket;
  Store store{options_for(bucket), std::make_shared<TestCredentials>()};
};

TEST(S3Write, PutsWhatIsSmallAndSendsTheRestInParts) {
  Written to;
  for (std::size_t size :
       {std::size_t{0}, std::size_t{1}, part - 1, part, part + 1, 5 * part + 3}) {
    std::string key = "out/" + std::to_string(size) + " +%.json";
    write(to.store, "s3://music/" + key, pattern(size, 8), 1'000'003);
    EXPECT_TRUE(to.bucket.get(key) == pattern(size, 8)) << size;
  }
  EXPECT_EQ(to.bucket.part_count(), 2u + 6u);
  EXPECT_EQ(to.bucket.upload_count(), 0u);
  EXPECT_EQ(to.bucket.count("POST", "uploads="), 2u);
}

TEST(S3Write, ReplacesAnObjectOnlyAtTheEnd) {
  Written to;
  to.bucket.put("a", "before");
  auto writer = to.store.create("s3://music/a");
  writer->write(pattern(2 * part + 5));
  EXPECT_EQ(to.bucket.get("a"), "before");
  writer->finish();
  EXPECT_TRUE(to.bucket.get("a") == pattern(2 * part + 5));
}

TEST(S3Write, LeavesNothingBehindWhenItIsDropped) {
  Written to;
  for (std::size_t size : {std::size_t{100}, 4 * part + 5}) {
    to.store.create("s3://music/a")->write(pattern(size));
    EXPECT_FALSE(to.bucket.get("a"));
    EXPECT_EQ(to.bucket.upload_count(), 0u);
  }
  EXPECT_EQ(to.bucket.count("DELETE"), 1u);
}

TEST(S3Write, LeavesNothingBehindWhenAPartIsRefused) {
  Written to(fails("PUT", "partNumber=3", 1, refusal(403, "AccessDenied")));
  base::Error error =
      error_of([&] { write(to.store, "s3://music/out/a", pattern(20 * part), part); });
  EXPECT_EQ(error.kind(), ErrorKind::denied);
  EXPECT_NE(error.message().find("s3:PutObject on arn:aws:s3:::music/out/a"), std::string::npos);
  EXPECT_EQ(to.bucket.upload_count(), 0u);
  EXPECT_FALSE(to.bucket.get("out/a"));
}

TEST(S3Write, LeavesNothingBehindWhenTheLastStepIsRefused) {
  Written to(fails("POST", "uploadId=", 1, refusal(400, "InvalidPart")));
  EXPECT_EQ(error_of([&] { write(to.store, "s3://music/a", pattern(2 * part), part); }).kind(),
            ErrorKind::bad_data);
  EXPECT_EQ(to.bucket.upload_count(), 0u);
  EXPECT_FALSE(to.bucket.get("a"));
}

TEST(S3Write, TriesAgainWhateverStepFails) {
  std::mutex mutex;
  std::map<std::string, int> met;
  Written to([&](net::ServerConnection& connection, const BucketRequest& request) {
    int number = 0;
    {
      std::lock_guard lock(mutex);
      number = met[request.method + request.target]++;
    }
    if (number == 0) connection.write(refusal(503, "SlowDown"));
    if (number == 1) connection.hang_up();
    if (number == 2) connection.write(refusal(200, "InternalError"));  // a part without an ETag
    return number < 3;
  });
  write(to.store, "s3://music/a", pattern(2 * part + 1), part);
  EXPECT_TRUE(to.bucket.get("a") == pattern(2 * part + 1));
  EXPECT_EQ(to.bucket.upload_count(), 0u);
  EXPECT_EQ(met.size(), 5u);
}

TEST(S3Write, TakesALastStepWhoseAnswerWasLostForDone) {
  std::atomic<bool> is_lost = false;
  std::string data = pattern(2 * part + 1);
  Written* self = nullptr;
  Written to([&](net::ServerConnection& connection, const BucketRequest& request) {
    bool is_last = request.method == "POST" && request.query.contains("uploadId");
    if (!is_last) return false;
    if (is_lost.exchange(true)) {
      connection.write(refusal(404, "NoSuchUpload"));
    } else {
      self->bucket.put("a", data);
      connection.hang_up();
    }
    return true;
  });
  self = &to;
  // It is known by ETag and size where there is no checksum of the writer's kind.
  base::Error error = error_of([&] { write(to.store, "s3://music/a", data, part); });
  EXPECT_EQ(error.kind(), ErrorKind::unavailable) << "an object that someone else put is not ours";
}

TEST(S3Write, LeavesNoPartsBehindWhenInterrupted) {
  for (bool is_waiting : {true, false}) {
    std::atomic<int> parts = 0;
    Written to([&](net::ServerConnection& connection, const BucketRequest& request) {
      bool is_stuck = is_waiting && request.query.contains("partNumber") && ++parts > 3;
      if (is_stuck) connection.wait_for_end();
      return is_stuck;
    });
    std::jthread worker([&] {
      auto writer = to.store.create("s3://music/a");
      EXPECT_EQ(error_of([&] {
                  for (;;) writer->write(pattern(1 << 20));
                }).kind(),
                ErrorKind::interrupted);
      auto began = std::chrono::steady_clock::now();
      writer.reset();
      EXPECT_LT(std::chrono::steady_clock::now() - began, std::chrono::seconds(2));
    });
    while (to.bucket.count("PUT") < 8) std::this_thread::yield();
    to.store.interrupt();
    worker.join();
    EXPECT_EQ(to.bucket.upload_count(), 0u);
    EXPECT_FALSE(to.bucket.get("a"));
  }
}

TEST(S3Write, RemovesTheOthersWhenOneMayNotGo) {
  MemoryBucket bucket(fails("DELETE", "/kept", 1, refusal(403, "AccessDenied")));
  std::vector<base::ObjectEntry> entries{{"s3://music/kept", 1, {}}};
  bucket.put("kept", "x");
  for (int i = 0; i < 300; ++i) {
    bucket.put(std::to_string(i), "x");
    entries.push_back({"s3://music/" + std::to_string(i), 1, {}});
  }
  auto store = std::make_unique<Store>(options_for(bucket), std::make_shared<TestCredentials>());
  base::Error error = error_of([&] { store->remove(entries); });
  store.reset();
  EXPECT_EQ(error.kind(), ErrorKind::denied);
  EXPECT_NE(error.message().find("s3:DeleteObject on arn:aws:s3:::music/kept"), std::string::npos);
  EXPECT_TRUE(bucket.get("kept"));
  for (int i = 0; i < 300; ++i) EXPECT_FALSE(bucket.get(std::to_string(i))) << i;
}

TEST(S3Write, HasPartsEnoughForTheLargestObject) {
  std::uint64_t bytes = 0;
  for (std::size_t number = 0; number < 10'000; ++number) bytes += part_bytes(number);
  EXPECT_GE(bytes, std::uint64_t{5} << 40);
  EXPECT_GE(part_bytes(0), std::size_t{5} << 20);
  EXPECT_LE(part_bytes(9'999), std::size_t{5} << 30);
}

TEST(S3Write, RefusesAPathWithoutBucket) {
  Written to;
  EXPECT_EQ(error_of([&] { to.store.create("s3://"); }).kind(), ErrorKind::usage);
}

}  // namespace
}  // namespace sparkify::s3
