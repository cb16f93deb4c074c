// UNLOAD as a value. Source of the forms: UNLOAD in Redshift's reference.
#include <fmt/format.h>

#include <array>
#include <charconv>
#include <utility>

#include "base/text.hpp"
#include "transfer/options.hpp"
#include "transfer/parse.hpp"

namespace sparkify::transfer {
namespace {

/// For "did you mean".
constexpr auto unload_words = std::to_array<std::string_view>(
    {"access_key_id", "addquotes", "allowoverwrite", "bzip2",        "cleanpath",
     "credentials",   "csv",       "delimiter",      "escape",       "extension",
     "fixedwidth",    "format",    "gzip",           "header",       "iam_role",
     "json",          "manifest",  "maxfilesize",    "null",         "parallel",
     "parquet",       "partition", "region",         "rowgroupsize", "secret_access_key",
     "session_token", "zstd"});

class UnloadParser {
 public:
  explicit UnloadParser(Cursor& cursor) : cursor_(cursor), options_(cursor) {}

  UnloadStatement run() {
    cursor_.expect_symbol("(");
    unload_.query = cursor_.query("a query in quotes");
    cursor_.expect_symbol(")");
    cursor_.expect_word("to");
    unload_.target = cursor_.literal("a path in quotes");
    while (!cursor_.is_at_end()) take_option();
    check();
    bool is_csv = unload_.layout.kind == field::Layout::Kind::csv;
    if (is_csv && !options_.has("delimiter")) unload_.layout.delimiter = ",";
    return std::move(unload_);
  }

 private:
  void take_option() {
    std::string word = cursor_.word();
    if (options_.take_access(word, unload_.access)) return;
    if (options_.take_compression(word, unload_.compression)) return;
    options_.refuse_encryption(word);
    if (word == "format") {
      options_.begin(word);
      cursor_.skip_word("as");
      if (!take_format(cursor_.word())) throw cursor_.expected("CSV, JSON or PARQUET");
      return;
    }
    if (take_format(word) || take_layout(word) || take_files(word)) return;
    throw options_.unknown(word, unload_words);
  }

  bool take_format(const std::string& word) {
    if (word == "csv") {
      options_.begin(word);
      unload_.layout.kind = field::Layout::Kind::csv;
    } else if (word == "json") {
      options_.begin(word);
      unload_.format = Format::json;
    } else if (word == "parquet") {
      options_.begin(word);
      unload_.format = Format::parquet;
    } else if (word == "fixedwidth") {
      options_.begin(word);
      unload_.layout.kind = field::Layout::Kind::fixed_width;
      unload_.layout.widths = options_.widths();
    } else {
      return false;
    }
    return true;
  }

  bool take_layout(const std::string& word) {
    if (word == "delimiter") {
      options_.begin(word);
      unload_.layout.delimiter = options_.delimiter();
    } else if (word == "null") {
      options_.begin(word);
      cursor_.skip_word("as");
      unload_.null_as = cursor_.literal("a text in quotes").text;
    } else if (word == "addquotes") {
      options_.begin(word);
      unload_.add_quotes = true;
    } else if (word == "escape") {
      options_.begin(word);
      unload_.layout.has_escapes = true;
    } else if (word == "header") {
      options_.begin(word);
      unload_.has_header = true;
    } else {
      return false;
    }
    return true;
  }

  bool take_files(const std::string& word) {
    if (word == "manifest") {
      options_.begin(word);
      unload_.has_manifest = true;
      unload_.is_manifest_verbose = cursor_.skip_word("verbose");
    } else if (word == "allowoverwrite") {
      options_.begin(word);
      unload_.may_overwrite = true;
    } else if (word == "cleanpath") {
      options_.begin(word);
      unload_.clean_path = true;
    } else if (word == "parallel") {
      options_.begin(word);
      unload_.is_parallel = options_.flag(true);
    } else if (word == "maxfilesize" || word == "rowgroupsize") {
      options_.begin(word);
      cursor_.skip_word("as");
      std::uint64_t bytes = take_size(word);
      if (word == "maxfilesize") unload_.max_file_bytes = bytes;
    } else if (word == "extension") {
      options_.begin(word);
      cursor_.skip_word("as");
      unload_.extension = cursor_.literal("an extension in quotes").text;
    } else if (word == "partition") {
      throw options_.unsupported(cursor_.offset(), "PARTITION BY is not supported")
          .hint("unload each part by a statement of its own, with a where clause");
    } else {
      return false;
    }
    return true;
  }

  /// `5`, `5.5 MB`, `1 GB`: 5 MB to 6.2 GB.
  std::uint64_t take_size(const std::string& word) {
    std::size_t offset = cursor_.offset();
    std::string text = cursor_.is_literal() ? cursor_.value() : std::string(cursor_.peek().text);
    double size = 0;
    auto [end, failure] = std::from_chars(text.data(), text.data() + text.size(), size);
    if (failure != std::errc() || end != text.data() + text.size()) {
      throw cursor_.expected("a size, such as 100 MB");
    }
    cursor_.next();
    if (cursor_.skip_word("gb")) {
      size *= 1e9;
    } else {
      cursor_.skip_word("mb");
      size *= 1e6;
    }
    bool is_group = word == "rowgroupsize";
    if (size < (is_group ? 32e6 : 5e6) || size > (is_group ? 128e6 : 6.2e9)) {
      throw cursor_.error(
          offset, is_group ? "ROWGROUPSIZE is 32 MB to 128 MB" : "MAXFILESIZE is 5 MB to 6.2 GB");
    }
    return static_cast<std::uint64_t>(size);
  }

  void check() const {
    options_.check_access();
    options_.exclude("gzip", {"bzip2", "zstd"});
    options_.exclude("bzip2", {"zstd"});
    options_.exclude("parquet", {"csv", "json", "delimiter", "fixedwidth", "addquotes", "escape",
                                 "null", "header", "gzip", "bzip2", "zstd"});
    options_.exclude("json",
                     {"csv", "delimiter", "header", "fixedwidth", "addquotes", "escape", "null"});
    options_.exclude("csv", {"fixedwidth", "escape"});
    options_.exclude("fixedwidth", {"delimiter", "header", "escape", "addquotes"});
    options_.exclude("cleanpath", {"allowoverwrite"});
    if (options_.has("rowgroupsize") && !options_.has("parquet")) {
      throw cursor_.error(options_.offset_of("rowgroupsize"), "ROWGROUPSIZE belongs to PARQUET");
    }
  }

  Cursor& cursor_;
  Options options_;
  UnloadStatement unload_;
};

}  // namespace

UnloadStatement parse_unload(Cursor& cursor) { return UnloadParser(cursor).run(); }

}  // namespace sparkify::transfer
