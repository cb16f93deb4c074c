#include "cli/report_page.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <cmath>
#include <limits>
#include <numeric>
#include <span>

#include "format/width.hpp"
#include "report/output.hpp"
#include "terminal/shape.hpp"

namespace sparkify::cli {
namespace {

using format::ValueKind;
using report::Report;
using Cells = std::vector<std::optional<std::string_view>>;

constexpr std::size_t most_pictured = 1000;
/// In columns of the terminal. A shorter bar says less than the number.
constexpr std::size_t widest_bar = 24, narrowest_bar = 8, widest_sparkline = 60;
constexpr std::size_t between_columns = 3;  // " | "

double number_of(const std::optional<std::string_view>& text) {
  double value = std::numeric_limits<double>::quiet_NaN();
  if (text) std::from_chars(text->data(), text->data() + text->size(), value);
  return value;
}

std::size_t width_of(std::optional<std::string_view> text) {
  return text ? format::display_width(format::escape_control(*text))
              : std::string_view("NULL").size();
}

/// A table that draws a bar behind each row for the report's main figure. Rows are kept until it is
/// known how long the longest is; a result of many rows is printed as it comes.
class PictureTable {
 public:
  /// `room`: columns of the terminal; 0: no picture.
  PictureTable(const Report& report, const warehouse::Rows& rows, terminal::Output& out,
               std::size_t room)
      : writer_(format::make_writer("table", out.sink())),
        columns_(report::columns_of(rows)),
        room_(room) {
    auto is_shape = [&](const format::Column& column) { return column.name == report.shape; };
    shape_ = static_cast<std::size_t>(std::find_if(columns_.begin(), columns_.end(), is_shape) -
                                      columns_.begin());
    is_kept_ = room_ > 0 && shape_ < columns_.size();
    for (const format::Column& column : columns_) widths_.push_back(width_of(column.name));
  }

  void row(format::Row values) {
    if (is_kept_ && kept_.size() < most_pictured) return keep(values);
    if (is_kept_) {
      is_kept_ = is_series_ = false;
      print_kept(0);
    }
    begin(0);
    writer_->row(values);
  }

  void end() {
    std::size_t bar_width = is_kept_ ? room_for_bar() : 0;
    print_kept(bar_width);
    begin(bar_width);
    writer_->end();
  }

  /// Its main figures in order; empty when there are several for one value of the first column.
  std::span<const double> series() const {
    return is_series_ ? std::span<const double>(figures_) : std::span<const double>();
  }

 private:
  using Kept = std::vector<std::optional<std::string>>;

  void begin(std::size_t bar_width) {
    if (has_begun_) return;
    has_begun_ = true;
    std::vector<format::Column> columns = columns_;
    if (bar_width > 0) columns.push_back({"", ValueKind::text});
    writer_->begin(std::move(columns));
  }

  void keep(format::Row values) {
    if (!kept_.empty() && kept_.back().front() == values.front()) is_series_ = false;
    kept_.emplace_back(values.begin(), values.end());
    figures_.push_back(number_of(values[shape_]));
    for (std::size_t i = 0; i < values.size(); ++i) {
      widths_[i] = std::max(widths_[i], width_of(values[i]));
    }
  }

  std::size_t room_for_bar() const {
    std::size_t table = std::accumulate(widths_.begin(), widths_.end(), std::size_t{1});
    table += widths_.size() * between_columns;
    std::size_t left = room_ > table ? room_ - table : 0;
    return left < narrowest_bar ? 0 : std::min(left, widest_bar);
  }

  void print_kept(std::size_t bar_width) {
    if (kept_.empty()) return;
    begin(bar_width);
    double most = 0;
    for (double figure : figures_) {
      if (std::isfinite(figure)) most = std::max(most, std::abs(figure));
    }
    for (std::size_t i = 0; i < kept_.size(); ++i) {
      Cells cells(kept_[i].begin(), kept_[i].end());
      std::string bar;
      if (bar_width > 0) cells.emplace_back(bar = terminal::bar(figures_[i], most, bar_width));
      writer_->row(cells);
    }
    kept_.clear();
  }

  std::unique_ptr<format::Writer> writer_;
  std::vector<format::Column> columns_;
  std::vector<std::size_t> widths_;  ///< of what is kept
  std::size_t room_, shape_ = 0;
  bool is_kept_ = false, has_begun_ = false, is_series_ = true;
  std::vector<Kept> kept_;
  std::vector<double> figures_;
};

}  // namespace

void print_page(Invocation& invocation, const Report& report, warehouse::Rows& rows) {
  terminal::Output& out = invocation.out;
  out.write(fmt::format("{} ({})\n{}\n\n", report.title, report.unit, report.definition));
  std::size_t room = terminal::terminal_columns(STDOUT_FILENO).value_or(0);
  PictureTable table(report, rows, out, room);
  const std::string& first = rows.columns().front().name;
  bool is_over_time = first == "day" || first == "week" || first == "month";
  while (!out.is_closed() && rows.next()) {
    invocation.interrupts.check();
    table.row(rows.row());
  }
  table.end();
  std::span<const double> series = table.series();
  std::size_t label = report.shape.size() + 2, most = label < room ? room - label : 0;
  if (is_over_time && series.size() > 1 && series.size() <= std::min(most, widest_sparkline)) {
    out.write(fmt::format("\n{}: {}\n", report.shape, terminal::sparkline(series)));
  }
  if (!report.caveat.empty()) out.write(fmt::format("\n{}\n", report.caveat));
}

}  // namespace sparkify::cli
