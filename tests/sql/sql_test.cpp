// Runs the .test files beside it; README.md describes them.

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <charconv>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/error.hpp"
#include "base/text.hpp"
#include "catalog/catalog.hpp"
#include "dialect/dialect.hpp"
#include "duckdb/connection.hpp"
#include "duckdb/rows.hpp"
#include "sql/script.hpp"

namespace sparkify::sql {
namespace {

/// An empty warehouse in memory.
class Engine {
 public:
  Engine() : database_(duckdb::open_database("", {})), connection_(database_.get()) {
    catalog::begin_session(connection_);
  }

  /// From now on statements are those of a client that believes this is Redshift.
  void serve() {
    catalog::install(connection_);
    session_.emplace(connection_);
  }
  const catalog::Session* session() const { return session_ ? &*session_ : nullptr; }

  /// A statement's parts belong together: all of them or none.
  std::string run_parts(const std::string& text) {
    auto parts = split(text, "test");
    if (parts.empty()) return "";
    bool begins = text == "begin", ends = text == "commit" || text == "rollback";
    if (begins || ends) is_in_transaction_ = begins;
    if (parts.size() < 2 || is_in_transaction_) return run(text);
    run("begin transaction");
    try {
      std::string rows = run(text);
      run("commit");
      return rows;
    } catch (const base::Error&) {
      run("rollback");
      throw;
    }
  }

  /// The rows as lines of tab-separated values. Throws sql with the engine's words.
  std::string run(const std::string& text) {
    duckdb::Result answer;
    if (duckdb_query(connection_.get(), text.c_str(), answer.get()) != DuckDBSuccess) {
      throw duckdb::error_from(duckdb_result_error_type(answer.get()),
                               duckdb_result_error(answer.get()), {});
    }
    std::string rows;
    for (idx_t row = 0; row < duckdb_row_count(answer.get()); ++row) {
      for (idx_t column = 0; column < duckdb_column_count(answer.get()); ++column) {
        std::unique_ptr<char, decltype(&duckdb_free)> value(
            duckdb_value_varchar(answer.get(), column, row), duckdb_free);
        rows += fmt::format("{}{}", column == 0 ? "" : "\t", value ? value.get() : "NULL");
      }
      rows += '\n';
    }
    return rows;
  }

  /// The names of a query's columns, and their types.
  std::string describe(const std::string& text) {
    duckdb::Rows rows(connection_, "describe " + text, {});
    std::string lines;
    while (rows.next()) lines += fmt::format("{}\t{}\n", *rows.row()[0], *rows.row()[1]);
    return lines;
  }

 private:
  duckdb::DatabaseHandle database_;
  duckdb::Connection connection_;
  std::optional<catalog::Session> session_;
  bool is_in_transaction_ = false;
};

struct Block {
  std::string kind;      ///< the first line
  std::string text;      ///< up to ----
  std::string expected;  ///< behind it, each line with its newline
  std::size_t line = 0;
};

std::vector<Block> read_blocks(const std::filesystem::path& path) {
  std::ifstream stream(path);
  std::vector<Block> blocks;
  std::string line;
  bool is_open = false, is_expected = false;
  for (std::size_t number = 1; std::getline(stream, line); ++number) {
    if (line.empty()) {
      is_open = is_expected = false;
    } else if (!is_open) {
      if (line.starts_with('#')) continue;
      is_open = true;
      blocks.push_back({line, {}, {}, number});
    } else if (line == "----") {
      is_expected = true;
    } else if (is_expected) {
      blocks.back().expected += line + '\n';
    } else {
      blocks.back().text += (blocks.back().text.empty() ? "" : "\n") + line;
    }
  }
  return blocks;
}

Value parse_value(const std::string& text) {
  if (text == "null") return std::monostate{};
  if (text == "true" || text == "false") return text == "true";
  if (text.starts_with('\'')) {
    std::string value;
    for (std::size_t i = 1; i + 1 < text.size(); ++i) {
      value += text[i];
      if (text[i] == '\'') ++i;
    }
    return value;
  }
  if (text.find_first_of(".e") != std::string::npos) return std::stod(text);
  return static_cast<std::int64_t>(std::stoll(text));
}

/// One file, block by block.
class Script {
 public:
  void run(const Block& block) {
    if (block.kind.starts_with("set ")) return set(block.kind.substr(4));
    if (block.kind == "rewrite") return expect_equal(translate(block.text), block);
    if (block.kind == "same") return expect_same(block);
    if (block.kind == "notice") return expect_notices(block);
    if (block.kind == "served") return engine_.serve();
    if (block.kind == "statement ok") {
      execute(block.text);
    } else if (block.kind == "nothing") {
      EXPECT_EQ(translated(block.text).text, "");
    } else if (block.kind == "query") {
      expect_equal(execute(block.text), block);
    } else if (block.kind == "columns") {
      expect_equal(engine_.describe(translate(block.text)), block);
    } else if (block.kind.starts_with("error")) {
      expect_error(block);
    } else {
      ADD_FAILURE() << "no such block: " << block.kind;
    }
  }

 private:
  void set(const std::string& line) {
    std::size_t blank = line.find(' ');
    parameters_[line.substr(0, blank)] = parse_value(line.substr(blank + 1));
  }

  std::vector<Statement> statements(const std::string& text) const {
    return split(text, "test", engine_.session() ? Literals::escaped : Literals::standard);
  }

  dialect::Translated translated(const std::string& text) const {
    auto all = statements(text);
    if (all.size() != 1) throw std::runtime_error("one statement is expected");
    return dialect::to_duckdb(all[0], parameters_, engine_.session());
  }

  std::string translate(const std::string& text) const { return translated(text).text + '\n'; }

  /// The rows of the last statement.
  std::string execute(const std::string& text) {
    std::string rows;
    for (const Statement& each : statements(text)) {
      rows = engine_.run_parts(dialect::to_duckdb(each, parameters_, engine_.session()).text);
    }
    return rows;
  }

  static void expect_equal(const std::string& actual, const Block& block) {
    EXPECT_EQ(actual, block.expected);
  }

  void expect_same(const Block& block) const {
    dialect::Translated result = translated(block.text);
    EXPECT_EQ(result.text, block.text);
    EXPECT_TRUE(result.notices.empty());
  }

  void expect_notices(const Block& block) const {
    std::string notices;
    for (const auto& each : translated(block.text).notices) notices += each + '\n';
    expect_equal(notices, block);
  }

  /// `error [LINE:COLUMN] [SQLSTATE]`
  void expect_error(const Block& block) {
    std::string words = block.expected.substr(0, block.expected.find('\n'));
    ASSERT_FALSE(words.empty()) << "an error block needs the words of the error";
    try {
      execute(block.text);
    } catch (const base::Error& caught) {
      base::Error error = catalog::redshift_error(caught);
      EXPECT_NE(error.message().find(words), std::string::npos) << error.message();
      for (std::string_view expected :
           base::split_words(block.kind).size() > 1
               ? base::split_words(std::string_view(block.kind).substr(6))
               : std::vector<std::string_view>()) {
        if (expected.find(':') == std::string_view::npos) {
          EXPECT_EQ(error.sql_state_text(), expected);
          continue;
        }
        ASSERT_TRUE(error.place()) << error.message();
        EXPECT_EQ(fmt::format("{}:{}", error.place()->line, error.place()->column), expected);
      }
      return;
    }
    ADD_FAILURE() << "no error";
  }

  Engine engine_;
  Parameters parameters_;
};

class SqlFile : public testing::Test {
 public:
  explicit SqlFile(std::filesystem::path path) : path_(std::move(path)) {}

  void TestBody() override {
    Script script;
    std::vector<Block> blocks = read_blocks(path_);
    ASSERT_FALSE(blocks.empty()) << "no blocks";
    for (const Block& block : blocks) {
      SCOPED_TRACE(fmt::format("{}:{}: {}", path_.string(), block.line, block.kind));
      try {
        script.run(block);
      } catch (const std::exception& error) {
        ADD_FAILURE() << error.what();
      }
    }
  }

 private:
  std::filesystem::path path_;
};

std::size_t register_files(const std::filesystem::path& folder) {
  std::vector<std::filesystem::path> paths;
  for (const auto& entry : std::filesystem::recursive_directory_iterator(folder)) {
    if (entry.path().extension() == ".test") paths.push_back(entry.path());
  }
  std::sort(paths.begin(), paths.end());
  for (const auto& path : paths) {
    std::string suite = path.parent_path().filename().string();
    testing::RegisterTest(suite.c_str(), path.stem().string().c_str(), nullptr, nullptr,
                          path.string().c_str(), 1, [path] { return new SqlFile(path); });
  }
  return paths.size();
}

}  // namespace
}  // namespace sparkify::sql

int main(int argument_count, char** arguments) {
  testing::InitGoogleTest(&argument_count, arguments);
  if (sparkify::sql::register_files(SPARKIFY_SQL_TESTS) == 0) return 1;
  return RUN_ALL_TESTS();
}
