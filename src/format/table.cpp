#include "format/table.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "base/text.hpp"
#include "format/width.hpp"

namespace sparkify::format {
namespace {

/// Keeps rows until widths are known, then lets rows through. What differs between a terminal and
/// Markdown is left to the two classes below.
class GridWriter : public Writer {
 public:
  explicit GridWriter(Output output) : output_(std::move(output)) {}

  void begin(std::vector<Column> columns) final {
    columns_ = std::move(columns);
    for (Column& column : columns_) {
      column.name = cell(column.name);
      widths_.push_back(std::max(display_width(column.name), least_width()));
    }
  }

  void row(Row values) final {
    ++row_count_;
    std::vector<std::string> cells;
    cells.reserve(values.size());
    for (const auto& value : values) cells.push_back(value ? cell(*value) : "NULL");
    if (is_streaming_) {
      output_(line(cells));
      return;
    }
    for (std::size_t i = 0; i < cells.size(); ++i) {
      widths_[i] = std::max(widths_[i], display_width(cells[i]));
      kept_bytes_ += cells[i].size();
    }
    kept_.push_back(std::move(cells));
    if (kept_.size() >= table_rows || kept_bytes_ >= table_bytes) release();
  }

  void end() final {
    if (!is_streaming_) release();
    output_(footer(row_count_));
  }

 protected:
  virtual std::string cell(std::string_view value) const = 0;
  virtual std::size_t least_width() const = 0;
  virtual std::string line(const std::vector<std::string>& cells) const = 0;
  virtual std::string rule() const = 0;
  virtual std::string footer(std::uint64_t row_count) const = 0;

  std::string padded(const std::string& text, std::size_t column) const {
    std::size_t width = display_width(text);
    std::string blanks(widths_[column] - std::min(width, widths_[column]), ' ');
    return columns_[column].kind == ValueKind::number ? blanks + text : text + blanks;
  }

  std::vector<Column> columns_;
  std::vector<std::size_t> widths_;

 private:
  void release() {
    is_streaming_ = true;
    std::vector<std::string> names;
    for (const Column& column : columns_) names.push_back(column.name);
    output_(line(names) + rule());
    for (const auto& cells : kept_) output_(line(cells));
    kept_.clear();
  }

  Output output_;
  std::vector<std::vector<std::string>> kept_;
  std::size_t kept_bytes_ = 0;
  std::uint64_t row_count_ = 0;
  bool is_streaming_ = false;
};

class TableWriter final : public GridWriter {
 public:
  using GridWriter::GridWriter;

 private:
  std::string cell(std::string_view value) const override { return escape_control(value); }
  std::size_t least_width() const override { return 1; }

  std::string line(const std::vector<std::string>& cells) const override {
    std::string text;
    for (std::size_t i = 0; i < cells.size(); ++i) {
      text += i == 0 ? " " : " | ";
      text += padded(cells[i], i);
    }
    while (text.ends_with(' ')) text.pop_back();
    return text + '\n';
  }

  std::string rule() const override {
    std::string text;
    for (std::size_t i = 0; i < widths_.size(); ++i) {
      text += i == 0 ? "" : "+";
      text += std::string(widths_[i] + 2, '-');
    }
    return text + '\n';
  }

  std::string footer(std::uint64_t row_count) const override {
    return fmt::format("({} row{})\n", base::format_count(row_count), row_count == 1 ? "" : "s");
  }
};

class MarkdownWriter final : public GridWriter {
 public:
  using GridWriter::GridWriter;

 private:
  std::string cell(std::string_view value) const override {
    std::string text;
    for (char byte : value) {
      switch (byte) {
        case '|':
          text += "\\|";
          break;
        case '\\':
          text += "\\\\";
          break;
        case '\n':
          text += "<br>";
          break;
        case '\r':
          break;
        case '<':
          text += "&lt;";
          break;
        default:
          text += byte;
      }
    }
    return text;
  }
  std::size_t least_width() const override { return 3; }

  std::string line(const std::vector<std::string>& cells) const override {
    std::string text = "|";
    for (std::size_t i = 0; i < cells.size(); ++i) text += " " + padded(cells[i], i) + " |";
    return text + '\n';
  }

  std::string rule() const override {
    std::string text = "|";
    for (std::size_t i = 0; i < widths_.size(); ++i) {
      bool is_number = columns_[i].kind == ValueKind::number;
      text += " " + std::string(widths_[i] - (is_number ? 1 : 0), '-') + (is_number ? ": |" : " |");
    }
    return text + '\n';
  }

  std::string footer(std::uint64_t) const override { return ""; }
};

}  // namespace

std::unique_ptr<Writer> make_table_writer(Output output) {
  return std::make_unique<TableWriter>(std::move(output));
}

std::unique_ptr<Writer> make_markdown_writer(Output output) {
  return std::make_unique<MarkdownWriter>(std::move(output));
}

}  // namespace sparkify::format
