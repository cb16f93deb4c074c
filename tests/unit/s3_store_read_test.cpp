#include <fmt/format.h>
#include <gtest/gtest.h>

#include <atomic>
#include <random>
#include <thread>

#include "s3/checksum.hpp"
#include "s3/read_ahead.hpp"
#include "s3_bucket.hpp"

namespace sparkify::s3 {
namespace {

using base::ErrorKind;
constexpr std::size_t block = ReadAhead::block_bytes;

std::unique_ptr<Store> make_store(const MemoryBucket& bucket, std::size_t budget = 256 << 20,
                                  std::size_t connections = 64) {
  Options options = options_for(bucket);
  options.read_ahead_bytes = budget;
  options.connections = connections;
  return std::make_unique<Store>(options, std::make_shared<TestCredentials>());
}

/// As event::Reader does: from a byte before the piece to a little behind its end.
void read_piece(base::Object& object, const std::string& data, std::size_t piece,
                std::size_t window) {
  std::size_t begin = piece * block == 0 ? 0 : piece * block - 1;
  std::size_t end = std::min(data.size(), (piece + 1) * block + (16 << 10));
  std::vector<char> buffer(window);
  for (std::size_t at = begin; at < end;) {
    std::size_t count = object.read(at, {buffer.data(), std::min(window, end - at)});
    ASSERT_GT(count, 0u);
    ASSERT_TRUE(std::equal(buffer.begin(), buffer.begin() + static_cast<long>(count),
                           data.begin() + static_cast<long>(at)))
        << "bytes " << at << " to " << at + count;
    at += count;
  }
}

TEST(S3Read, GivesWhatWasListedOfObjectsOfAllSizes) {
  MemoryBucket bucket;
  std::vector<std::size_t> sizes{0, 1, 300, block - 1, block, block + 1, 2 * block + 5};
  for (std::size_t size : sizes) bucket.put(std::to_string(size), pattern(size, 3));
  for (bool is_expected : {true, false}) {
    auto store = make_store(bucket);
    base::Listing listing = store->list("s3://music/");
    if (is_expected) store->expect(listing.objects);
    for (const auto& entry : listing.objects) {
      EXPECT_TRUE(read_all(*store, entry) == pattern(entry.size_bytes, 3)) << entry.size_bytes;
      char byte = 0;
      EXPECT_EQ(store->open(entry)->read(entry.size_bytes, {&byte, 1}), 0u);
    }
  }
}

TEST(S3Read, FetchesEachByteOfWhatIsExpectedOnce) {
  MemoryBucket bucket;
  for (int i = 0; i < 200; ++i) bucket.put("small/" + std::to_string(i), pattern(300, 5));
  bucket.put("large", pattern(5 * block + 77, 6));
  auto store = make_store(bucket);
  base::Listing listing = store->list("s3://music/");
  store->expect(listing.objects);
  for (const auto& entry : listing.objects) read_all(*store, entry);
  EXPECT_EQ(bucket.count("GET", "/small/"), 200u);
  EXPECT_EQ(bucket.count("GET", "/large"), 6u);
  EXPECT_EQ(bucket.count("HEAD"), 1u);
}

TEST(S3Read, ServesReadersOfPiecesAtOnce) {
  MemoryBucket bucket;
  std::string data = pattern(9 * block + 1000, 7);
  bucket.put("large", data);
  for (std::size_t budget : {std::size_t{1}, 3 * block, 64 * block}) {
    auto store = make_store(bucket, budget, 4);
    base::Listing listing = store->list("s3://music/");
    store->expect(listing.objects);
    auto object = store->open(listing.objects[0]);
    std::atomic<std::size_t> next = 0;
    {
      std::vector<std::jthread> readers;
      for (int i = 0; i < 3; ++i) {
        readers.emplace_back([&, i] {
          for (std::size_t piece; (piece = next++) < 10;) {
            read_piece(*object, data, piece, i == 0 ? 300'000 : 2 << 20);
          }
        });
      }
    }
    object->verify_unchanged();
  }
  EXPECT_LE(bucket.count("GET", "/large"), 3 * 10 + 6u) << "hardly anything is fetched twice";
}

TEST(S3Read, GivesRightBytesWhateverIsReadInWhichOrder) {
  MemoryBucket bucket;
  std::map<std::string, std::string> contents;
  std::mt19937 random(11);
  for (int i = 0; i < 12; ++i) {
    std::size_t size = i < 8 ? random() % 100'000 : block * (1 + random() % 3) + random() % block;
    contents["s3://music/" + std::to_string(i)] = pattern(size, static_cast<unsigned>(i));
    bucket.put(std::to_string(i), pattern(size, static_cast<unsigned>(i)));
  }
  auto store = make_store(bucket, 2 * block, 8);
  base::Listing listing = store->list("s3://music/");
  store->expect(std::span(listing.objects).first(9));
  std::vector<std::jthread> readers;
  for (unsigned thread = 0; thread < 4; ++thread) {
    readers.emplace_back([&, thread] {
      std::mt19937 own(thread);
      std::vector<char> buffer(1 << 20);
      for (int round = 0; round < 15; ++round) {
        const auto& entry = listing.objects[own() % listing.objects.size()];
        const std::string& data = contents.at(entry.path);
        auto object = store->open(entry);
        for (int read = 0; read < 6 && !data.empty(); ++read) {
          std::size_t at = own() % data.size();
          std::size_t wanted = 1 + own() % buffer.size();
          std::size_t count = object->read(at, {buffer.data(), wanted});
          ASSERT_GT(count, 0u);
          ASSERT_EQ(std::string_view(data).substr(at, count),
                    std::string_view(buffer.data(), count));
        }
      }
    });
  }
}

TEST(S3Read, IsNotHeldUpByWhatIsExpectedAndNeverRead) {
  MemoryBucket bucket;
  for (int i = 0; i < 20; ++i) bucket.put(std::to_string(100 + i), pattern(block + 5, 2));
  auto store = make_store(bucket, 3 * block, 2);
  base::Listing listing = store->list("s3://music/");
  store->expect(listing.objects);
  for (std::size_t i = 19; i > 12; --i) {
    EXPECT_TRUE(read_all(*store, listing.objects[i]) == pattern(block + 5, 2));
  }
}

TEST(S3Read, KeepsToItsBudget) {
  MemoryBucket bucket;
  for (int i = 0; i < 40; ++i) bucket.put(std::to_string(100 + i), pattern(1 << 20, 2));
  auto store = make_store(bucket, 10 << 20, 64);
  base::Listing listing = store->list("s3://music/");
  store->expect(listing.objects);
  std::this_thread::sleep_for(std::chrono::milliseconds(300));
  EXPECT_LE(bucket.count("GET", "/music/1"), 10u);
  EXPECT_GE(bucket.count("GET", "/music/1"), 9u);
  for (const auto& entry : listing.objects) read_all(*store, entry);
  EXPECT_EQ(bucket.count("GET", "/music/1"), 40u);
}

TEST(S3Read, TellsThatAnObjectChanged) {
  for (std::size_t size : {std::size_t{300}, 3 * block}) {
    MemoryBucket bucket;
    bucket.put("a", pattern(size, 1));
    auto store = make_store(bucket);
    base::Listing listing = store->list("s3://music/");
    bucket.put("a", pattern(size, 2));
    base::Error error = error_of([&] { read_all(*store, listing.objects[0]); });
    EXPECT_EQ(error.kind(), ErrorKind::unavailable);
    EXPECT_NE(error.message().find("changed while"), std::string::npos);
    EXPECT_EQ(error.place()->file, "s3://music/a");
  }
}

TEST(S3Read, SaysWhatBecameOfAnObjectThatIsGoneOrDenied) {
  MemoryBucket bucket([](net::ServerConnection& connection, const BucketRequest& request) {
    if (request.key != "secret") return false;
    connection.write(refusal(403, "AccessDenied"));
    return true;
  });
  bucket.put("gone", "x");
  bucket.put("secret", "x");
  auto store = make_store(bucket);
  base::Listing listing = store->list("s3://music/");
  EXPECT_EQ(listing.objects.size(), 2u);
  auto object = store->open(listing.objects[1]);
  char byte = 0;
  base::Error error = error_of([&] { object->read(0, {&byte, 1}); });
  EXPECT_EQ(error.kind(), ErrorKind::denied);
  EXPECT_NE(error.message().find("s3:GetObject on arn:aws:s3:::music/secret"), std::string::npos);
  EXPECT_EQ(error_of([&] { object->verify_unchanged(); }).kind(), ErrorKind::denied);
  base::ObjectEntry other = listing.objects[0];
  other.path = "s3://music/other";
  EXPECT_EQ(error_of([&] { read_all(*store, other); }).kind(), ErrorKind::not_found);
}

/// Damages the first answers for each range in turn.
class Damages {
 public:
  explicit Damages(std::size_t size)
      : bucket_(
            [this](auto& connection, const auto& request) { return damage(connection, request); }) {
    bucket_.put("a", pattern(size, 4));
  }
  MemoryBucket& bucket() { return bucket_; }

 private:
  bool damage(net::ServerConnection& connection, const BucketRequest& request) {
    if (request.query.contains("list-type")) return false;
    int number = 0;
    {
      std::lock_guard lock(mutex_);
      auto range = request.headers.find("range");
      number = met_[request.method + (range == request.headers.end() ? "" : range->second)]++;
    }
    std::string etag = "ETag: \"0\"\r\n", text = "HTTP/1.1 200 X\r\nContent-Length: ";
    if (number == 0) connection.write(text + "400\r\n" + etag + "\r\n" + pattern(400));
    if (number == 1) connection.write(text + "4\r\n\r\nabcd");
    if (number == 2) {
      connection.write(
          "HTTP/1.1 206 X\r\nContent-Range: bytes 1-4/300\r\nContent-Length: 4\r\n"
          "\r\nabcd");
    }
    if (number == 3) connection.write(text + "999999999\r\n\r\nabcd");
    if (number == 4) connection.write(refusal(503, "SlowDown"));
    if (number == 3 || request.method == "HEAD") connection.hang_up();
    return number < 5;
  }

  std::mutex mutex_;
  std::map<std::string, int> met_;
  MemoryBucket bucket_;
};

TEST(S3Read, TakesNoBodyThatIsNotWhatWasAskedFor) {
  for (std::size_t size : {std::size_t{300}, 2 * block + 9}) {
    Damages damages(size);
    auto store = make_store(damages.bucket());
    base::Listing listing = store->list("s3://music/");
    EXPECT_TRUE(read_all(*store, listing.objects[0]) == pattern(size, 4));
  }
}

/// Answers with other bytes than the object's.
MemoryBucket::Meddler corrupt(const std::string& target, std::size_t most) {
  auto count = std::make_shared<std::atomic<std::size_t>>(0);
  return [=](net::ServerConnection& connection, const BucketRequest& request) {
    bool is_whole = !request.headers.contains("range");
    bool meddles = request.method == "GET" && request.target.ends_with(target) && is_whole &&
                   (*count)++ < most;
    if (!meddles) return false;
    std::string right = checksum_of(ChecksumKind::crc64nvme, pattern(300, 4)).base64;
    connection.write(
        net::ok_response(pattern(300, 9), "x-amz-checksum-crc64nvme: " + right + "\r\n"));
    return true;
  };
}

TEST(S3Read, FetchesAgainWhatDoesNotFitItsChecksum) {
  MemoryBucket bucket(corrupt("/a", 3));
  bucket.put("a", pattern(300, 4));
  auto store = make_store(bucket);
  EXPECT_TRUE(read_all(*store, store->list("s3://music/").objects[0]) == pattern(300, 4));
  EXPECT_EQ(bucket.count("GET", "/a"), 4u);
}

TEST(S3Read, FindsADamagedRangeByTheChecksumOfTheWhole) {
  std::string data = pattern(3 * block + 100, 4);
  for (bool tells_checksum : {true, false}) {
    MemoryBucket bucket([&](net::ServerConnection& connection, const BucketRequest& request) {
      auto range = request.headers.find("range");
      std::string second = fmt::format("bytes={}-{}", block, 2 * block - 1);
      if (range == request.headers.end() || range->second != second) return false;
      std::string bytes = data.substr(block, block);
      bytes[12345] = static_cast<char>(bytes[12345] ^ 1);
      connection.write(
          fmt::format("HTTP/1.1 206 X\r\nContent-Range: bytes {}-{}/{}\r\n"
                      "Content-Length: {}\r\n\r\n{}",
                      block, 2 * block - 1, data.size(), block, bytes));
      return true;
    });
    bucket.tells_checksums = tells_checksum;
    bucket.put("a", data);
    auto store = make_store(bucket);
    base::Listing listing = store->list("s3://music/");
    if (!tells_checksum) {
      EXPECT_EQ(read_all(*store, listing.objects[0]).size(), data.size());
      continue;
    }
    base::Error error = error_of([&] { read_all(*store, listing.objects[0]); });
    EXPECT_NE(error.message().find("do not fit x-amz-checksum-crc64nvme"), std::string::npos)
        << error.message();
  }
}

/// A bucket that lets nobody read for a while, and a store with one connection, whose reading ahead
/// has failed by then: of objects/0, which nobody opened.
class Outage {
 public:
  explicit Outage(std::size_t size) {
    for (int i = 0; i < 4; ++i) bucket_.put("objects/" + std::to_string(i), pattern(size, 4));
    listing_ = store_->list("s3://music/");
    store_->expect(listing_.objects);
    // It has its turn when the one before it came to nothing.
    EXPECT_EQ(error_of([&] { read_all(*store_, listing_.objects[3]); }).kind(), ErrorKind::denied);
    is_over_ = true;
  }
  Store& store() { return *store_; }
  std::span<const base::ObjectEntry> objects() const { return listing_.objects; }
  std::size_t fetch_count() { return bucket_.count("GET", "objects/") - count_before_; }
  void forget() { count_before_ += fetch_count(); }

 private:
  std::atomic<bool> is_over_ = false;
  std::size_t count_before_ = 0;
  MemoryBucket bucket_{[this](net::ServerConnection& connection, const BucketRequest& request) {
    if (is_over_ || request.query.contains("list-type")) return false;
    connection.write(refusal(403, "AccessDenied"));
    return true;
  }};
  std::unique_ptr<Store> store_ = make_store(bucket_, 256 << 20, 1);
  base::Listing listing_;
};

TEST(S3Read, FetchesAgainWhatFailedBeforeItWasOpened) {
  for (std::size_t size : {std::size_t{300}, 2 * block}) {
    Outage outage(size);
    for (const auto& entry : outage.objects()) {
      EXPECT_TRUE(read_all(outage.store(), entry) == pattern(size, 4)) << entry.path;
    }
  }
}

TEST(S3Read, ReadsAheadAgainWhenMoreIsExpected) {
  Outage outage(300);
  outage.forget();
  outage.store().expect(outage.objects());
  auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds(10);
  while (outage.fetch_count() < 4 && std::chrono::steady_clock::now() < deadline) {
    std::this_thread::yield();
  }
  EXPECT_EQ(outage.fetch_count(), 4u);
  for (const auto& entry : outage.objects()) {
    EXPECT_TRUE(read_all(outage.store(), entry) == pattern(300, 4)) << entry.path;
  }
  EXPECT_EQ(outage.fetch_count(), 4u) << "nothing is fetched twice";
}

TEST(S3Read, KeepsNoRoomForWhatHasChangedSince) {
  MemoryBucket bucket;
  auto store = make_store(bucket, 3 * block);
  for (int version = 1; version <= 8; ++version) {
    bucket.put("log", pattern(block, static_cast<unsigned>(version)));
    store->expect(store->list("s3://music/").objects);
    auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds(10);
    auto count = [&] { return static_cast<int>(bucket.count("GET", "/log")); };
    while (count() < version && std::chrono::steady_clock::now() < deadline) {
      std::this_thread::yield();
    }
    ASSERT_EQ(count(), version) << "fetched ahead, and never opened";
  }
}

TEST(S3Read, EndsWaitingReadersWhenInterrupted) {
  MemoryBucket bucket([](net::ServerConnection& connection, const BucketRequest& request) {
    if (request.query.contains("list-type")) return false;
    connection.wait_for_end();
    return true;
  });
  for (int i = 0; i < 10; ++i) bucket.put(std::to_string(i), pattern(i % 2 == 0 ? 10 : 2 * block));
  auto store = make_store(bucket, 256 << 20, 3);
  base::Listing listing = store->list("s3://music/");
  store->expect(listing.objects);
  std::vector<std::jthread> readers;
  std::atomic<int> interrupted = 0;
  for (const auto& entry : listing.objects) {
    readers.emplace_back([&] {
      if (error_of([&] { read_all(*store, entry); }).kind() == ErrorKind::interrupted) {
        ++interrupted;
      }
    });
  }
  while (bucket.requests().size() < 4) std::this_thread::yield();
  store->interrupt();
  readers.clear();
  EXPECT_EQ(interrupted, 10);
  EXPECT_EQ(error_of([&] { store->list("s3://music/"); }).kind(), ErrorKind::interrupted);
}

}  // namespace
}  // namespace sparkify::s3
