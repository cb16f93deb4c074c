#include "transfer/row_text.hpp"

#include <gtest/gtest.h>

#include <string>

namespace sparkify::transfer {
namespace {

const std::string mark = "\xEF\xBB\xBF";

std::string line_of(const UnloadStatement& unload, const std::string& value) {
  std::vector<ResultColumn> columns{{"a", "VARCHAR"}};
  std::optional<std::string_view> row[] = {value};
  std::string line;
  RowText(unload, columns).append(row, line);
  return line;
}

// A file that began with the bare mark would be read back without it.
TEST(RowText, KeepsAByteOrderMarkFromStandingAtTheBeginning) {
  UnloadStatement csv;
  csv.layout.kind = field::Layout::Kind::csv;
  csv.layout.delimiter = ",";
  EXPECT_EQ(line_of(csv, mark + "x"), "\"" + mark + "x\"\n");
  EXPECT_EQ(line_of(csv, "x" + mark), "x" + mark + "\n");

  UnloadStatement text;
  text.layout.has_escapes = true;
  EXPECT_EQ(line_of(text, mark + "x"), "\\" + mark + "x\n");
  text.add_quotes = true;
  EXPECT_EQ(line_of(text, mark + "x"), "\"" + mark + "x\"\n");
}

}  // namespace
}  // namespace sparkify::transfer
