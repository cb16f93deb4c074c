#include "transfer/stdio.hpp"

#include <fmt/format.h>

#include <array>
#include <optional>
#include <utility>

#include "base/text.hpp"
#include "transfer/cursor.hpp"
#include "transfer/options.hpp"

namespace sparkify::transfer {
namespace {

/// For "did you mean".
constexpr auto stdio_words = std::to_array<std::string_view>(
    {"binary", "csv", "delimiter", "encoding", "escape", "force_not_null", "force_null",
     "force_quote", "format", "freeze", "header", "null", "quote"});

class StdioParser {
 public:
  explicit StdioParser(const sql::Statement& statement)
      : text_(statement.text), cursor_(statement), options_(cursor_) {}

  StdioStatement run() {
    cursor_.expect_word("copy");
    if (cursor_.peek().is_word("binary")) refuse_binary();
    if (cursor_.peek().is_symbol("(")) {
      take_query();
    } else {
      take_table();
    }
    take_direction();
    bool has_with = cursor_.skip_word("with");
    if (cursor_.peek().is_symbol("(")) {
      take_list();
    } else {
      if (has_with && cursor_.is_at_end()) throw cursor_.expected("an option");
      while (!cursor_.is_at_end()) take_old_option();
    }
    if (!cursor_.is_at_end()) throw cursor_.expected("the end");
    check();
    return std::move(stdio_);
  }

 private:
  [[noreturn]] void refuse_binary() const {
    throw options_.unsupported(cursor_.offset(), "COPY in binary format is not supported")
        .hint("rows travel as text or CSV");
  }

  void take_query() {
    cursor_.expect_symbol("(");
    std::size_t begin = cursor_.offset();
    for (int depth = 0; depth > 0 || !cursor_.peek().is_symbol(")"); cursor_.next()) {
      if (cursor_.is_at_end()) throw cursor_.expected("\")\"");
      if (cursor_.peek().is_symbol("(")) ++depth;
      if (cursor_.peek().is_symbol(")")) --depth;
    }
    stdio_.query = {text_.substr(begin, cursor_.offset() - begin), begin};
    if (base::trim(stdio_.query.text).empty()) throw cursor_.expected("a query");
    cursor_.next();
  }

  void take_table() {
    stdio_.table = cursor_.name("a table");
    while (cursor_.skip_symbol(".")) {
      stdio_.schema = std::exchange(stdio_.table, cursor_.name("a table"));
    }
    if (cursor_.peek().is_symbol("(")) stdio_.columns = names();
  }

  std::vector<Located> names() {
    std::vector<Located> names;
    cursor_.expect_symbol("(");
    do {
      names.push_back(cursor_.name("a column"));
    } while (cursor_.skip_symbol(","));
    cursor_.expect_symbol(")");
    return names;
  }

  void take_direction() {
    stdio_.is_from = stdio_.query.text.empty() && cursor_.skip_word("from");
    if (stdio_.is_from) return cursor_.expect_word("stdin");
    cursor_.expect_word("to");
    cursor_.expect_word("stdout");
  }

  /// (FORMAT csv, HEADER, ...)
  void take_list() {
    cursor_.expect_symbol("(");
    do {
      std::string word = cursor_.word();
      if (word == "format") {
        options_.begin(word);
        take_format();
      } else if (word == "force_quote" && cursor_.is_followed_by("*")) {
        options_.begin(word);
        cursor_.next();
        stdio_.quotes_all = true;
      } else if (word == "force_quote" || word == "force_not_null" || word == "force_null") {
        options_.begin(word);
        list_of(word) = cursor_.peek().is_symbol("*") ? all() : names();
      } else {
        take_option(word);
      }
    } while (cursor_.skip_symbol(","));
    cursor_.expect_symbol(")");
  }

  /// `*` of FORCE_NULL and FORCE_NOT_NULL: a name that no column has.
  std::vector<Located> all() {
    Located star{"*", cursor_.offset()};
    cursor_.next();
    return {star};
  }

  std::vector<Located>& list_of(std::string_view option) {
    if (option == "force_quote") return stdio_.force_quote;
    return option == "force_null" ? stdio_.force_null : stdio_.force_not_null;
  }

  void take_format() {
    std::string format =
        cursor_.is_literal() ? cursor_.literal("a format").text : cursor_.name("a format").text;
    format = base::to_lower(format);
    if (format == "binary") refuse_binary();
    if (format != "csv" && format != "text") {
      throw cursor_
          .error(options_.offset_of("format"),
                 fmt::format("COPY format \"{}\" not recognized", format))
          .sql_state("22023");
    }
    stdio_.layout.is_csv = format == "csv";
  }

  /// [DELIMITER [AS] 'x'] [CSV [HEADER] [QUOTE [AS] 'x'] [FORCE QUOTE a, b]] and so on.
  void take_old_option() {
    std::string word = cursor_.word();
    if (word == "binary") refuse_binary();
    if (word == "csv") {
      options_.begin(word);
      stdio_.layout.is_csv = true;
    } else if (word == "using" || word == "delimiters") {
      cursor_.skip_word("using");
      if (!cursor_.peek().is_word("delimiters")) throw cursor_.expected("DELIMITERS");
      take_option("delimiter");
    } else if (word == "force") {
      take_old_force();
    } else if (word == "header") {
      options_.begin(word);
      stdio_.layout.has_header = true;
    } else {
      take_option(word);
    }
  }

  void take_old_force() {
    cursor_.next();
    bool is_quote = cursor_.peek().is_word("quote");
    bool is_not = cursor_.skip_word("not");
    if (!is_quote && !cursor_.peek().is_word("null")) throw cursor_.expected("QUOTE or NOT NULL");
    std::string option = is_quote ? "force_quote" : is_not ? "force_not_null" : "force_null";
    options_.begin(option);
    if (is_quote && cursor_.skip_symbol("*")) {
      stdio_.quotes_all = true;
      return;
    }
    do {
      list_of(option).push_back(cursor_.name("a column"));
    } while (cursor_.skip_symbol(","));
  }

  /// What both spellings have in common.
  void take_option(const std::string& word) {
    field::StreamLayout& layout = stdio_.layout;
    if (word == "delimiter") {
      options_.begin(word);
      layout.delimiter = options_.character("a delimiter");
    } else if (word == "null") {
      options_.begin(word);
      cursor_.skip_word("as");
      layout.null_as = null_text(cursor_.literal("a text in quotes"));
    } else if (word == "quote") {
      options_.begin(word);
      layout.quote = options_.character("a quote");
    } else if (word == "escape") {
      options_.begin(word);
      layout.escape = options_.character("an escape");
    } else if (word == "header") {
      options_.begin(word);
      layout.has_header = flag();
    } else if (word == "freeze") {
      options_.begin(word);
      flag();
    } else if (word == "encoding") {
      options_.begin(word);
      take_encoding();
    } else if (word == "on_error" || word == "where" || word == "default" ||
               word == "log_verbosity" || word == "oids" || word == "reject_limit") {
      throw options_.unsupported(cursor_.offset(),
                                 fmt::format("COPY with \"{}\" is not supported", word));
    } else {
      throw options_.unknown(word, stdio_words);
    }
  }

  /// Where backslashes are escapes, '\\N' comes as two of them.
  std::string null_text(const Located& given) const {
    if (given.text == "\\\\N") return "\\N";
    if (given.text.find_first_of("\r\n") != std::string::npos) {
      throw cursor_
          .error(given.offset, "COPY null representation cannot use newline or carriage return")
          .sql_state("22023");
    }
    return given.text;
  }

  void take_encoding() {
    cursor_.skip_word("as");
    Located given = cursor_.literal("an encoding in quotes");
    std::string name = base::to_lower(given.text);
    if (name == "utf8" || name == "utf-8" || name == "unicode" || name == "sql_ascii") return;
    throw options_.unsupported(given.offset, "rows travel as UTF8");
  }

  /// Nothing, true, on, 1, MATCH (which is trusted), false, off, 0; in quotes or not.
  bool flag() {
    bool is_said =
        !cursor_.is_at_end() && !cursor_.peek().is_symbol(",") && !cursor_.peek().is_symbol(")");
    if (!is_said) return true;
    std::string value = cursor_.is_literal() ? base::to_lower(cursor_.value())
                                             : base::to_lower(cursor_.peek().text);
    if (value == "match") {
      throw options_.unsupported(cursor_.offset(), "HEADER MATCH is not supported")
          .hint("HEADER passes over the first line");
    }
    bool is_on = value == "true" || value == "on" || value == "1";
    if (!is_on && value != "false" && value != "off" && value != "0") {
      throw cursor_.expected("true or false");
    }
    cursor_.next();
    return is_on;
  }

  void check() {
    field::StreamLayout& layout = stdio_.layout;
    if (layout.is_csv) {
      if (!options_.has("delimiter")) layout.delimiter = ',';
      if (!options_.has("null")) layout.null_as.clear();
      if (!options_.has("escape")) layout.escape = layout.quote;
    }
    for (std::string_view option :
         {"quote", "escape", "force_quote", "force_not_null", "force_null"}) {
      if (layout.is_csv || !options_.has(option)) continue;
      throw cursor_.error(options_.offset_of(option),
                          fmt::format("COPY {} requires CSV mode", option));
    }
    constexpr std::string_view letters = "\\.abcdefghijklmnopqrstuvwxyz0123456789";
    bool is_bad = layout.delimiter == '\n' || layout.delimiter == '\r' ||
                  (!layout.is_csv && letters.find(layout.delimiter) != std::string_view::npos) ||
                  (layout.is_csv && layout.delimiter == layout.quote) ||
                  layout.null_as.find(layout.delimiter) != std::string::npos;
    if (is_bad) {
      throw cursor_
          .error(options_.has("delimiter")
                     ? options_.offset_of("delimiter")
                     : options_.offset_of(options_.has("null") ? "null" : "quote"),
                 "this COPY delimiter cannot be used: other characters mean something else")
          .sql_state("22023");
    }
  }

  const std::string& text_;
  Cursor cursor_;
  Options options_;
  StdioStatement stdio_;
};

}  // namespace

StdioStatement parse_stdio(const sql::Statement& statement) { return StdioParser(statement).run(); }

}  // namespace sparkify::transfer
