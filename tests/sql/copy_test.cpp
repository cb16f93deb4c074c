// Runs the .copy files of tests/sql/copy: COPY and UNLOAD over a bucket in memory. README.md
// describes them.

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/compress.hpp"
#include "base/error.hpp"
#include "base/removal.hpp"
#include "base/text.hpp"
#include "catalog/catalog.hpp"
#include "copy/copy.hpp"
#include "dialect/dialect.hpp"
#include "duckdb/connection.hpp"
#include "duckdb/rows.hpp"
#include "event/input.hpp"
#include "sql/script.hpp"

namespace sparkify::copy {
namespace {

/// Objects by path.
class Bucket final : public base::ObjectStore, public base::Removal {
 public:
  std::map<std::string, std::string> objects;

  base::Listing list(std::string_view prefix, const Arrived& arrived) override {
    base::Listing listing;
    for (const auto& [path, bytes] : objects) {
      if (path.starts_with(prefix)) listing.objects.push_back({path, bytes.size(), "1"});
    }
    if (listing.objects.empty()) throw base::Error(base::ErrorKind::not_found, "nothing there");
    if (arrived) arrived(listing.objects);
    return listing;
  }
  std::unique_ptr<base::Object> open(const base::ObjectEntry& entry) override {
    return std::make_unique<Bytes>(objects.at(entry.path));
  }
  void remove(std::span<const base::ObjectEntry> entries) override {
    for (const base::ObjectEntry& entry : entries) objects.erase(entry.path);
  }
  std::unique_ptr<base::ObjectWriter> create(std::string_view path) override {
    return std::make_unique<Writer>(objects, std::string(path));
  }

 private:
  class Bytes final : public base::Object {
   public:
    explicit Bytes(std::string bytes) : bytes_(std::move(bytes)) {}
    std::size_t read(std::uint64_t offset, std::span<char> buffer) override {
      if (offset >= bytes_.size()) return 0;
      std::size_t count = std::min<std::size_t>(buffer.size(), bytes_.size() - offset);
      std::memcpy(buffer.data(), bytes_.data() + offset, count);
      return count;
    }
    void verify_unchanged() override {}

   private:
    std::string bytes_;
  };
  class Writer final : public base::ObjectWriter {
   public:
    Writer(std::map<std::string, std::string>& objects, std::string path)
        : objects_(objects), path_(std::move(path)) {}
    void write(std::string_view bytes) override { bytes_ += bytes; }
    void finish() override { objects_[path_] = bytes_; }

   private:
    std::map<std::string, std::string>& objects_;
    std::string path_, bytes_;
  };
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
    } else {
      (is_expected ? blocks.back().expected : blocks.back().text) += line + '\n';
    }
  }
  return blocks;
}

/// `\n`, `\t`, `\r`, `\\` and `\xhh` as bytes; line ends of the text itself do not count.
std::string bytes_of(const std::string& text) {
  std::string bytes;
  for (std::size_t at = 0; at < text.size(); ++at) {
    if (text[at] == '\n') continue;
    if (text[at] != '\\') {
      bytes += text[at];
      continue;
    }
    char next = text.at(++at);
    if (next == 'x') {
      bytes += static_cast<char>(std::stoi(text.substr(at + 1, 2), nullptr, 16));
      at += 2;
    } else {
      bytes += next == 'n' ? '\n' : next == 't' ? '\t' : next == 'r' ? '\r' : next;
    }
  }
  return bytes;
}

std::string packed(const std::string& format, std::string bytes) {
  std::unique_ptr<base::Compressor> compressor;
  if (format == "gzip") compressor = base::make_gzip_compressor();
  if (format == "bzip2") compressor = base::make_bzip2_compressor();
  if (format == "zstd") compressor = base::make_zstd_compressor();
  if (!compressor) return bytes;
  std::string result;
  compressor->write(bytes, true, result);
  return result;
}

std::string unpacked(Bucket& bucket, const std::string& path) {
  event::Compression compression = path.ends_with(".gz")    ? event::Compression::gzip
                                   : path.ends_with(".bz2") ? event::Compression::bzip2
                                   : path.ends_with(".zst") ? event::Compression::zstd
                                                            : event::Compression::none;
  base::ObjectEntry entry{path, bucket.objects.at(path).size(), "1"};
  auto object = bucket.open(entry);
  event::Input input;
  input.reset(*object, entry, compression, {0, entry.size_bytes});
  std::string text, buffer(4096, '\0');
  while (std::size_t count = input.read(buffer)) text += buffer.substr(0, count);
  return text;
}

/// One file, block by block.
class Script {
 public:
  Script()
      : database_(duckdb::open_database("", {})),
        connection_(database_.get()),
        aside_(database_.get()) {
    catalog::begin_session(connection_);
    catalog::install(connection_);
    session_.emplace(connection_);
  }

  void run(const Block& block) {
    std::vector<std::string_view> words = base::split_words(block.kind);
    std::string kind(words[0]);
    if (kind == "file" || kind == "bytes" || kind == "gzip" || kind == "bzip2" || kind == "zstd") {
      bool has_lines = kind == "file";
      bucket_.objects[std::string(words.at(1))] =
          packed(kind, has_lines ? block.text : bytes_of(block.text));
    } else if (block.kind == "statement ok") {
      execute(block.text);
    } else if (kind == "query") {
      EXPECT_EQ(execute(block.text), block.expected);
    } else if (block.kind == "copy ok") {
      EXPECT_EQ(notices(copy(block.text)), block.expected);
    } else if (block.kind.starts_with("copy error")) {
      expect_error(block);
    } else if (kind == "show") {
      EXPECT_EQ(unpacked(bucket_, std::string(words.at(1))), block.expected);
    } else if (kind == "objects") {
      expect_objects(std::string(words.at(1)), block);
    } else {
      ADD_FAILURE() << "no such block: " << block.kind;
    }
  }

 private:
  std::vector<sql::Statement> statements(const std::string& text) const {
    return sql::split(text, "test", sql::Literals::escaped);
  }

  /// The rows of the last statement.
  std::string execute(const std::string& text) {
    std::string rows;
    for (const sql::Statement& each : statements(text)) {
      dialect::Translated translated = dialect::to_duckdb(each, {}, &*session_);
      for (const sql::Statement& part : sql::split(translated.text, "test")) {
        rows = run_part(part.text);
      }
    }
    return rows;
  }

  std::string run_part(const std::string& text) {
    duckdb::Rows answer(connection_, text, {});
    std::string rows;
    while (answer.next()) {
      std::string line;
      for (const auto& value : answer.row()) {
        line +=
            fmt::format("{}{}", &value == answer.row().data() ? "" : "\t", value.value_or("NULL"));
      }
      rows += line + '\n';
    }
    return rows;
  }

  Outcome copy(const std::string& text) {
    auto all = statements(text);
    if (all.size() != 1) throw std::runtime_error("one statement is expected");
    if (!is_copy(all[0])) throw std::runtime_error("this is no COPY");
    load::Environment environment{
        .connection = connection_, .aside = aside_, .store = {}, .scratch_folder = {}};
    environment.store = [this](const transfer::Access&) {
      return std::shared_ptr<base::ObjectStore>(&bucket_, [](base::ObjectStore*) {});
    };
    environment.query_id = ++query_id_;
    return copy::run(all[0], environment);
  }

  static std::string notices(const Outcome& outcome) {
    std::string lines;
    for (const std::string& notice : outcome.notices) lines += notice + '\n';
    return lines;
  }

  /// `copy error [LINE:COLUMN] [SQLSTATE]`; words of the message, then, if wanted, of the hint.
  void expect_error(const Block& block) {
    std::string words = block.expected.substr(0, block.expected.find('\n'));
    std::string hint = block.expected.substr(words.size());
    hint = std::string(base::trim(hint));
    ASSERT_FALSE(words.empty()) << "an error block needs the words of the error";
    try {
      copy(block.text);
    } catch (const base::Error& error) {
      EXPECT_NE(error.message().find(words), std::string::npos) << error.message();
      EXPECT_NE(error.hint_text().find(hint), std::string::npos) << error.hint_text();
      EXPECT_EQ(base::render(error).find("PRIVATE"), std::string::npos) << base::render(error);
      std::vector<std::string_view> kind = base::split_words(block.kind);
      for (std::size_t i = 2; i < kind.size(); ++i) {
        if (kind[i].find(':') == std::string_view::npos) {
          EXPECT_EQ(error.sql_state_text(), kind[i]);
          continue;
        }
        ASSERT_TRUE(error.place()) << error.message();
        EXPECT_EQ(fmt::format("{}:{}", error.place()->line, error.place()->column), kind[i]);
      }
      return;
    }
    ADD_FAILURE() << "no error";
  }

  void expect_objects(const std::string& prefix, const Block& block) {
    std::string paths;
    for (const auto& [path, bytes] : bucket_.objects) {
      if (path.starts_with(prefix)) paths += path + '\n';
    }
    EXPECT_EQ(paths, block.expected);
  }

  duckdb::DatabaseHandle database_;
  duckdb::Connection connection_, aside_;
  std::optional<catalog::Session> session_;
  Bucket bucket_;
  std::int64_t query_id_ = 0;
};

class CopyFile : public testing::Test {
 public:
  explicit CopyFile(std::filesystem::path path) : path_(std::move(path)) {}

  void TestBody() override {
    Script script;
    std::vector<Block> blocks = read_blocks(path_);
    ASSERT_FALSE(blocks.empty()) << "no blocks";
    for (const Block& block : blocks) {
      SCOPED_TRACE(fmt::format("{}:{}: {}", path_.string(), block.line, block.kind));
      try {
        script.run(block);
      } catch (const base::Error& error) {
        ADD_FAILURE() << base::render(error);
      } catch (const std::exception& error) {
        ADD_FAILURE() << error.what();
      }
    }
  }

 private:
  std::filesystem::path path_;
};

void register_files() {
  std::vector<std::filesystem::path> paths;
  for (const auto& entry : std::filesystem::recursive_directory_iterator(SPARKIFY_COPY_TESTS)) {
    if (entry.path().extension() == ".copy") paths.push_back(entry.path());
  }
  std::sort(paths.begin(), paths.end());
  for (const auto& path : paths) {
    testing::RegisterTest("Copy", path.stem().c_str(), nullptr, nullptr, path.c_str(), 1,
                          [path]() -> testing::Test* {
                            // The framework destroys it.
                            return std::make_unique<CopyFile>(path).release();
                          });
  }
}

}  // namespace
}  // namespace sparkify::copy

int main(int argc, char** argv) {
  testing::InitGoogleTest(&argc, argv);
  sparkify::copy::register_files();
  return RUN_ALL_TESTS();
}
