#include "format/xlsx.hpp"

#include <fmt/format.h>
#include <xlsxwriter.h>

#include <algorithm>
#include <cerrno>
#include <charconv>
#include <chrono>
#include <cmath>
#include <vector>

#include "base/error.hpp"
#include "base/text.hpp"
#include "format/width.hpp"

namespace sparkify::format {
namespace {

using base::Error;
using base::ErrorKind;

constexpr std::size_t most_digits = 15, most_columns = 16'384;
/// Above it a zip archive needs fields that some programs do not read.
constexpr std::uint64_t plain_zip_bytes = 4'000'000'000;

enum class Form { text, number, boolean, date, time, timestamp };

Form form_of(const Column& column) {
  if (column.type == "DATE") return Form::date;
  if (column.type == "TIME") return Form::time;
  if (column.type.starts_with("TIMESTAMP")) return Form::timestamp;
  if (column.kind == ValueKind::number) return Form::number;
  return column.kind == ValueKind::boolean ? Form::boolean : Form::text;
}

/// Takes a number of exactly `size` digits and, where one is named, the character behind it.
bool take_number(std::string_view& text, std::size_t size, int& number, char behind = '\0') {
  std::size_t width = size + (behind != '\0' ? 1 : 0);
  if (text.size() < width || (behind != '\0' && text[size] != behind)) return false;
  auto end = std::from_chars(text.data(), text.data() + size, number);
  if (end.ec != std::errc() || end.ptr != text.data() + size || number < 0) return false;
  text.remove_prefix(width);
  return true;
}

bool take_date(std::string_view& text, lxw_datetime& value) {
  constexpr int first_year = 1900;
  return take_number(text, 4, value.year, '-') && value.year >= first_year &&
         take_number(text, 2, value.month, '-') && take_number(text, 2, value.day);
}

bool take_time(std::string_view& text, lxw_datetime& value) {
  if (!take_number(text, 2, value.hour, ':') || !take_number(text, 2, value.min, ':')) return false;
  std::size_t size = std::min(text.find_first_not_of("0123456789."), text.size());
  auto end = std::from_chars(text.data(), text.data() + size, value.sec);
  if (size < 2 || end.ec != std::errc() || end.ptr != text.data() + size) return false;
  text.remove_prefix(size);
  return value.hour < 24;
}

/// The moment that text of the engine names; nothing when no cell can hold it.
std::optional<lxw_datetime> moment(std::string_view text, Form form) {
  lxw_datetime value{};
  bool has_date = form != Form::time, has_time = form != Form::date;
  if (has_date && !take_date(text, value)) return std::nullopt;
  if (has_date && has_time && !text.empty()) {
    if (text.front() != ' ' && text.front() != 'T') return std::nullopt;
    text.remove_prefix(1);
  }
  bool is_day_alone = has_date && text.empty();
  if (has_time && !is_day_alone && !take_time(text, value)) return std::nullopt;
  if (form == Form::timestamp && text == "+00") text = {};
  return text.empty() ? std::optional(value) : std::nullopt;
}

/// A number that a spreadsheet program shows and keeps as it is, but for digits after the point.
std::optional<double> plain_number(std::string_view text) {
  std::string_view whole = text.substr(text.starts_with('-') ? 1 : 0);
  whole = whole.substr(0, whole.find_first_of(".eE"));
  std::size_t significant = whole.find_last_not_of('0') + 1;
  if (significant > most_digits) return std::nullopt;
  double number = 0;
  auto end = std::from_chars(text.data(), text.data() + text.size(), number);
  bool is_number = end.ec == std::errc() && end.ptr == text.data() + text.size();
  return is_number && std::isfinite(number) ? std::optional(number) : std::nullopt;
}

/// Whether `_xHHHH_` begins here, by which a workbook means a character.
bool is_escape(std::string_view text) {
  return text.size() >= 7 && text.starts_with("_x") && text[6] == '_' &&
         std::all_of(text.begin() + 2, text.begin() + 6, [](char c) {
           return base::is_digit(c) || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F');
         });
}

/// Text as XML takes it; the library escapes the other control characters.
std::string cell_text(std::string_view text) {
  std::string result;
  result.reserve(text.size());
  while (!text.empty()) {
    Character character = next_character(text);
    if (!character.is_valid) {
      result += "\xEF\xBF\xBD";
    } else if (character.code == 0 || character.code == 0xFFFE || character.code == 0xFFFF) {
      result += fmt::format("_x{:04X}_", static_cast<unsigned>(character.code));
    } else {
      if (character.code == '_' && is_escape(text)) result += "_x005F";
      result += text.substr(0, character.size_bytes);
    }
    text.remove_prefix(character.size_bytes);
  }
  return result;
}

std::size_t utf16_length(std::string_view text) {
  std::size_t length = 0;
  while (!text.empty()) {
    Character character = next_character(text);
    length += character.code > 0xFFFF ? 2 : 1;
    text.remove_prefix(character.size_bytes);
  }
  return length;
}

struct FreeWorkbook {
  void operator()(lxw_workbook* workbook) const { lxw_workbook_free(workbook); }
};

class XlsxWriter final : public Writer {
 public:
  explicit XlsxWriter(XlsxFile file) : file_(std::move(file)) {
    lxw_workbook_options options{};
    options.constant_memory = LXW_TRUE;
    options.tmpdir = file_.folder.data();
    workbook_.reset(workbook_new_opt(file_.path.c_str(), &options));
    if (!workbook_) throw Error(ErrorKind::unavailable, "out of memory for a workbook");
  }

  void begin(std::vector<Column> columns) override {
    if (columns.size() > most_columns) {
      throw Error(ErrorKind::usage,
                  fmt::format("{} columns: a sheet of xlsx takes {}", columns.size(), most_columns))
          .hint("csv and parquet take any number");
    }
    columns_ = std::move(columns);
    for (const Column& column : columns_) forms_.push_back(form_of(column));
    bold_ = workbook_add_format(workbook_.get());
    format_set_bold(bold_);
    date_ = format_of("yyyy-mm-dd");
    time_ = format_of("hh:mm:ss");
    timestamp_ = format_of("yyyy-mm-dd hh:mm:ss.000");
    add_sheet();
  }

  void row(Row values) override {
    if (next_row_ == file_.rows_per_sheet) add_sheet();
    ++row_count_;
    for (std::size_t i = 0; i < values.size(); ++i) {
      if (values[i]) write(static_cast<lxw_col_t>(i), *values[i]);
    }
    ++next_row_;
  }

  void end() override {
    std::uint64_t bytes = 0;
    for (lxw_worksheet* sheet : sheets_) bytes += finish(*sheet);
    // Known only now; the library looks when it packs.
    workbook_->options.use_zip64 = bytes > plain_zip_bytes ? LXW_TRUE : LXW_FALSE;
    errno = 0;
    lxw_error error = workbook_close(workbook_.release());
    if (error != LXW_NO_ERROR) throw failure(lxw_strerror(error));
  }

 private:
  lxw_format* format_of(const char* shown) {
    lxw_format* format = workbook_add_format(workbook_.get());
    format_set_num_format(format, shown);
    return format;
  }

  void add_sheet() {
    std::size_t number = sheets_.size() + 1;
    std::string name = number == 1 ? file_.sheet : fmt::format("{} ({})", file_.sheet, number);
    errno = 0;
    lxw_worksheet* sheet = workbook_add_worksheet(workbook_.get(), name.c_str());
    if (sheet == nullptr) throw failure("cannot add a sheet");
    sheets_.push_back(sheet);
    for (std::size_t i = 0; i < columns_.size(); ++i) {
      auto at = static_cast<lxw_col_t>(i);
      constexpr double date_width = 11, timestamp_width = 23;
      if (forms_[i] == Form::date) worksheet_set_column(sheet, at, at, date_width, nullptr);
      if (forms_[i] == Form::timestamp) {
        worksheet_set_column(sheet, at, at, timestamp_width, nullptr);
      }
      worksheet_write_string(sheet, 0, at, cell_text(columns_[i].name).c_str(), bold_);
    }
    worksheet_freeze_panes(sheet, 1, 0);
    next_row_ = 1;
  }

  void write(lxw_col_t column, std::string_view value) {
    lxw_worksheet* sheet = sheets_.back();
    auto at = static_cast<lxw_row_t>(next_row_);
    Form form = forms_[column];
    if (form == Form::number) {
      if (auto number = plain_number(value)) {
        return check(worksheet_write_number(sheet, at, column, *number, nullptr));
      }
    } else if (form == Form::boolean) {
      return check(worksheet_write_boolean(sheet, at, column, value == "true" ? 1 : 0, nullptr));
    } else if (form != Form::text) {
      if (auto time = moment(value, form)) {
        lxw_format* shown = form == Form::date ? date_ : form == Form::time ? time_ : timestamp_;
        return check(worksheet_write_datetime(sheet, at, column, &*time, shown));
      }
    }
    write_text(column, value);
  }

  void write_text(lxw_col_t column, std::string_view value) {
    std::size_t length = utf16_length(value);
    if (length > cell_characters) {
      throw Error(ErrorKind::bad_data,
                  fmt::format("row {}, column \"{}\": a text of {} characters, a cell of xlsx "
                              "takes {}",
                              base::format_count(row_count_), columns_[column].name,
                              base::format_count(length), base::format_count(cell_characters)))
          .hint("csv, json and parquet take any length; left(column, 32767) cuts it");
    }
    check(worksheet_write_string(sheets_.back(), static_cast<lxw_row_t>(next_row_), column,
                                 cell_text(value).c_str(), nullptr));
  }

  void check(lxw_error error) const {
    if (error != LXW_NO_ERROR) throw failure(lxw_strerror(error));
  }

  /// Writes what is left of a sheet and returns its bytes. The library does not look whether its
  /// own writing fails.
  std::uint64_t finish(lxw_worksheet& sheet) const {
    errno = 0;
    lxw_worksheet_write_single_row(&sheet);
    if (std::fflush(sheet.optimize_tmpfile) != 0 || std::ferror(sheet.optimize_tmpfile) != 0) {
      throw failure("cannot write a sheet");
    }
    return static_cast<std::uint64_t>(std::max<off_t>(::ftello(sheet.optimize_tmpfile), 0));
  }

  Error failure(std::string_view what) const {
    if (errno != 0) return base::system_error(errno, "write", file_.path);
    return Error(ErrorKind::unavailable, fmt::format("cannot write {}: {}", file_.path, what));
  }

  XlsxFile file_;
  std::unique_ptr<lxw_workbook, FreeWorkbook> workbook_;
  std::vector<Column> columns_;
  std::vector<Form> forms_;
  std::vector<lxw_worksheet*> sheets_;  ///< the workbook's, as all that follow
  lxw_format *bold_ = nullptr, *date_ = nullptr, *time_ = nullptr, *timestamp_ = nullptr;
  std::size_t next_row_ = 0;     ///< of the last sheet
  std::uint64_t row_count_ = 0;  ///< of all, headers left out
};

}  // namespace

std::unique_ptr<Writer> make_xlsx_writer(XlsxFile file) {
  return std::make_unique<XlsxWriter>(std::move(file));
}

}  // namespace sparkify::format
