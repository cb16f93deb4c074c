#include <gtest/gtest.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>

#include "base/disk_store.hpp"
#include "base/error.hpp"

namespace sparkify::base {
namespace {

namespace fs = std::filesystem;

class DiskStoreTest : public ::testing::Test {
 protected:
  DiskStoreTest() {
    std::string pattern = (fs::temp_directory_path() / "disk_store_XXXXXX").string();
    root_ = ::mkdtemp(pattern.data());
  }
  ~DiskStoreTest() override { fs::remove_all(root_); }

  std::string write(const std::string& name, const std::string& text) {
    fs::create_directories((root_ / name).parent_path());
    std::ofstream(root_ / name) << text;
    return (root_ / name).string();
  }

  fs::path root_;
  DiskStore store_;
};

TEST_F(DiskStoreTest, ListsFilesAtAnyDepthSortedByPath) {
  write("b/2.json", "22");
  write("a/deep/er/1.json", "1");
  Listing listing = store_.list(root_.string());
  ASSERT_EQ(listing.objects.size(), 2u);
  EXPECT_TRUE(listing.objects[0].path.ends_with("a/deep/er/1.json"));
  EXPECT_EQ(listing.objects[1].size_bytes, 2u);
}

TEST_F(DiskStoreTest, ListsASingleFileByItsName) {
  std::string path = write("one.json", "1");
  Listing listing = store_.list(path);
  ASSERT_EQ(listing.objects.size(), 1u);
  EXPECT_EQ(listing.objects[0].path, path);
}

TEST_F(DiskStoreTest, PassesOverBrokenLinksAndFollowsLoopsOnce) {
  write("a/1.json", "1");
  fs::create_symlink("nowhere", root_ / "broken.json");
  fs::create_directory_symlink(root_, root_ / "a" / "up");
  Listing listing = store_.list(root_.string());
  EXPECT_EQ(listing.objects.size(), 1u);
  ASSERT_EQ(listing.passed_over.size(), 1u);
  EXPECT_EQ(listing.passed_over[0].reason, "broken symbolic link");
}

TEST_F(DiskStoreTest, MissingPrefixIsNotFound) {
  try {
    store_.list((root_ / "missing").string());
    FAIL();
  } catch (const Error& error) {
    EXPECT_EQ(error.kind(), ErrorKind::not_found);
  }
}

TEST_F(DiskStoreTest, VersionChangesWithContentAndReadingNotices) {
  std::string path = write("one.json", "1");
  ObjectEntry before = store_.list(path).objects.at(0);
  auto object = store_.open(before);
  EXPECT_NO_THROW(object->verify_unchanged());
  std::ofstream(path, std::ios::app) << "2";
  EXPECT_NE(store_.list(path).objects.at(0).version, before.version);
  EXPECT_THROW(object->verify_unchanged(), Error);
}

TEST_F(DiskStoreTest, ReadsAtAnyOffset) {
  std::string path = write("one.json", "0123456789");
  auto object = store_.open(store_.list(path).objects.at(0));
  char buffer[4];
  EXPECT_EQ(object->read(8, buffer), 2u);
  EXPECT_EQ(std::string(buffer, 2), "89");
  EXPECT_EQ(object->read(10, buffer), 0u);
}

std::string text_of(const fs::path& path) {
  std::ifstream file(path);
  return {std::istreambuf_iterator<char>(file), {}};
}

TEST_F(DiskStoreTest, WrittenFilesAppearWholeWithTheFoldersAboveThem) {
  std::string path = (root_ / "deep/er/one.json").string();
  auto writer = store_.create(path);
  writer->write("12");
  writer->write("34");
  EXPECT_FALSE(fs::exists(path));
  writer->finish();
  EXPECT_EQ(text_of(path), "1234");
  EXPECT_EQ(store_.list(root_.string()).objects.size(), 1u);
}

TEST_F(DiskStoreTest, AWriterThatIsGivenUpLeavesTheEarlierFile) {
  std::string path = write("one.json", "before");
  store_.create(path)->write("after");
  EXPECT_EQ(text_of(path), "before");
  EXPECT_EQ(store_.list(root_.string()).objects.size(), 1u);
  auto writer = store_.create(path);
  writer->write("after");
  writer->finish();
  EXPECT_EQ(text_of(path), "after");
}

TEST_F(DiskStoreTest, AFileInTheWayOfAFolderIsNamed) {
  std::string path = write("file", "");
  try {
    store_.create(path + "/below/one.json");
    FAIL();
  } catch (const Error& error) {
    EXPECT_EQ(error.message(), "cannot make this folder: not a directory");
    EXPECT_EQ(error.place()->file, path + "/below");
  }
}

}  // namespace
}  // namespace sparkify::base
