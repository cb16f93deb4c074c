#include "cli/commands.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <fstream>
#include <iterator>
#include <set>

#include "base/error.hpp"
#include "base/text.hpp"
#include "cli/completions.hpp"
#include "cli/help.hpp"
#include "config/settings.hpp"
#include "etl/schema.hpp"
#include "format/writer.hpp"

namespace sparkify::cli {
namespace {

Arguments parse(std::string_view command, std::vector<std::string> words) {
  return Arguments::parse(*find_command(command), std::move(words));
}

std::string refusal(std::string_view command, std::vector<std::string> words) {
  try {
    parse(command, std::move(words));
  } catch (const base::Error& error) {
    EXPECT_EQ(error.kind(), base::ErrorKind::usage);
    return base::render(error);
  }
  return "accepted";
}

TEST(Commands, EachHasWhatHelpNeeds) {
  std::set<std::string_view> names;
  for (const Command& command : commands()) {
    EXPECT_TRUE(names.insert(command.name).second) << command.name;
    EXPECT_FALSE(command.summary.empty()) << command.name;
    EXPECT_FALSE(command.summary.ends_with('.')) << command.name;
    EXPECT_NE(command.function, nullptr) << command.name;
    EXPECT_NE(command.example.find("sparkify " + std::string(command.name).substr(0, 3)),
              std::string_view::npos)
        << command.name;
  }
}

TEST(Commands, FlagsAreUniqueAndExplained) {
  for (const Command& command : commands()) {
    std::set<std::string_view> names;
    std::set<char> letters;
    for (const Flag& flag : flags_of(command)) {
      EXPECT_TRUE(names.insert(flag.name).second) << command.name << " --" << flag.name;
      if (flag.letter != 0) {
        EXPECT_TRUE(letters.insert(flag.letter).second) << flag.name;
      }
      EXPECT_FALSE(flag.help.empty()) << flag.name;
      EXPECT_FALSE(flag.help.ends_with('.')) << flag.name;
      if (!flag.setting.empty()) {
        EXPECT_FALSE(config::setting(flag.setting).is_secret) << flag.name;
      }
    }
  }
}

TEST(Commands, HelpFitsIntoAHundredColumns) {
  for (const Command& command : commands()) {
    std::string text = help_of(command);
    while (!text.empty()) {
      std::string line = text.substr(0, text.find('\n'));
      EXPECT_LE(line.size(), 100U) << line;
      text.erase(0, line.size() + 1);
    }
  }
}

TEST(Commands, LayoutsAreThoseOfTheSchema) {
  auto layouts = base::split_words(config::setting("warehouse.layout").choices);
  EXPECT_TRUE(
      std::equal(layouts.begin(), layouts.end(), std::begin(etl::layouts), std::end(etl::layouts)));
}

TEST(Commands, FormatsOfSqlAreThoseOfTheWriters) {
  for (const Flag& flag : flags_of(*find_command("sql"))) {
    if (flag.name == "format") {
      EXPECT_EQ(flag.choices, std::string(format::formats) + " parquet xlsx");
    }
  }
}

TEST(Reference, IsThePageInDocs) {
  std::ifstream page(SPARKIFY_SOURCE_DIR "/docs/cli.md");
  std::string text((std::istreambuf_iterator<char>(page)), std::istreambuf_iterator<char>());
  EXPECT_EQ(text, reference_as_markdown()) << "run: sparkify help --markdown > docs/cli.md";
}

TEST(Completions, NameEveryFlag) {
  for (const Command& command : commands()) {
    for (const Flag& flag : flags_of(command)) {
      std::string name(flag.name);
      EXPECT_NE(bash_completions().find("--" + name), std::string::npos) << name;
      EXPECT_NE(zsh_completions().find("--" + name + "["), std::string::npos) << name;
      EXPECT_NE(fish_completions().find("-l " + name), std::string::npos) << name;
    }
  }
}

TEST(Arguments, ReadFlagsInEveryForm) {
  Arguments arguments = parse("sql", {"--format=csv", "-f", "a.sql", "--quiet"});
  EXPECT_EQ(arguments.text("format"), "csv");
  EXPECT_EQ(arguments.text("file"), "a.sql");
  EXPECT_TRUE(arguments.has("quiet"));
  EXPECT_FALSE(arguments.has("wait"));
  EXPECT_EQ(arguments.count("wait"), 0U);
  EXPECT_EQ(parse("sql", {"--file", "-"}).text("file"), "-");
  EXPECT_EQ(parse("sql", {"--file=a=b"}).text("file"), "a=b");
}

TEST(Arguments, KeepAStatementThatBeginsWithADash) {
  EXPECT_EQ(parse("sql", {"-- comment\nselect 1"}).words().at(0), "-- comment\nselect 1");
  EXPECT_EQ(parse("sql", {"--", "--select"}).words().at(0), "--select");
}

TEST(Arguments, RefuseWhatIsUnknown) {
  EXPECT_EQ(refusal("etl", {"--log-dta", "x"}),
            "sparkify: error: unknown flag \"--log-dta\"\n  hint: did you mean \"--log-data\"?\n");
  EXPECT_EQ(refusal("status", {"now"}),
            "sparkify: error: unexpected argument \"now\"\n"
            "  hint: see \"sparkify status --help\"\n");
  EXPECT_EQ(refusal("sql", {"--format", "jsn", "select 1"}),
            "sparkify: error: --format: \"jsn\" is not one of table, csv, json, markdown, parquet, "
            "xlsx\n"
            "  hint: did you mean \"json\"?\n");
}

TEST(Arguments, RefuseMissingAndSuperfluousValues) {
  EXPECT_NE(refusal("etl", {"--log-data"}).find("--log-data needs a value: PATH"),
            std::string::npos);
  EXPECT_NE(refusal("etl", {"--log-data", "--song-data", "x"}).find("--log-data needs a value"),
            std::string::npos);
  EXPECT_NE(refusal("etl", {"--log-data="}).find("--log-data needs a value"), std::string::npos);
  EXPECT_NE(refusal("etl", {"--dry-run=yes"}).find("--dry-run takes no value"), std::string::npos);
  EXPECT_NE(refusal("etl", {"--threads", "1", "--threads", "2"}).find("--threads is given twice"),
            std::string::npos);
  EXPECT_NE(refusal("completions", {}).find("completions needs SHELL"), std::string::npos);
}

TEST(Arguments, ANegativeCountIsAValueAndRefusedAsOne) {
  EXPECT_EQ(parse("etl", {"--max-rejects", "-1"}).text("max-rejects"), "-1");
  EXPECT_THROW((void)parse("etl", {"--wait", "-1"}).count("wait"), base::Error);
}

TEST(SplitLine, FindsCommandsOfOneAndTwoWords) {
  EXPECT_EQ(split_line({"config", "show", "--origin"}).command->name, "config show");
  Line line = split_line({"--warehouse", "w.duckdb", "-q", "sql", "select 1"});
  EXPECT_EQ(line.command->name, "sql");
  EXPECT_EQ(line.words, (std::vector<std::string>{"--warehouse", "w.duckdb", "-q", "select 1"}));
  EXPECT_EQ(split_line({}).command, nullptr);
  EXPECT_EQ(split_line({"--help"}).command->name, "help");
  EXPECT_EQ(split_line({"--version"}).command->name, "version");
}

TEST(SplitLine, NamesTheNearestCommand) {
  try {
    split_line({"elt"});
    FAIL() << "accepted";
  } catch (const base::Error& error) {
    EXPECT_EQ(error.hint_text(), "did you mean \"etl\"?");
  }
}

}  // namespace
}  // namespace sparkify::cli
