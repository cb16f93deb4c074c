#include "cli/stores.hpp"

#include <gtest/gtest.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>

#include "base/error.hpp"
#include "memory_store.hpp"

namespace sparkify::cli {
namespace {

using memory_test::MemoryStore;

/// Stores over a MemoryStore that is made when it is needed, and counted.
struct Made {
  int count = 0;
  MemoryStore* s3 = nullptr;
  Stores stores{[this] {
    auto made = std::make_unique<MemoryStore>();
    made->put("s3://music/logs/a.json", "far");
    s3 = made.get();
    ++count;
    return made;
  }};
};

TEST(Stores, PathsOfS3HaveOneForm) {
  EXPECT_EQ(canonical_path("S3A://Music/Logs"), "s3://Music/Logs");
  EXPECT_EQ(canonical_path("s3n://music"), "s3://music");
  EXPECT_EQ(canonical_path("data/s3://x"), "data/s3://x");
  EXPECT_EQ(canonical_path("s3:/music"), "s3:/music");
  EXPECT_EQ(canonical_path("gs://music"), "gs://music");
}

TEST(Stores, ThePathDecidesAndS3IsMadeWithTheFirstOfItsOwn) {
  Made made;
  EXPECT_THROW(made.stores.list("/nowhere/at/all"), base::Error);
  EXPECT_EQ(made.count, 0);
  EXPECT_FALSE(made.stores.is_far("logs"));
  EXPECT_TRUE(made.stores.is_far("S3://music/logs"));
  EXPECT_EQ(made.count, 0);
  base::Listing listing = made.stores.list("s3a://music/logs");
  ASSERT_EQ(listing.objects.size(), 1u);
  EXPECT_EQ(listing.objects[0].path, "s3://music/logs/a.json");
  char buffer[8];
  EXPECT_EQ(made.stores.open(listing.objects[0])->read(0, buffer), 3u);
  EXPECT_EQ(made.count, 1);
}

TEST(Stores, WhatFailsWhenMadeIsTriedAgain) {
  int attempts = 0;
  Stores stores([&]() -> std::unique_ptr<base::ObjectStore> {
    if (++attempts == 1) throw base::Error(base::ErrorKind::config, "no URL");
    auto made = std::make_unique<MemoryStore>();
    made->put("s3://music/a", "1");
    return made;
  });
  EXPECT_THROW(stores.list("s3://music"), base::Error);
  EXPECT_EQ(stores.list("s3://music").objects.size(), 1u);
}

TEST(Stores, ExpectTellsEachStoreItsOwn) {
  Made made;
  std::vector<base::ObjectEntry> entries{{"a.json", 1, "1"}};
  made.stores.expect(entries);
  EXPECT_EQ(made.count, 0);
  entries.push_back({"s3://music/b.json", 1, "1"});
  entries.push_back({"s3://music/c.json", 1, "1"});
  entries.push_back({"d.json", 1, "1"});
  made.stores.expect(entries);
  EXPECT_EQ(made.s3->expected,
            (std::vector<std::string>{"s3://music/b.json", "s3://music/c.json"}));
}

TEST(Stores, AnInterruptReachesS3AlsoWhenItIsMadeLater) {
  Made made;
  made.stores.interrupt();
  EXPECT_EQ(made.count, 0);
  made.stores.list("s3://music");
  EXPECT_EQ(made.s3->interrupts, 1);
  made.stores.interrupt();
  EXPECT_EQ(made.s3->interrupts, 2);
}

TEST(Stores, WritersGoWhereThePathSays) {
  Made made;
  auto writer = made.stores.create("S3n://music/truth.json");
  writer->write("{}");
  writer->finish();
  EXPECT_EQ(made.s3->text("s3://music/truth.json"), "{}");
}

TEST(ReadText, TakesTheObjectOfThisNameAlone) {
  Made made;
  made.stores.list("s3://music");
  made.s3->put("s3://music/paths.json", "{}");
  made.s3->put("s3://music/paths.json.old", "old");
  EXPECT_EQ(read_text(made.stores, "S3://music/paths.json"), "{}");
  try {
    read_text(made.stores, "s3://music/path");
    FAIL();
  } catch (const base::Error& error) {
    EXPECT_EQ(error.kind(), base::ErrorKind::not_found);
    EXPECT_EQ(error.place()->file, "s3://music/path");
    EXPECT_EQ(error.hint_text(), "s3://music/paths.json begins with it");
  }
}

TEST(ReadText, HasALimit) {
  MemoryStore store;
  store.put("s3://music/a", "12345");
  EXPECT_EQ(base::read_object(store, "s3://music/a", 5), "12345");
  EXPECT_THROW(base::read_object(store, "s3://music/a", 4), base::Error);
}

}  // namespace
}  // namespace sparkify::cli
