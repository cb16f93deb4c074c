// COPY as a value. Source of the forms: COPY in Redshift's reference.
#include <fmt/format.h>

#include <array>
#include <utility>

#include "base/text.hpp"
#include "transfer/options.hpp"
#include "transfer/parse.hpp"

namespace sparkify::transfer {
namespace {

/// For "did you mean".
constexpr auto known = std::to_array<std::string_view>({"acceptanydate",
                                                        "acceptinvchars",
                                                        "access_key_id",
                                                        "avro",
                                                        "blanksasnull",
                                                        "bzip2",
                                                        "comprows",
                                                        "compupdate",
                                                        "credentials",
                                                        "csv",
                                                        "dateformat",
                                                        "delimiter",
                                                        "emptyasnull",
                                                        "encoding",
                                                        "encrypted",
                                                        "escape",
                                                        "explicit_ids",
                                                        "fillrecord",
                                                        "fixedwidth",
                                                        "format",
                                                        "gzip",
                                                        "iam_role",
                                                        "ignoreallerrors",
                                                        "ignoreblanklines",
                                                        "ignoreheader",
                                                        "json",
                                                        "lzop",
                                                        "manifest",
                                                        "maxerror",
                                                        "noload",
                                                        "null",
                                                        "orc",
                                                        "parquet",
                                                        "quote",
                                                        "readratio",
                                                        "region",
                                                        "removequotes",
                                                        "roundec",
                                                        "secret_access_key",
                                                        "session_token",
                                                        "ssh",
                                                        "statupdate",
                                                        "timeformat",
                                                        "trimblanks",
                                                        "truncatecolumns",
                                                        "zstd"});

class CopyParser {
 public:
  explicit CopyParser(Cursor& cursor) : cursor_(cursor), options_(cursor) {}

  CopyStatement run() {
    take_target();
    take_source();
    while (!cursor_.is_at_end()) take_option();
    check();
    bool is_csv = copy_.layout.kind == field::Layout::Kind::csv;
    if (is_csv && !options_.has("delimiter")) copy_.layout.delimiter = ",";
    return std::move(copy_);
  }

 private:
  void take_target() {
    copy_.table = cursor_.name("a table");
    while (cursor_.skip_symbol(".")) {
      // A database before the schema is the session's own: Redshift's COPY knows no other.
      copy_.schema = std::exchange(copy_.table, cursor_.name("a table"));
    }
    if (!cursor_.skip_symbol("(")) return;
    do {
      copy_.columns.push_back(cursor_.name("a column"));
    } while (cursor_.skip_symbol(","));
    cursor_.expect_symbol(")");
  }

  void take_source() {
    if (cursor_.peek().is_word("to")) {
      throw options_.unsupported(cursor_.offset(), "COPY reads, it does not write")
          .hint("UNLOAD ('select ...') TO 's3://...' writes");
    }
    cursor_.expect_word("from");
    copy_.source = cursor_.literal("a path in quotes");
    constexpr auto others = std::to_array<std::pair<std::string_view, std::string_view>>(
        {{"dynamodb://", "DynamoDB"}, {"emr://", "Amazon EMR"}});
    for (auto [scheme, name] : others) {
      if (!copy_.source.text.starts_with(scheme)) continue;
      throw options_
          .unsupported(copy_.source.offset, fmt::format("COPY from {} is not supported", name))
          .hint("COPY reads s3://bucket/prefix");
    }
  }

  void take_option() {
    std::string word = cursor_.word();
    if (options_.take_access(word, copy_.access)) return;
    if (options_.take_compression(word, copy_.compression)) return;
    options_.refuse_encryption(word);
    if (take_format(word) || take_layout(word) || take_conversion(word) || take_load(word)) return;
    refuse(word);
    throw options_.unknown(word, known);
  }

  bool take_format(const std::string& word) {
    if (word == "format") {
      options_.begin(word);
      cursor_.skip_word("as");
      std::string format = cursor_.word();
      if (take_named_format(format)) return true;
      refuse(format);
      throw cursor_.expected("JSON, CSV or PARQUET");
    }
    return take_named_format(word);
  }

  bool take_named_format(const std::string& word) {
    if (word == "json") {
      options_.begin(word);
      copy_.format = Format::json;
      take_json();
    } else if (word == "csv") {
      options_.begin(word);
      copy_.layout.kind = field::Layout::Kind::csv;
    } else if (word == "parquet") {
      options_.begin(word);
      copy_.format = Format::parquet;
      cursor_.skip_word("serializetojson");
    } else if (word == "fixedwidth") {
      options_.begin(word);
      copy_.layout.kind = field::Layout::Kind::fixed_width;
      copy_.layout.widths = options_.widths();
    } else {
      return false;
    }
    return true;
  }

  void take_json() {
    cursor_.skip_word("as");
    if (!cursor_.is_literal()) return;
    Located option = cursor_.literal("a JSON option");
    if (option.text == "auto") {
      copy_.json = CopyStatement::Json::by_key;
    } else if (option.text == "auto ignorecase") {
      copy_.json = CopyStatement::Json::by_key_in_any_case;
    } else if (option.text == "noshred") {
      copy_.json = CopyStatement::Json::whole;
    } else if (option.text.find('/') != std::string::npos) {
      copy_.json = CopyStatement::Json::by_path;
      copy_.jsonpaths = option;
    } else {
      throw cursor_.error(option.offset, "this is neither a JSON option nor a path")
          .hint("'auto', 'auto ignorecase', 'noshred' or 's3://bucket/jsonpaths.json'");
    }
  }

  bool take_layout(const std::string& word) {
    field::Layout& layout = copy_.layout;
    if (word == "delimiter") {
      options_.begin(word);
      layout.delimiter = options_.delimiter();
    } else if (word == "quote") {
      options_.begin(word);
      layout.quote = options_.character("a quote");
    } else if (word == "null") {
      options_.begin(word);
      cursor_.skip_word("as");
      layout.null_as = null_text(cursor_.literal("a text in quotes").text);
    } else if (word == "ignoreheader") {
      options_.begin(word);
      cursor_.skip_word("as");
      layout.ignore_header = cursor_.number("a number of lines", 0, 2'147'483'647);
    } else if (word == "encoding") {
      options_.begin(word);
      take_encoding();
    } else {
      return take_switch(word, {{"escape", &layout.has_escapes},
                                {"removequotes", &layout.remove_quotes},
                                {"fillrecord", &layout.fill_record},
                                {"ignoreblanklines", &layout.ignore_blank_lines},
                                {"manifest", &copy_.is_manifest}});
    }
    return true;
  }

  /// Backslashes stand for themselves here, but for a byte 0.
  static std::string null_text(std::string text) {
    if (text == "\\0" || text == "\\000") return std::string(1, '\0');
    return text == "\\\\N" ? "\\N" : text;
  }

  void take_encoding() {
    constexpr auto names = std::to_array<std::pair<std::string_view, field::Encoding>>(
        {{"utf8", field::Encoding::utf8},
         {"utf16", field::Encoding::utf16},
         {"utf16le", field::Encoding::utf16_le},
         {"utf16be", field::Encoding::utf16_be}});
    cursor_.skip_word("as");
    std::string given = cursor_.is_literal() ? base::to_lower(cursor_.value()) : cursor_.word();
    for (auto [name, encoding] : names) {
      if (name != given) continue;
      copy_.encoding = encoding;
      cursor_.next();
      return;
    }
    throw cursor_.expected("UTF8, UTF16, UTF16LE or UTF16BE");
  }

  bool take_conversion(const std::string& word) {
    field::Conversion& conversion = copy_.conversion;
    if (word == "dateformat" || word == "timeformat") {
      options_.begin(word);
      cursor_.skip_word("as");
      Located format = cursor_.literal("a format in quotes");
      if (format.text.empty()) throw cursor_.error(format.offset, "a format is not empty");
      (word == "dateformat" ? conversion.date_format : conversion.time_format) = format.text;
    } else if (word == "acceptinvchars") {
      options_.begin(word);
      bool has_as = cursor_.peek().is_word("as");
      conversion.replacement =
          has_as || cursor_.is_literal() ? options_.character("a replacement") : '?';
    } else {
      return take_switch(word, {{"acceptanydate", &conversion.accept_any_date},
                                {"blanksasnull", &conversion.blanks_as_null},
                                {"emptyasnull", &conversion.empty_as_null},
                                {"roundec", &conversion.round_decimals},
                                {"trimblanks", &conversion.trim_blanks},
                                {"truncatecolumns", &conversion.truncate_columns},
                                {"explicit_ids", &copy_.has_explicit_ids}});
    }
    return true;
  }

  bool take_load(const std::string& word) {
    if (word == "maxerror") {
      options_.begin(word);
      cursor_.skip_word("as");
      copy_.max_errors = cursor_.number("a number of errors", 0, 100'000);
    } else if (word == "comprows") {
      options_.begin(word);
      cursor_.number("a number of rows", 1'000, 2'147'483'647);
    } else if (word == "compupdate") {
      options_.begin(word);
      if (!cursor_.skip_word("preset")) options_.flag(true);
    } else if (word == "statupdate") {
      options_.begin(word);
      options_.flag(true);
    } else {
      return take_switch(
          word, {{"ignoreallerrors", &copy_.ignore_all_errors}, {"noload", &copy_.is_trial}});
    }
    return true;
  }

  using Switch = std::pair<std::string_view, bool*>;
  bool take_switch(const std::string& word, std::initializer_list<Switch> switches) {
    for (auto [name, value] : switches) {
      if (name != word) continue;
      options_.begin(word);
      *value = true;
      return true;
    }
    return false;
  }

  /// Names of Redshift's that cannot work here.
  void refuse(const std::string& word) const {
    constexpr auto others = std::to_array<std::pair<std::string_view, std::string_view>>(
        {{"avro", "Avro files are not supported"},
         {"orc", "ORC files are not supported"},
         {"rcfile", "RCFile is not supported"},
         {"sequencefile", "SequenceFile is not supported"},
         {"shapefile", "shapefiles are not supported"},
         {"ssh", "COPY from remote hosts over SSH is not supported"},
         {"readratio", "READRATIO belongs to COPY from DynamoDB, which is not supported"},
         {"job", "COPY jobs are not supported"}});
    for (auto [name, sentence] : others) {
      if (name != word) continue;
      throw options_.unsupported(cursor_.offset(), std::string(sentence))
          .hint("JSON, CSV, delimited and fixed-width text and Parquet are read");
    }
  }

  void check() const {
    options_.check_access();
    options_.exclude("gzip", {"bzip2", "zstd"});
    options_.exclude("bzip2", {"zstd"});
    options_.exclude("json", {"csv", "parquet", "delimiter", "escape", "fillrecord", "fixedwidth",
                              "ignoreblanklines", "null", "quote", "removequotes"});
    options_.exclude("csv", {"parquet", "fixedwidth", "removequotes", "escape"});
    options_.exclude("fixedwidth", {"parquet", "delimiter", "escape"});
    options_.exclude(
        "parquet",
        {"delimiter",        "quote",        "escape",     "removequotes",    "null",
         "ignoreblanklines", "ignoreheader", "gzip",       "bzip2",           "zstd",
         "encoding",         "dateformat",   "timeformat", "acceptanydate",   "blanksasnull",
         "emptyasnull",      "roundec",      "trimblanks", "truncatecolumns", "maxerror",
         "ignoreallerrors",  "compupdate",   "comprows",   "noload"});
    options_.exclude("maxerror", {"ignoreallerrors"});
    if (options_.has("quote") && !options_.has("csv")) {
      throw cursor_.error(options_.offset_of("quote"), "QUOTE belongs to CSV");
    }
    if (copy_.encoding != field::Encoding::utf8 && options_.has("fixedwidth")) {
      throw cursor_.error(options_.offset_of("encoding"), "FIXEDWIDTH files are UTF8");
    }
  }

  Cursor& cursor_;
  Options options_;
  CopyStatement copy_;
};

}  // namespace

CopyStatement parse_copy(Cursor& cursor) { return CopyParser(cursor).run(); }

}  // namespace sparkify::transfer
