#include "format/xlsx.hpp"

#include <gtest/gtest.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>

#include "base/error.hpp"

namespace sparkify::format {
namespace {

using Cells = std::vector<std::optional<std::string_view>>;

/// A folder that is gone at the end.
class Folder {
 public:
  Folder() : path_(::testing::TempDir() + "xlsx_" + std::to_string(::getpid())) {
    std::filesystem::create_directories(path_);
  }
  ~Folder() { std::filesystem::remove_all(path_); }
  Folder(const Folder&) = delete;
  Folder& operator=(const Folder&) = delete;
  XlsxFile file(std::size_t rows_per_sheet = sheet_rows) const {
    return {path_ + "/it.xlsx", path_, "rows", rows_per_sheet};
  }

 private:
  std::string path_;
};

/// How many sheets a workbook of `row_count` rows has: an archive names its members in plain text.
int sheets_of(std::size_t row_count, std::size_t rows_per_sheet) {
  Folder folder;
  XlsxFile file = folder.file(rows_per_sheet);
  auto writer = make_xlsx_writer(file);
  writer->begin({{"n", ValueKind::number}});
  for (std::size_t i = 0; i < row_count; ++i) writer->row(Cells{"1"});
  writer->end();
  std::ifstream stream(file.path, std::ios::binary);
  std::string bytes(std::istreambuf_iterator<char>(stream), {});
  int count = 0;
  while (bytes.find("xl/worksheets/sheet" + std::to_string(count + 1) + ".xml") !=
         std::string::npos) {
    ++count;
  }
  return count;
}

TEST(XlsxWriter, GoesOnOnTheNextSheetWhenOneIsFullWithItsHeader) {
  EXPECT_EQ(sheets_of(0, 3), 1);
  EXPECT_EQ(sheets_of(2, 3), 1);
  EXPECT_EQ(sheets_of(3, 3), 2);
  EXPECT_EQ(sheets_of(4, 3), 2);
  EXPECT_EQ(sheets_of(5, 3), 3);
  EXPECT_EQ(sheets_of(20, 2), 20);
}

TEST(XlsxWriter, TakesATextAsLongAsACellAndRefusesAnotherWithItsPlace) {
  Folder folder;
  auto writer = make_xlsx_writer(folder.file());
  writer->begin({{"id", ValueKind::number}, {"text", ValueKind::text}});
  std::string longest(cell_characters, 'a');
  writer->row(Cells{"1", longest});
  // 16,384 characters beyond U+FFFF are 32,768 as a cell counts.
  std::string stars;
  for (int i = 0; i < 16'384; ++i) stars += "\xF0\x9F\x8C\x9F";
  for (const std::string& text : {longest + "a", stars}) {
    try {
      writer->row(Cells{"2", text});
      FAIL() << "it was taken";
    } catch (const base::Error& error) {
      EXPECT_EQ(error.kind(), base::ErrorKind::bad_data);
      EXPECT_NE(error.message().find("column \"text\": a text of 32,768 characters"),
                std::string::npos)
          << error.message();
    }
  }
}

TEST(XlsxWriter, RefusesMoreColumnsThanASheetHas) {
  Folder folder;
  EXPECT_THROW(make_xlsx_writer(folder.file())->begin(std::vector<Column>(16'385)), base::Error);
}

}  // namespace
}  // namespace sparkify::format
