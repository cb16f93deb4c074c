#include <fmt/format.h>
#include <gtest/gtest.h>

#include <optional>

#include "base/error.hpp"
#include "etl/check.hpp"
#include "etl/load.hpp"
#include "event_reading.hpp"
#include "memory_store.hpp"
#include "warehouse/embedded.hpp"
#include "warehouse/query.hpp"

/// Loads from a store that is far away: what is asked of it, and that nothing else differs.
namespace sparkify::etl {
namespace {

using base::Error;
using base::ErrorKind;
using memory_test::MemoryStore;
using Names = std::vector<std::string>;

std::string event(int session, int item = 0) {
  return event_test::event_line(
      fmt::format("\"sessionId\":{},\"itemInSession\":{}", session, item));
}

std::string song(const std::string& id, const std::string& title) {
  return event_test::song_text(fmt::format(R"("song_id":"{}","title":"{}")", id, title));
}

class FarLoad : public ::testing::Test {
 protected:
  FarLoad() { open(); }

  void open() {
    warehouse::EmbeddedOptions options;
    options.path = "";
    warehouse_ = warehouse::open_embedded(options);
  }
  LoadSummary load(const std::string& logs, std::uint64_t max_rejects = 0,
                   std::optional<std::string> songs = {}) {
    LoadOptions options;
    if (!logs.empty()) options.log_data = logs;
    options.song_data = songs;
    options.max_rejects = max_rejects;
    store_.opened.clear();
    store_.expected.clear();
    Observer observer;
    return etl::load(target_, store_, options, observer);
  }
  /// Of the files of the last load: `path loaded duplicates rejects`.
  Names accounts() {
    Names all;
    auto rows = warehouse::rows_of(
        *warehouse_,
        warehouse::statement("select path, loaded_count, duplicate_count, reject_count "
                             "from etl_files where load_id = (select max(load_id) "
                             "from etl_loads) order by path"));
    for (const auto& row : rows) {
      all.push_back(fmt::format("{} {} {} {}", *row[0], *row[1], *row[2], *row[3]));
    }
    return all;
  }
  std::int64_t count(const std::string& what) {
    return warehouse::number_of(*warehouse_, "select count(*) from " + what);
  }
  void expect_green() {
    for (const CheckResult& result : check(*warehouse_)) {
      EXPECT_EQ(result.violation_count, 0) << result.name;
    }
  }

  MemoryStore store_;
  std::unique_ptr<warehouse::Warehouse> warehouse_;
  LoadTarget target_{false, [this]() -> warehouse::Warehouse& { return *warehouse_; }};
};

TEST_F(FarLoad, ObjectsAreExpectedWhileTheListingGoesOnAndOpenedOnce) {
  Names all;
  for (int i = 0; i < 7; ++i) {
    all.push_back(fmt::format("far/logs/{}.json", i));
    store_.put(all.back(), event(i));
  }
  store_.put("far/logs/notes.txt", "none of ours");
  store_.page_size = 3;
  std::vector<std::size_t> expected_before_page;
  store_.before_page = [&](std::size_t) { expected_before_page.push_back(store_.expected.size()); };
  EXPECT_EQ(load("far/logs").rows_loaded, 7u);
  EXPECT_EQ(expected_before_page, (std::vector<std::size_t>{0, 3, 6}));
  EXPECT_EQ(store_.expected, all);
  std::sort(store_.opened.begin(), store_.opened.end());
  EXPECT_EQ(store_.opened, all);
}

TEST_F(FarLoad, KnownObjectsAreNeitherExpectedNorOpened) {
  store_.put("far/logs/a.json", event(1));
  load("far/logs");
  store_.put("far/logs/b.json", event(2));
  LoadSummary summary = load("far/logs");
  EXPECT_EQ(store_.expected, Names{"far/logs/b.json"});
  EXPECT_EQ(store_.opened, Names{"far/logs/b.json"});
  EXPECT_EQ(summary.files_unchanged, 1u);
}

TEST_F(FarLoad, AnotherSizeIsAnotherObjectEvenOfOneVersion) {
  store_.put("far/logs/a.json", event(1), "\n" + event(2));
  load("far/logs");
  store_.put("far/logs/a.json", event(1) + "\n" + event(2));
  EXPECT_EQ(load("far/logs").files_loaded, 1u);
}

TEST_F(FarLoad, AMovedObjectIsKnownByItsVersionWithoutBeingRead) {
  store_.put("far/logs/a.json", event(1));
  load("far/logs");
  store_.put("far/moved/b.json", event(1));
  EXPECT_EQ(load("far/moved").load_id, 0);
  EXPECT_EQ(store_.opened, Names{});
  LoadOptions options;
  options.log_data = "far/moved";
  auto planned = plan_load(*warehouse_, store_, options);
  EXPECT_EQ(planned.at(0).verdict, "same content as far/logs/a.json of load 1");
}

TEST_F(FarLoad, KnownContentUnderAnotherVersionIsReadOnceAndAddsNothing) {
  store_.put("far/logs/a.json", event(1) + "\n{broken\n" + event(2));
  load("far/logs", 1);
  store_.put("far/copy/a.json", event(1) + "\n{broken\n" + event(2), "salt");
  store_.put("far/copy/b.json", event(3));
  // No reject is allowed now: what was refused of this content is on record.
  LoadSummary summary = load("far/copy", 0);
  EXPECT_EQ(store_.opened.size(), 2u);
  EXPECT_EQ(summary.rejects, 0u);
  EXPECT_EQ(accounts(), (Names{"far/copy/a.json 0 3 0", "far/copy/b.json 1 0 0"}));
  EXPECT_EQ(count("events"), 3);
  EXPECT_EQ(count("etl_rejects"), 1);
  expect_green();
  load("far/copy");
  EXPECT_EQ(store_.opened, Names{});
}

TEST_F(FarLoad, KnownSongsUnderAnotherVersionStayAsTheyWere) {
  store_.put("far/songs/1.json", song("SO1", "B"));
  load("", 0, "far/songs/1.json");
  store_.put("far/songs/2.json", song("SO1", "C"));
  load("", 0, "far/songs/2.json");
  store_.put("far/songs/3.json", song("SO1", "B"), "salt");
  load("", 0, "far/songs/3.json");
  EXPECT_EQ(accounts(), Names{"far/songs/3.json 0 1 0"});
  EXPECT_EQ(
      warehouse::rows_of(*warehouse_, warehouse::statement("select title from songs")).at(0)[0],
      "C");
  expect_green();
}

TEST_F(FarLoad, KnownContentFullOfRejectsDoesNotEndTheLoad) {
  std::string bad;
  for (int i = 0; i < 3000; ++i) bad += "{broken\n";
  store_.put("far/logs/a.json", bad + event(1));
  load("far/logs", 3000);
  store_.put("far/copy/a.json", bad + event(1), "salt");
  store_.put("far/copy/b.json", event(2));
  LoadSummary summary = load("far/copy", 0);
  EXPECT_EQ(summary.files_unchanged, 1u);
  EXPECT_EQ(accounts(), Names{"far/copy/b.json 1 0 0"});
  EXPECT_EQ(count("etl_rejects"), 3000);
  expect_green();
}

TEST_F(FarLoad, RejectsOfNewContentStillEndTheLoad) {
  std::string bad;
  for (int i = 0; i < 3000; ++i) bad += "{broken\n";
  store_.put("far/logs/a.json", bad);
  EXPECT_THROW(load("far/logs", 10), Error);
  EXPECT_EQ(count("events"), 0);
  EXPECT_EQ(count("etl_loads where status = 'failed'"), 1);
}

TEST_F(FarLoad, EqualObjectsOfOneLoadCountOnce) {
  store_.put("far/logs/a.json", event(1));
  store_.put("far/logs/b.json", event(1));
  load("far/logs");
  EXPECT_EQ(accounts(), (Names{"far/logs/a.json 1 0 0", "far/logs/b.json 0 1 0"}));
}

TEST_F(FarLoad, ADryRunReadsNoObject) {
  store_.put("far/logs/a.json", event(1));
  load("far/logs");
  store_.put("far/logs/b.json", event(2));
  store_.opened.clear();
  store_.expected.clear();
  LoadOptions options;
  options.log_data = "far/logs";
  auto planned = plan_load(*warehouse_, store_, options);
  EXPECT_EQ(planned.at(0).verdict, "unchanged since load 1");
  EXPECT_EQ(planned.at(1).verdict, "load");
  EXPECT_EQ(store_.opened, Names{});
  EXPECT_EQ(store_.expected, Names{});
}

TEST_F(FarLoad, ALostStoreLeavesNothingBehindAndTheNextLoadGoesOn) {
  for (int i = 0; i < 20; ++i) store_.put(fmt::format("far/logs/{}.json", i), event(i));
  load("far/logs/0.json");
  store_.before_read = [](const std::string& path) {
    if (path != "far/logs/7.json") return;
    throw Error(ErrorKind::unavailable, "the server went away")
        .at({path, 0, 0, {}})
        .hint("try again");
  };
  try {
    load("far/logs");
    FAIL();
  } catch (const Error& error) {
    EXPECT_EQ(error.kind(), ErrorKind::unavailable);
    EXPECT_EQ(error.place()->file, "far/logs/7.json");
    EXPECT_EQ(error.hint_text(), "try again");
  }
  EXPECT_EQ(count("events"), 1);
  EXPECT_EQ(count("etl_loads"), 1);
  store_.before_read = {};
  EXPECT_EQ(load("far/logs").files_loaded, 19u);
  EXPECT_EQ(count("events"), 20);
  expect_green();
}

TEST_F(FarLoad, AListingThatBreaksOffLoadsNothing) {
  for (int i = 0; i < 4; ++i) store_.put(fmt::format("far/logs/{}.json", i), event(i));
  store_.page_size = 2;
  store_.before_page = [](std::size_t page) {
    if (page == 1) throw Error(ErrorKind::unavailable, "the server went away");
  };
  EXPECT_THROW(load("far/logs"), Error);
  EXPECT_FALSE(warehouse::number_of(*warehouse_,
                                    "select count(*) from information_schema.tables "
                                    "where table_name = 'events'") > 0 &&
               count("events") > 0);
}

TEST_F(FarLoad, ANewWarehouseIsOpenedWhenThereIsSomethingToLoad) {
  int opened = 0;
  target_ = {true, [&]() -> warehouse::Warehouse& {
               ++opened;
               return *warehouse_;
             }};
  EXPECT_THROW(load("far/nowhere"), Error);
  EXPECT_EQ(opened, 0);
  store_.put("far/logs/a.json", event(1));
  EXPECT_EQ(load("far/logs").rows_loaded, 1u);
  EXPECT_EQ(opened, 1);
}

TEST_F(FarLoad, AWarehouseThatAppearedMeanwhileIsAskedWhatItHolds) {
  store_.put("far/logs/a.json", event(1));
  load("far/logs");
  target_.is_new = true;
  LoadSummary summary = load("far/logs");
  EXPECT_EQ(summary.load_id, 0);
  EXPECT_EQ(summary.files_unchanged, 1u);
  EXPECT_EQ(count("etl_loads"), 1);
}

TEST_F(FarLoad, NearAndFarGiveTheSameWarehouse) {
  for (const std::string root : {"far/", "disk/"}) {
    open();
    for (int i = 0; i < 50; ++i) {
      store_.put(root + fmt::format("logs/{:02}.json", i),
                 event_test::random_events(static_cast<unsigned>(i) + 1, 20));
    }
    store_.put(root + "songs/1.json", song("SO1", "Low Tide"));
    store_.page_size = root == "far/" ? 4 : 1000;
    LoadSummary summary = load(root + "logs", 100'000, root + "songs");
    auto rows = warehouse::rows_of(
        *warehouse_, warehouse::statement(
                         "select count(*), sum(row_count), sum(loaded_count), "
                         "sum(duplicate_count), sum(reject_count), sum(file_id) from etl_files"));
    std::string found;
    for (const auto& value : rows.at(0)) found += value.value_or("null") + " ";
    static std::string first;
    if (first.empty()) first = found;
    EXPECT_EQ(found, first);
    EXPECT_EQ(summary.files_loaded, 51u);
    expect_green();
  }
}

TEST_F(FarLoad, AJsonpathsFileIsReadFromTheStore) {
  Names keys = {"artist",    "auth",  "firstName", "gender", "itemInSession", "lastName",
                "length",    "level", "location",  "method", "page",          "registration",
                "sessionId", "song",  "status",    "ts",     "userAgent",     "userId"};
  std::string paths;
  for (const std::string& key : keys) {
    paths += fmt::format("{}\"$['{}']\"", paths.empty() ? "" : ",", key);
  }
  store_.put("far/paths.json", "{\"jsonpaths\": [" + paths + "]}");
  store_.put("far/paths.json.bak", "old");
  store_.put("far/logs/a.json", event(1));
  LoadOptions options;
  options.log_data = "far/logs";
  options.log_jsonpath = "far/paths.json";
  Observer observer;
  EXPECT_EQ(etl::load(target_, store_, options, observer).rows_loaded, 1u);
}

}  // namespace
}  // namespace sparkify::etl
