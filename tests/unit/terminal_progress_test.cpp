#include "terminal/progress.hpp"

#include <gtest/gtest.h>

#include <limits>

#include "format/width.hpp"
#include "terminal/summary.hpp"

namespace sparkify::terminal {
namespace {

using namespace std::chrono_literals;

/// A progress line that writes into a string, with a clock that is set by hand.
class Screen {
 public:
  explicit Screen(bool is_live, bool is_quiet = false, std::size_t width = 200)
      : line({is_live, is_quiet, width, [this](std::string_view part) { text += part; },
              [this] { return now; }}) {}

  std::string text;
  ProgressLine::Clock::time_point now{};
  ProgressLine line;
};

const etl::Progress half = {1, 2, 5'000'000, 10'000'000, 20'000};

TEST(ProgressLine, PrintsStagesAndEveryTenSecondsWhereNobodyWatches) {
  Screen screen(false);
  screen.line.stage_started("read events");
  screen.now += 9s;
  screen.line.progressed(half);
  EXPECT_EQ(screen.text, "");
  screen.now += 1s;
  screen.line.progressed(half);
  EXPECT_EQ(screen.text,
            "read events: 1 of 2 files, 5.0 MB of 10.0 MB, 20,000 rows, 2,000 rows/s, 500.0 kB/s, "
            "10.0 s left\n");
  screen.text.clear();
  screen.line.stage_finished("read events", 12.34);
  screen.line.stage_started("build users");
  EXPECT_EQ(screen.text, "read: 12.3 s\n");
}

TEST(ProgressLine, SpeaksOfRowsAloneWhereNoFilesAreRead) {
  Screen screen(false);
  screen.line.stage_started("simulate");
  screen.now += 10s;
  screen.line.progressed({.rows_done = 20'000});
  EXPECT_EQ(screen.text, "simulate: 20,000 rows, 2,000 rows/s\n");
}

TEST(ProgressLine, AddsUpTheStagesOfOneStep) {
  std::string text;
  {
    ProgressLine line({false, false, 80, [&](std::string_view part) { text += part; }});
    line.stage_started("build songs");
    line.stage_finished("build songs", 0.25);
    line.stage_started("build users");
    line.stage_finished("build users", 0.5);
    EXPECT_EQ(text, "");
    line.stage_started("commit");
    EXPECT_EQ(text, "build: 0.75 s\n");
    line.stage_finished("commit", 1);
  }
  EXPECT_EQ(text, "build: 0.75 s\ncommit: 1.00 s\n");
}

TEST(ProgressLine, RewritesOneLineOnATerminal) {
  Screen screen(true, false, 30);
  screen.line.stage_started("read events");
  EXPECT_EQ(screen.text, "\r\x1b[Kread events");
  screen.text.clear();
  screen.now += 50ms;
  screen.line.progressed(half);
  EXPECT_EQ(screen.text, "");
  screen.now += 50ms;
  screen.line.progressed(half);
  EXPECT_EQ(screen.text, "\r\x1b[Kread events: 1 of 2 files, 5.");
  screen.text.clear();
  screen.line.stage_finished("read events", 1);
  EXPECT_EQ(screen.text, "\r\x1b[K");
}

TEST(ProgressLine, KeepsNotesApartFromTheLiveLine) {
  Screen screen(true);
  screen.line.stage_started("list");
  screen.text.clear();
  screen.line.noted("notes.txt: passed over");
  EXPECT_EQ(screen.text, "\r\x1b[Knote: notes.txt: passed over\n");
}

TEST(ProgressLine, IsSilentWhenQuiet) {
  for (bool is_live : {false, true}) {
    Screen screen(is_live, true);
    screen.line.stage_started("list");
    screen.now += 60s;
    screen.line.progressed(half);
    screen.line.noted("something");
    screen.line.stage_finished("list", 60);
    EXPECT_EQ(screen.text, "");
  }
}

std::string printed(const etl::LoadSummary& summary) {
  std::string text;
  print_summary(summary, [&](std::string_view part) { text += part; });
  return text;
}

etl::LoadSummary example() {
  etl::LoadSummary summary;
  summary.load_id = 3;
  summary.files_loaded = 2;
  summary.files_unchanged = 1;
  summary.bytes_read = 4'000'000;
  summary.rows_read = 8000;
  summary.rows_loaded = 7990;
  summary.duplicates = 8;
  summary.rejects = 2;
  summary.tables = {{"songplays", 6820, 20}};
  summary.stages = {{"list", 0.5}, {"read songs", 0.5}, {"read events", 1}};
  summary.seconds = 2;
  return summary;
}

TEST(Summary, TellsRowsFilesAndSpeed) {
  EXPECT_EQ(printed(example()),
            " table     |  rows | added\n"
            "-----------+-------+-------\n"
            " songplays | 6,820 |    20\n"
            "(1 row)\n"
            "\n"
            "load 3: 2 files (4.0 MB), 1 file unchanged\n"
            "rows: 8,000 read = 7,990 loaded + 8 duplicates + 2 rejects; 0 unknown keys\n"
            "time: 2.00 s (list 0.50 s, read 1.50 s)\n"
            "speed: 4,000 rows/s, 2.0 MB/s\n");
}

TEST(Summary, SaysWhenNothingIsNew) {
  etl::LoadSummary summary;
  EXPECT_EQ(printed(summary), "nothing new\n");
  summary.files_unchanged = 30;
  summary.files_passed_over = 1;
  EXPECT_EQ(printed(summary), "nothing new: 30 files unchanged, 1 file passed over\n");
}

TEST(Summary, AsJsonUsesTheNamesOfTheLedger) {
  std::string text = summary_as_json(example());
  for (std::string_view part :
       {"\"load_id\": 3,", "\"rows_loaded\": 7990,", "\"rows_per_second\": 4000,",
        "\"rows_added\": 20", "\"stage\": \"read events\""}) {
    EXPECT_NE(text.find(part), std::string::npos) << part << " in " << text;
  }
}

}  // namespace
}  // namespace sparkify::terminal
