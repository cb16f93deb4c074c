#include "simulate/output.hpp"

#include <gtest/gtest.h>
#include <unistd.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <map>
#include <thread>

#include "base/disk_store.hpp"
#include "base/error.hpp"
#include "memory_store.hpp"
#include "simulate/dataset.hpp"

/// Where simulated events go: whole files, files that grow, objects of some time each.
namespace sparkify::simulate {
namespace {

namespace fs = std::filesystem;
using memory_test::MemoryStore;
using Names = std::vector<std::string>;
constexpr std::int64_t day = 17836;  ///< 2018-11-01

void write(EventFiles& files, std::int64_t number, const std::string& lines) {
  DeliveredText text;
  text[0] = lines;
  files.write(number, text);
}

class OutputTest : public ::testing::Test {
 protected:
  OutputTest() {
    std::string pattern = (fs::temp_directory_path() / "output_XXXXXX").string();
    root_ = ::mkdtemp(pattern.data());
  }
  ~OutputTest() override { fs::remove_all(root_); }

  std::map<std::string, std::string> files() {
    std::map<std::string, std::string> all;
    for (const auto& entry : fs::recursive_directory_iterator(root_)) {
      if (!entry.is_regular_file()) continue;
      std::ifstream file(entry.path(), std::ios::binary);
      all[entry.path().lexically_relative(root_).string()] = {std::istreambuf_iterator<char>(file),
                                                              {}};
    }
    return all;
  }

  fs::path root_;
  base::DiskStore disk_;
  MemoryStore far_;
};

TEST_F(OutputTest, ADayIsOneObjectThatAppearsWhole) {
  EventFiles files(far_, {.folder = "far/data"});
  write(files, day, "1\n2\n");
  write(files, day, "3\n");
  write(files, day + 1, "4\n");
  files.finish();
  EXPECT_EQ(far_.paths(), (Names{"far/data/log_data/2018/11/2018-11-01-events.json",
                                 "far/data/log_data/2018/11/2018-11-02-events.json"}));
  EXPECT_EQ(far_.text("far/data/log_data/2018/11/2018-11-01-events.json"), "1\n2\n3");
}

TEST_F(OutputTest, WhatIsNotFinishedIsNotThere) {
  {
    EventFiles files(disk_, {.folder = root_.string()});
    write(files, day, "1\n");
    write(files, day + 1, "2\n");
  }
  for (const auto& [name, text] : files()) EXPECT_EQ(text, "1") << name;
}

TEST_F(OutputTest, AFollowersFilesOfADiskGrow) {
  EventFiles followed(disk_, {.folder = root_.string(), .is_following = true});
  write(followed, day, "1\n");
  for (int i = 0; i < 500 && files().empty(); ++i) {
    std::this_thread::sleep_for(std::chrono::milliseconds(10));
  }
  EXPECT_EQ(files().begin()->first, "log_data/2018/11/2018-11-01-events.json");
  followed.finish();
}

TEST_F(OutputTest, AFollowersObjectsFarAwayAppearWhenTheirTimeIsOver) {
  EventFiles files(
      far_, {.folder = "far", .is_following = true, .object_time = std::chrono::milliseconds(50)});
  std::string first = "far/log_data/2018/11/2018-11-01-events-000001.json";
  write(files, day, "1\n2\n");
  for (int i = 0; i < 1000 && far_.paths().empty(); ++i) {
    std::this_thread::sleep_for(std::chrono::milliseconds(5));
  }
  EXPECT_EQ(far_.paths(), Names{first}) << "although nothing more comes";
  EXPECT_EQ(far_.text(first), "1\n2");
  write(files, day, "3\n");
  write(files, day + 1, "4\n");
  files.finish();
  EXPECT_EQ(far_.paths(), (Names{first, "far/log_data/2018/11/2018-11-01-events-000002.json",
                                 "far/log_data/2018/11/2018-11-02-events-000001.json"}));
}

TEST_F(OutputTest, AStoreThatFailsEndsTheWriting) {
  far_.before_write = [](const std::string&) {
    throw base::Error(base::ErrorKind::denied, "no s3:PutObject");
  };
  EventFiles files(far_, {.folder = "far"});
  write(files, day, "1\n");
  EXPECT_THROW(files.finish(), base::Error);
  EXPECT_EQ(far_.paths(), Names{});
}

DatasetOptions small_dataset(const std::string& folder) {
  DatasetOptions options;
  options.folder = folder;
  options.simulation.user_count = 20;
  options.simulation.start_ms = day * 86'400'000;
  options.simulation.end_ms = (day + 3) * 86'400'000;
  options.simulation.seed = 7;
  options.simulation.dirt.late = 0.1;
  options.catalogue.seed = 7;
  options.catalogue.song_count = 100;
  options.catalogue.late_song_rate = 0.1;
  options.catalogue.repeated_song_rate = 0.1;
  return options;
}

TEST_F(OutputTest, ADataSetIsTheSameNearAndFar) {
  std::atomic<bool> stop = false;
  auto progress = [](std::int64_t, std::uint64_t) {};
  site::Site site = site::default_site();
  make_dataset(disk_, site, small_dataset(root_.string()), progress, stop);
  make_dataset(far_, site, small_dataset("far"), progress, stop);
  auto near = files();
  EXPECT_GT(near.size(), 100u);
  EXPECT_EQ(far_.paths().size(), near.size());
  for (const auto& [name, text] : near) EXPECT_EQ(far_.text("far/" + name), text) << name;
}

TEST_F(OutputTest, AFolderInUseIsRefusedNearAndFar) {
  std::atomic<bool> stop = false;
  auto refusal = [&](base::ObjectStore& store, const std::string& folder) {
    try {
      make_dataset(
          store, site::default_site(), small_dataset(folder), [](std::int64_t, std::uint64_t) {},
          stop);
    } catch (const base::Error& error) {
      return std::string(error.what());
    }
    return std::string("accepted");
  };
  far_.put("far/log_data_of_others/x.json", "");
  far_.put("far/late/log_data/x.json", "");
  EXPECT_EQ(refusal(far_, "far"), "far already holds late");
  fs::create_directories(root_ / "song_data");
  EXPECT_EQ(refusal(disk_, root_.string()), root_.string() + " already holds song_data");
  EXPECT_TRUE(fs::exists(root_ / "song_data"));
}

TEST_F(OutputTest, ADataSetThatFailsLeavesTheDiskAsItWas) {
  std::atomic<bool> stop = true;
  auto make = [&](const fs::path& folder) {
    EXPECT_THROW(make_dataset(
                     disk_, site::default_site(), small_dataset(folder.string()),
                     [](std::int64_t, std::uint64_t) {}, stop),
                 base::Error);
  };
  make(root_ / "new");
  EXPECT_FALSE(fs::exists(root_ / "new"));
  std::ofstream(root_ / "mine.txt") << "mine";
  make(root_);
  EXPECT_EQ(files(), (std::map<std::string, std::string>{{"mine.txt", "mine"}}));
}

}  // namespace
}  // namespace sparkify::simulate
