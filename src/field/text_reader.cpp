// Delimited text, CSV and fixed width, as COPY reads them.
#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "base/text.hpp"
#include "event/json.hpp"
#include "field/lines.hpp"
#include "field/record.hpp"

namespace sparkify::field {
namespace {

constexpr std::size_t npos = std::string_view::npos;
/// Of a quoted field that does not end, only the first line is lost.
constexpr std::size_t most_quoted_bytes = 4 << 20;

class TextReader final : public RecordReader {
 public:
  TextReader(const Layout& layout, std::size_t column_count)
      : layout_(layout), column_count_(column_count) {}

  void reset(base::Object& object, const base::ObjectEntry& entry, event::Compression compression,
             event::Piece piece) override {
    lines_.reset(object, entry, compression, piece);
    has_begun_ = false;
  }

  bool next(Record& record) override {
    if (!std::exchange(has_begun_, true)) lines_.begin(layout_.ignore_header);
    while (!lines_.is_at_end()) {
      record = {};
      record.line = lines_.count() + 1;
      fields_.clear();
      std::size_t size = layout_.kind == Layout::Kind::csv ? take_csv(record) : take_line(record);
      bool is_passed_over = layout_.ignore_blank_lines && record.raw.empty();
      // The window keeps consumed bytes until it is filled again.
      lines_.consume(size);
      if (is_passed_over) continue;
      check_nul(record);
      check_count(record);
      record.fields = fields_;
      return true;
    }
    return false;
  }

  std::uint64_t lines_read() const override { return lines_.count(); }
  std::uint64_t bytes_read() const override { return lines_.input().bytes_read(); }

 private:
  /// A record that is a line, or several where line ends are escaped. Returns its bytes, its end
  /// included.
  std::size_t take_line(Record& record) {
    std::size_t end = find_line_end();
    std::string_view rest = lines_.rest();
    record.raw = without_end(rest.substr(0, end));
    if (layout_.kind == Layout::Kind::fixed_width) {
      split_fixed(record.raw);
    } else if (layout_.has_escapes || layout_.remove_quotes) {
      split_marked(record);
    } else {
      split_plain(record.raw);
    }
    return std::min(end + 1, rest.size());
  }

  std::string_view without_end(std::string_view line) const {
    bool is_value = layout_.has_escapes && !line.empty() && is_escaped(line, line.size() - 1);
    if (line.ends_with('\r') && !is_value) line.remove_suffix(1);
    return line;
  }

  /// The first line end that is not escaped, or the end of the file.
  std::size_t find_line_end() {
    for (std::size_t from = 0;;) {
      std::string_view rest = lines_.rest();
      std::size_t end = rest.find('\n', from);
      if (end == npos) {
        if (lines_.is_complete()) return rest.size();
        from = layout_.has_escapes ? 0 : rest.size();
        lines_.grow();
        continue;
      }
      if (!layout_.has_escapes || !is_escaped(rest, end)) return end;
      from = end + 1;
    }
  }

  static bool is_escaped(std::string_view text, std::size_t at) {
    std::size_t before = text.substr(0, at).find_last_not_of('\\');
    std::size_t count = at - (before == npos ? 0 : before + 1);
    return count % 2 == 1;
  }

  void add(std::string_view text, std::size_t position, bool is_null) {
    fields_.push_back({text, position, is_null ? Field::Kind::null : Field::Kind::text});
  }

  void split_plain(std::string_view line) {
    const std::string& delimiter = layout_.delimiter;
    for (std::size_t begin = 0;;) {
      std::size_t end =
          delimiter.size() == 1 ? line.find(delimiter[0], begin) : line.find(delimiter, begin);
      std::string_view text = line.substr(begin, end == npos ? npos : end - begin);
      add(text, begin, text == layout_.null_as);
      if (end == npos) return;
      begin = end + delimiter.size();
    }
  }

  void split_fixed(std::string_view line) {
    std::size_t at = 0;
    for (const Layout::Width& width : layout_.widths) {
      if (at >= line.size() && !fields_.empty()) break;
      std::size_t begin = at;
      for (std::size_t count = 0; count < width.characters && at < line.size(); ++count) {
        ++at;
        while (at < line.size() && base::is_utf8_tail(line[at])) ++at;
      }
      std::string_view text = line.substr(begin, at - begin);
      bool is_null = event::trim_blanks(text) == layout_.null_as;
      add(text, begin - 1, is_null);
    }
    if (event::trim_blanks(line.substr(at)).empty()) return;
    add(line.substr(at), at, false);
  }

  /// With ESCAPE or REMOVEQUOTES.
  void split_marked(Record& record) {
    std::string_view line = record.raw;
    make_scratch(line.size());
    for (std::size_t begin = 0;;) {
      std::size_t end = begin;
      std::size_t text_begin = scratch_.size();
      char quote = begin < line.size() ? line[begin] : '\0';
      bool is_quoted = layout_.remove_quotes && (quote == '"' || quote == '\'');
      bool is_closed = is_quoted ? take_quoted(line, quote, end) : (take_bare(line, end), true);
      std::string_view raw = line.substr(begin, end - begin);
      std::string_view text = std::string_view(scratch_).substr(text_begin);
      add(text, begin, raw == layout_.null_as || text == layout_.null_as);
      if (!is_closed) {
        record.fault = {1214, "Delimited value missing end quote"};
        record.fault_field = fields_.size() - 1;
        record.fault_position = begin;
        return;
      }
      if (end >= line.size()) return;
      begin = end + layout_.delimiter.size();
    }
  }

  bool is_delimiter(std::string_view line, std::size_t at) const {
    return line.substr(at).starts_with(layout_.delimiter);
  }

  void take_bare(std::string_view line, std::size_t& at) {
    while (at < line.size() && !is_delimiter(line, at)) take_character(line, at);
  }

  /// Up to the quote that stands before a delimiter or the end.
  bool take_quoted(std::string_view line, char quote, std::size_t& at) {
    for (++at; at < line.size();) {
      if (line[at] == quote && (at + 1 == line.size() || is_delimiter(line, at + 1))) {
        ++at;
        return true;
      }
      take_character(line, at);
    }
    return false;
  }

  void take_character(std::string_view line, std::size_t& at) {
    if (layout_.has_escapes && line[at] == '\\' && at + 1 < line.size()) ++at;
    scratch_ += line[at++];
  }

  /// A CSV record from rest() on. Returns its bytes, its end included.
  std::size_t take_csv(Record& record) {
    for (;;) {
      std::string_view rest = lines_.rest();
      fields_.clear();
      record.fault.reset();
      make_scratch(rest.size());
      std::size_t at = 0;
      bool is_whole = split_csv(rest, at, record);
      bool is_known = is_whole || lines_.is_complete();
      if (!is_known && at < most_quoted_bytes) {
        lines_.grow();
        continue;
      }
      if (!is_whole && record.fault) {
        // A quote without end: only this line is lost.
        at = std::min(rest.find('\n'), rest.size() - 1) + 1;
      }
      record.raw = rest.substr(0, at);
      if (record.raw.ends_with('\n')) record.raw.remove_suffix(1);
      record.raw = without_end(record.raw);
      return at;
    }
  }

  /// False when `rest` ends before the record does; then `record.fault` tells whether it ends
  /// within quotes. `at`: behind the record.
  bool split_csv(std::string_view rest, std::size_t& at, Record& record) {
    for (;;) {
      if (!take_csv_field(rest, at, record)) return false;
      if (at == rest.size()) return false;
      if (rest[at] == '\n') {
        ++at;
        return true;
      }
      at += layout_.delimiter.size();
    }
  }

  bool is_csv_end(std::string_view rest, std::size_t at) const {
    return at == rest.size() || rest[at] == '\n' || is_delimiter(rest, at);
  }

  static bool is_csv_blank(char c) { return c == ' ' || c == '\t' || c == '\r'; }

  bool take_csv_field(std::string_view rest, std::size_t& at, Record& record) {
    std::size_t begin = at, quote = at;
    while (quote < rest.size() && is_csv_blank(rest[quote]) && !is_delimiter(rest, quote)) ++quote;
    if (quote < rest.size() && rest[quote] == layout_.quote) {
      at = quote + 1;
      return take_csv_quoted(rest, at, begin, record);
    }
    bool has_quote = false;
    while (!is_csv_end(rest, at)) has_quote |= rest[at++] == layout_.quote;
    std::string_view text = rest.substr(begin, at - begin);
    if (at == rest.size() || rest[at] == '\n') text = without_end(text);
    add(text, begin, text == layout_.null_as);
    if (has_quote) refuse_quotes(record, begin);
    return true;
  }

  bool take_csv_quoted(std::string_view rest, std::size_t& at, std::size_t begin, Record& record) {
    std::size_t text_begin = scratch_.size();
    for (;; ++at) {
      std::size_t quote = rest.find(layout_.quote, at);
      scratch_ += rest.substr(at, quote - at);
      if (quote == npos) {
        at = rest.size();
        add(std::string_view(scratch_).substr(text_begin), begin, false);
        refuse_quotes(record, begin);
        return false;
      }
      at = quote + 1;
      if (at == rest.size() || rest[at] != layout_.quote) break;
      scratch_ += layout_.quote;
    }
    std::string_view text = std::string_view(scratch_).substr(text_begin);
    add(text, begin, text == layout_.null_as);
    while (at < rest.size() && is_csv_blank(rest[at]) && !is_delimiter(rest, at)) ++at;
    if (is_csv_end(rest, at)) return true;
    refuse_quotes(record, begin);
    while (!is_csv_end(rest, at)) ++at;
    return true;
  }

  void refuse_quotes(Record& record, std::size_t position) const {
    if (record.fault) return;
    record.fault = {1214, "Invalid quote formatting for CSV"};
    record.fault_field = fields_.size() - 1;
    record.fault_position = position;
  }

  /// Room for all texts of a record, so that views stay.
  void make_scratch(std::size_t size_bytes) {
    scratch_.clear();
    if (scratch_.capacity() < size_bytes) scratch_.reserve(size_bytes);
  }

  /// A byte 0 ends the record, unless it stands for NULL.
  void check_nul(Record& record) {
    std::size_t nul = record.raw.find('\0');
    if (nul == npos || record.fault) return;
    bool is_null_text = layout_.null_as.size() == 1 && layout_.null_as[0] == '\0';
    for (std::size_t i = 0; i < fields_.size(); ++i) {
      if (fields_[i].kind == Field::Kind::null || fields_[i].text.find('\0') == npos) continue;
      record.fault_field = i;
      record.fault_position = fields_[i].position;
      if (is_null_text) {
        record.fault = {1218, "Invalid null byte - field longer than 1 byte"};
        return;
      }
      fields_[i].text = fields_[i].text.substr(0, fields_[i].text.find('\0'));
      if (nul + 1 == record.raw.size()) return;  // it ends where the line does
      record.fault = {1216, fmt::format("Missing newline: Unexpected character {:#x} found at "
                                        "location {}",
                                        static_cast<unsigned char>(record.raw[nul + 1]), nul + 1)};
      return;
    }
  }

  void check_count(Record& record) {
    if (record.fault) return;
    bool is_delimited = layout_.kind == Layout::Kind::delimited;
    if (is_delimited && fields_.size() == column_count_ + 1 && fields_.back().text.empty()) {
      fields_.pop_back();
    }
    if (fields_.size() > column_count_) {
      record.fault = {1202, "Extra column(s) found"};
      record.fault_position = fields_[column_count_].position;
    } else if (fields_.size() < column_count_ && layout_.fill_record) {
      while (fields_.size() < column_count_) add({}, record.raw.size(), false);
    } else if (fields_.size() < column_count_) {
      bool is_fixed = layout_.kind == Layout::Kind::fixed_width;
      record.fault = is_fixed ? Fault{1203, "Input line is shorter than its columns"}
                              : Fault{1214, "Delimiter not found"};
      record.fault_field = fields_.empty() ? 0 : fields_.size() - 1;
      record.fault_position = fields_.empty() ? 0 : fields_.back().position;
    }
  }

  const Layout& layout_;
  std::size_t column_count_;
  Lines lines_;
  bool has_begun_ = false;
  std::vector<Field> fields_;
  std::string scratch_;  ///< texts that differ from the file's
};

}  // namespace

std::unique_ptr<RecordReader> make_text_reader(const Layout& layout, std::size_t column_count) {
  return std::make_unique<TextReader>(layout, column_count);
}

bool is_splittable(const Layout& layout) {
  constexpr std::uint64_t most_header_lines = 1'000;
  return layout.kind != Layout::Kind::csv && !layout.has_escapes &&
         layout.ignore_header <= most_header_lines;
}

}  // namespace sparkify::field
