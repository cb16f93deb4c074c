#include "config/ini.hpp"

#include <gtest/gtest.h>

#include "base/error.hpp"

namespace sparkify::config {
namespace {

/// What is printed when `text` is refused.
std::string refusal(std::string_view text) {
  try {
    parse_ini(text, "dwh.cfg");
  } catch (const base::Error& error) {
    EXPECT_EQ(error.kind(), base::ErrorKind::config);
    return base::render(error);
  }
  return "accepted";
}

std::string only_value(std::string_view text) {
  Ini ini = parse_ini(text, "dwh.cfg");
  EXPECT_EQ(ini.entries.size(), 1U);
  return ini.entries.at(0).value;
}

TEST(ParseIni, ReadsSectionsAndKeysWithTheirPlaces) {
  Ini ini = parse_ini("# top\n[S3]\nLOG_DATA = 's3://b/log'\n\n[DWH] \n  dwh_db: dwh\n", "dwh.cfg");
  ASSERT_EQ(ini.sections.size(), 2U);
  EXPECT_EQ(ini.sections[1].name, "DWH");
  EXPECT_EQ(ini.sections[1].place.line, 5U);
  ASSERT_EQ(ini.entries.size(), 2U);
  EXPECT_EQ(ini.entries[0].section, "S3");
  EXPECT_EQ(ini.entries[0].key, "log_data");
  EXPECT_EQ(ini.entries[0].value, "s3://b/log");
  EXPECT_EQ(ini.entries[0].line, 3U);
  EXPECT_EQ(ini.entries[0].key_column, 1U);
  EXPECT_EQ(ini.entries[0].value_column, 13U);
  EXPECT_EQ(ini.entries[1].key, "dwh_db");
  EXPECT_EQ(ini.entries[1].key_column, 3U);
}

TEST(ParseIni, SplitsAtTheFirstDelimiter) {
  EXPECT_EQ(only_value("[A]\nk=a=b:c\n"), "a=b:c");
  EXPECT_EQ(only_value("[A]\nk: a=b\n"), "a=b");
}

TEST(ParseIni, TakesQuotesOffOnlyInPairs) {
  EXPECT_EQ(only_value("[A]\nk=\"a b\"\n"), "a b");
  EXPECT_EQ(only_value("[A]\nk='a\"\n"), "'a\"");
  EXPECT_EQ(only_value("[A]\nk=''\n"), "");
  EXPECT_EQ(only_value("[A]\nk='\n"), "'");
}

TEST(ParseIni, KeepsWhatLooksLikeACommentInsideAValue) {
  EXPECT_EQ(only_value("[A]\nk=pass;word#1 %(x)s\n"), "pass;word#1 %(x)s");
}

TEST(ParseIni, JoinsDeeperIndentedLines) {
  EXPECT_EQ(only_value("[A]\nk = one\n  two\n  # no part of it\n  three=3\n"), "one\ntwo\nthree=3");
}

TEST(ParseIni, ReadsWindowsLinesByteOrderMarkAndAMissingLastNewline) {
  Ini ini = parse_ini("\xEF\xBB\xBF[A]\r\nk = v\r\nl = w", "dwh.cfg");
  ASSERT_EQ(ini.entries.size(), 2U);
  EXPECT_EQ(ini.entries[0].value, "v");
  EXPECT_EQ(ini.entries[1].value, "w");
}

TEST(ParseIni, RefusesALineThatIsNeitherSectionNorKeyWithoutShowingIt) {
  EXPECT_EQ(refusal("[AWS]\nSECRET\n"), "dwh.cfg:2:1: error: expected \"key = value\"\n");
  EXPECT_EQ(refusal("k=v\n"), "dwh.cfg:1:1: error: a line before the first [SECTION]\n");
  EXPECT_EQ(refusal("[A]\n= v\n"), "dwh.cfg:2:1: error: no key before \"=\"\n");
}

TEST(ParseIni, RefusesABrokenSection) {
  EXPECT_EQ(refusal("[S3\n"), "dwh.cfg:1:1: error: a section is written [NAME]\n  [S3\n  ^\n");
  EXPECT_EQ(refusal("[S3] LOG_DATA=x\n"), "dwh.cfg:1:6: error: text after the section's name\n");
}

TEST(ParseIni, RefusesWhatAppearsTwice) {
  EXPECT_EQ(refusal("[A]\nk=1\nK=2\n"),
            "dwh.cfg:3:1: error: key \"k\" appears twice in [A]\n  K=\n  ^\n"
            "  hint: the first is in line 2; remove one\n");
  EXPECT_NE(refusal("[A]\n[B]\n[A]\n").find("dwh.cfg:3:1: error: section [A] appears twice"),
            std::string::npos);
}

}  // namespace
}  // namespace sparkify::config
