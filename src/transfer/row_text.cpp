#include "transfer/row_text.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "base/error.hpp"
#include "base/text.hpp"
#include "field/layout.hpp"

namespace sparkify::transfer {
namespace {

void append_json_text(std::string_view text, std::string& out) {
  out += '"';
  for (char c : text) {
    constexpr std::string_view plain = "\"\\\b\f\n\r\t", letters = "\"\\bfnrt";
    std::size_t at = plain.find(c);
    if (at != std::string_view::npos) {
      out += '\\';
      out += letters[at];
    } else if (static_cast<unsigned char>(c) < 0x20) {
      out += fmt::format("\\u{:04x}", static_cast<unsigned>(c));
    } else {
      out += c;
    }
  }
  out += '"';
}

bool is_finite(std::string_view number) {
  return number != "nan" && number != "inf" && number != "-inf";
}

std::size_t count_characters(std::string_view text) {
  return static_cast<std::size_t>(
      std::count_if(text.begin(), text.end(), [](char c) { return !base::is_utf8_tail(c); }));
}

}  // namespace

ValueForm form_of(std::string_view type) {
  static constexpr auto numbers =
      std::to_array<std::string_view>({"TINYINT", "SMALLINT", "INTEGER", "BIGINT", "HUGEINT",
                                       "UTINYINT", "USMALLINT", "UINTEGER", "UBIGINT", "UHUGEINT"});
  if (std::find(numbers.begin(), numbers.end(), type) != numbers.end()) return ValueForm::number;
  if (type.starts_with("DECIMAL")) return ValueForm::number;
  if (type == "FLOAT" || type == "DOUBLE") return ValueForm::real;
  if (type == "BOOLEAN") return ValueForm::boolean;
  if (type == "JSON") return ValueForm::json;
  return type == "VARCHAR" ? ValueForm::text : ValueForm::other;
}

/// A value as Redshift writes it.
std::string_view RowText::plain(std::size_t column, std::string_view value) const {
  ValueForm form = columns_[column].form;
  if (form == ValueForm::boolean) return value == "true" ? "t" : "f";
  if (form == ValueForm::real && value.ends_with(".0")) value.remove_suffix(2);
  return value;
}

void RowText::append_header(std::string& out) const {
  for (std::size_t i = 0; i < columns_.size(); ++i) {
    if (i > 0) out += unload_.layout.delimiter;
    append_field(columns_[i].name, true, out);
  }
  out += '\n';
}

void RowText::append(ResultRow row, std::string& out) const {
  if (unload_.format == Format::json) {
    append_json(row, out);
  } else if (unload_.layout.kind == field::Layout::Kind::fixed_width) {
    append_fixed(row, out);
  } else {
    append_delimited(row, out);
  }
  out += '\n';
}

void RowText::append_json(ResultRow row, std::string& out) const {
  out += '{';
  for (std::size_t i = 0; i < row.size(); ++i) {
    if (i > 0) out += ',';
    append_json_text(columns_[i].name, out);
    out += ':';
    ValueForm form = columns_[i].form;
    if (!row[i]) {
      out += "null";
    } else if (form == ValueForm::boolean || form == ValueForm::json) {
      out += *row[i];
    } else if ((form == ValueForm::number || form == ValueForm::real) && is_finite(*row[i])) {
      out += plain(i, *row[i]);
    } else {
      append_json_text(*row[i], out);
    }
  }
  out += '}';
}

void RowText::append_fixed(ResultRow row, std::string& out) const {
  const auto& widths = unload_.layout.widths;
  for (std::size_t i = 0; i < row.size(); ++i) {
    bool is_text = columns_[i].form == ValueForm::text;
    std::string_view value = row[i] ? plain(i, *row[i]) : std::string_view(unload_.null_as);
    std::size_t width = widths[i].characters, size = count_characters(value);
    if (size > width && !row[i] && !is_text) value = {}, size = 0;
    if (size > width) {
      throw base::Error(base::ErrorKind::bad_data,
                        fmt::format("a value of column \"{}\" has {} characters, its width is {}",
                                    columns_[i].name, size, width))
          .sql_state("XX000");
    }
    out += value;
    out.append(width - size, ' ');
  }
}

void RowText::append_delimited(ResultRow row, std::string& out) const {
  for (std::size_t i = 0; i < row.size(); ++i) {
    if (i > 0) out += unload_.layout.delimiter;
    if (row[i]) {
      bool is_text = columns_[i].form == ValueForm::text || columns_[i].form == ValueForm::json;
      append_field(plain(i, *row[i]), is_text, out);
    } else {
      out += unload_.null_as;
    }
  }
}

void RowText::append_field(std::string_view value, bool is_text, std::string& out) const {
  // A value may end in what begins a delimiter of several characters. One that begins with a byte
  // order mark would lose it where a file begins.
  const char delimiter = unload_.layout.delimiter.front();
  if (unload_.layout.kind == field::Layout::Kind::csv) {
    bool is_quoted = unload_.add_quotes ||
                     value.find_first_of("\"\r\n") != std::string_view::npos ||
                     value.starts_with(field::byte_order_mark) ||
                     value.find(delimiter) != std::string_view::npos;
    if (is_quoted) out += '"';
    for (char c : value) out.append(c == '"' && is_quoted ? 2 : 1, c);
    if (is_quoted) out += '"';
    return;
  }
  if (unload_.add_quotes) out += '"';
  if (unload_.layout.has_escapes && !unload_.add_quotes &&
      value.starts_with(field::byte_order_mark))
    out += '\\';
  for (char c : value) {
    bool is_marked = c == '\n' || c == '\r' || c == '\\' || c == delimiter ||
                     (unload_.add_quotes && (c == '"' || c == '\''));
    if (unload_.layout.has_escapes && is_text && is_marked) out += '\\';
    out += c;
  }
  if (unload_.add_quotes) out += '"';
}

}  // namespace sparkify::transfer
