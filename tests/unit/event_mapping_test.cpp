#include "event/mapping.hpp"

#include <gtest/gtest.h>

#include <array>
#include <string>

#include "base/error.hpp"
#include "event_reading.hpp"

namespace sparkify::event {
namespace {

TEST(FileKind, IsToldByTheEndOfTheName) {
  for (const char* name : {"a.json", "x/y.JSONL", "s3://b/c.ndjson", ".json"}) {
    EXPECT_TRUE(file_kind(name).is_readable) << name;
    EXPECT_EQ(file_kind(name).compression, Compression::none) << name;
  }
  EXPECT_EQ(file_kind("a.json.gz").compression, Compression::gzip);
  EXPECT_EQ(file_kind("a.NDJSON.Zst").compression, Compression::zstd);
  EXPECT_TRUE(file_kind("a.jsonl.gz").is_readable);
  for (const char* name : {"", "json", "a.gz", "a.csv", "a.json.bz2", "a.json.gz.gz", "a.json/b"}) {
    EXPECT_FALSE(file_kind(name).is_readable) << name;
    EXPECT_EQ(file_kind(name).compression, Compression::none) << name;
  }
}

TEST(ObjectKind, TakesNamesWithoutAnEndingToo) {
  for (const char* name :
       {"s3://b/c", "s3://b/v1.2/stream-1-2018-11-01-21-00-00-abc", "s3://b/c.json"}) {
    EXPECT_TRUE(object_kind(name).is_readable) << name;
    EXPECT_EQ(object_kind(name).compression, Compression::none) << name;
  }
  EXPECT_EQ(object_kind("s3://b/c.json.gz").compression, Compression::gzip);
  for (const char* name :
       {"s3://b/", "s3://b/_SUCCESS", "s3://b/c.csv", "s3://b/c.gz", "s3://b/c.d/"}) {
    EXPECT_FALSE(object_kind(name).is_readable) << name;
  }
}

TEST(EventMapping, FindsEachColumnByItsKey) {
  Mapping mapping = event_mapping();
  EXPECT_EQ(mapping.framing, Framing::lines);
  ASSERT_EQ(mapping.paths.size(), 18u);
  EXPECT_EQ(mapping.columns[2].name, "first_name");
  EXPECT_EQ(mapping.paths[2].front().key, "firstName");
}

TEST(SongMapping, FindsEachColumnByItsKey) {
  Mapping mapping = song_mapping();
  EXPECT_EQ(mapping.framing, Framing::objects);
  ASSERT_EQ(mapping.paths.size(), 10u);
  EXPECT_EQ(mapping.paths[9].front().key, "year");
}

constexpr std::array<Column, 3> three = {{
    {"one", "one", ColumnType::text, 64},
    {"two", "two", ColumnType::integer},
    {"three", "three", ColumnType::text, 64},
}};

Mapping mapping_of(const std::string& first, const std::string& second, const std::string& third) {
  std::string text = "{\"jsonpaths\": [\"" + first + "\", \"" + second + "\", \"" + third + "\"]}";
  return mapping_from_jsonpaths(text, "paths.json", Framing::lines, three);
}

TEST(JsonPaths, AreReadInEveryForm) {
  Mapping mapping = mapping_of("$['a b']", R"($[\"c\"]['d'])", "$.e.f[12].g");
  EXPECT_EQ(mapping.paths[0].front().key, "a b");
  ASSERT_EQ(mapping.paths[1].size(), 2u);
  EXPECT_EQ(mapping.paths[1][0].key, "c");
  EXPECT_EQ(mapping.paths[1][1].key, "d");
  ASSERT_EQ(mapping.paths[2].size(), 4u);
  EXPECT_EQ(mapping.paths[2][0].key, "e");
  EXPECT_EQ(mapping.paths[2][1].key, "f");
  EXPECT_EQ(mapping.paths[2][2].index, 12u);
  EXPECT_EQ(mapping.paths[2][3].key, "g");
}

TEST(JsonPaths, AreFollowedByPosition) {
  Mapping mapping = mapping_of("$.who.names[1]", "$['n']", "$.who.town");
  auto reading = event_test::read(
      "{\"n\":7,\"who\":{\"names\":[\"Ada\",\"Berg\"],\"town\":\"Oslo\"}}\n"
      "{\"n\":8,\"who\":5}\n"
      "{\"n\":9,\"who\":{\"town\":\"Rome\",\"names\":[\"Bo\"]}}\n"
      "{\"who\":{\"town\":\"Bern\"},\"who\":{\"names\":[[],\"Cy\"]}}\n"
      "{\"n\":10,\"who\":{\"names\":{\"x\":1},\"extra\":2}}\n"
      "{\"n\":11,\"who\":{\"names\":[1,{}]}}",
      mapping);
  using Row = event_test::Row;
  std::vector<Row> expected = {{"Berg", "7", "Oslo"},
                               {std::nullopt, "8", std::nullopt},
                               {std::nullopt, "9", "Rome"},
                               {"Cy", std::nullopt, std::nullopt},
                               {std::nullopt, "10", std::nullopt}};
  EXPECT_EQ(reading.rows, expected);
  EXPECT_EQ(reading.refusals(), std::vector<std::string>{"6:27 nested_value one"});
  EXPECT_EQ(reading.unknown_keys, 2u);
}

TEST(JsonPaths, OfOneKeyFillSeveralColumns) {
  auto reading = event_test::read("{\"n\":7}", mapping_of("$.n", "$.n", "$['n']"));
  EXPECT_EQ(reading.rows, (std::vector<event_test::Row>{{"7", "7", "7"}}));
}

TEST(JsonPaths, WithQuotesInAKeyMatchOnlyThatKey) {
  Mapping mapping = mapping_of(R"($['a\"b'])", "$.n", R"($['c\\d'])");
  auto reading = event_test::read(R"({"a\"b":"yes","n":1,"c\\d":"too","a":"b"})", mapping);
  EXPECT_EQ(reading.rows, (std::vector<event_test::Row>{{"yes", "1", "too"}}));
  EXPECT_EQ(reading.unknown_keys, 1u);
}

struct BadPaths {
  std::string text;
  std::string message;
  std::size_t line, column;
};

class JsonPathsError : public testing::TestWithParam<BadPaths> {};

TEST_P(JsonPathsError, SaysWhere) {
  const BadPaths& bad = GetParam();
  try {
    mapping_from_jsonpaths(bad.text, "paths.json", Framing::lines, three);
    FAIL() << "accepted: " << bad.text;
  } catch (const base::Error& error) {
    EXPECT_EQ(error.kind(), base::ErrorKind::bad_data);
    EXPECT_EQ(error.message(), bad.message);
    ASSERT_TRUE(error.place());
    EXPECT_EQ(error.place()->file, "paths.json");
    EXPECT_EQ(error.place()->line, bad.line) << bad.text;
    EXPECT_EQ(error.place()->column, bad.column) << bad.text;
    EXPECT_FALSE(error.hint_text().empty());
  }
}

INSTANTIATE_TEST_SUITE_P(
    Files, JsonPathsError,
    testing::Values(BadPaths{"", "jsonpaths file does not parse as JSON", 1, 1},
                    BadPaths{"{\n \"jsonpaths\": [}", "jsonpaths file does not parse as JSON", 2,
                             16},
                    BadPaths{"{} x", "jsonpaths file does not parse as JSON", 1, 4},
                    BadPaths{"{\"\xff\":1}", "jsonpaths file is not valid UTF-8", 1, 3},
                    BadPaths{" [1]", "file has no list \"jsonpaths\"", 1, 2},
                    BadPaths{"{\"paths\": []}", "file has no list \"jsonpaths\"", 1, 1},
                    BadPaths{"{\"jsonpaths\": 5}", "\"jsonpaths\" is no list", 1, 15},
                    BadPaths{"{\"jsonpaths\":\n[7]}", "a path is no string", 2, 2},
                    BadPaths{"{\"jsonpaths\":\n[\"$.a\", \"b\"]}", "cannot follow path b", 2, 10},
                    BadPaths{"{\"jsonpaths\": [\"$\"]}", "cannot follow path $", 1, 18},
                    BadPaths{"{\"jsonpaths\": [\"$.a.\"]}", "cannot follow path $.a.", 1, 21},
                    BadPaths{"{\"jsonpaths\": [\"$[0]\"]}", "cannot follow path $[0]", 1, 21},
                    BadPaths{"{\"jsonpaths\": [\"$['a]\"]}", "cannot follow path $['a]", 1, 18},
                    BadPaths{"{\"jsonpaths\": [\"$.a[-1]\"]}", "cannot follow path $.a[-1]", 1, 20},
                    BadPaths{"{\"jsonpaths\": [\"$.*\"]}", "cannot follow path $.*", 1, 19},
                    BadPaths{"{\"jsonpaths\": [\"$.a\", \"$.b\"]}",
                             "file names 2 paths, the table has 3 columns", 1, 15}));

}  // namespace
}  // namespace sparkify::event
