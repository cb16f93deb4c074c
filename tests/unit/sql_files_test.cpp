#include "sql/files.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>

#include "base/error.hpp"

namespace sparkify::sql {
namespace {

std::string order_of(const std::vector<File>& files) {
  std::vector<const File*> pointers;
  for (const File& file : files) pointers.push_back(&file);
  std::string names;
  for (const File* file : in_order_of_need(pointers)) names += std::string(file->name()) + " ";
  return names;
}

base::Error error_of(const std::vector<File>& files) {
  try {
    order_of(files);
  } catch (const base::Error& error) {
    return error;
  }
  return base::Error(base::ErrorKind::internal, "no error");
}

TEST(Files, NameAndFolderComeFromThePath) {
  File nested{"sql/build/songplays.sql", ""};
  EXPECT_EQ(nested.name(), "songplays");
  EXPECT_EQ(nested.folder(), "build");
  File flat{"a.sql", ""};
  EXPECT_EQ(flat.name(), "a");
  EXPECT_EQ(flat.folder(), "");
}

TEST(Files, EmbeddedTextsAreTheFilesOnDisk) {
  std::filesystem::path root = SPARKIFY_SOURCE_DIR;
  EXPECT_TRUE(std::is_sorted(files().begin(), files().end(),
                             [](const File& a, const File& b) { return a.path < b.path; }));
  for (const File& each : files()) {
    std::ifstream stream(root / each.path, std::ios::binary);
    std::string text{std::istreambuf_iterator<char>(stream), {}};
    EXPECT_EQ(text, each.text) << each.path;
    EXPECT_EQ(&file(each.path), &each);
  }
}

TEST(Files, UnknownPathIsABug) {
  try {
    file("sql/none/none.sql");
    FAIL() << "no error";
  } catch (const base::Error& error) {
    EXPECT_EQ(error.kind(), base::ErrorKind::internal);
  }
}

TEST(Files, NeedsComeFirstThenNames) {
  EXPECT_EQ(order_of({{"sql/b/c.sql", "-- c\n"},
                      {"sql/b/a.sql", "-- a\n-- needs: z, b\n"},
                      {"sql/b/b.sql", "-- b\n"},
                      {"sql/b/z.sql", "-- z\n-- needs: b\n"}}),
            "b z a c ");
}

TEST(Files, MissingNeedNamesItsLine) {
  base::Error error =
      error_of({{"sql/b/a.sql", "-- a\n-- needs: b,\n--   nobody\n"}, {"sql/b/b.sql", ""}});
  EXPECT_EQ(error.message(), "no file named nobody.sql beside this one");
  EXPECT_EQ(error.place()->file, "sql/b/a.sql");
  EXPECT_EQ(error.place()->line, 3u);
  EXPECT_EQ(error.place()->column, 6u);
  EXPECT_EQ(error.hint_text(), "it may need b");
}

TEST(Files, NeedIsPointedAtInItsList) {
  EXPECT_EQ(error_of({{"sql/b/a.sql", "-- needs: needs"}}).place()->column, 11u);
}

TEST(Files, CircleIsShown) {
  base::Error error = error_of({{"sql/b/a.sql", "-- needs: b"},
                                {"sql/b/b.sql", "-- needs: c"},
                                {"sql/b/c.sql", "-- needs: b"}});
  EXPECT_EQ(error.message(), "files need each other in a circle: b -> c -> b");
  EXPECT_EQ(error.place()->file, "sql/b/c.sql");
}

}  // namespace
}  // namespace sparkify::sql
