#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <cmath>
#include <limits>
#include <span>

#include "base/error.hpp"
#include "base/text.hpp"
#include "cli/commands.hpp"
#include "cli/results.hpp"
#include "report/output.hpp"
#include "report/report.hpp"
#include "terminal/progress.hpp"
#include "terminal/shape.hpp"

namespace sparkify::cli {
namespace {

using base::Error;
using base::ErrorKind;
using Mode = warehouse::EmbeddedOptions::Mode;
using format::ValueKind;
using report::Report;
using Cells = std::vector<std::optional<std::string_view>>;

/// Longer results are printed without a picture.
constexpr std::size_t most_pictured = 1000;
constexpr std::size_t bar_width = 24, sparkline_width = 60;

void list(Invocation& invocation) {
  std::string format = invocation.arguments.text("format");
  if (format == "json") return invocation.out.write(report::listing());
  auto writer = format::make_writer(format, invocation.out.sink());
  writer->begin({{"report", ValueKind::text},
                 {"metric", ValueKind::text},
                 {"title", ValueKind::text},
                 {"unit", ValueKind::text},
                 {"parameters", ValueKind::text}});
  for (const Report& report : report::reports()) {
    std::string parameters = fmt::format("{}", fmt::join(report.parameters, " "));
    writer->row(Cells{report.name, report.metric, report.title, report.unit, parameters});
  }
  writer->end();
}

double number_of(const std::optional<std::string_view>& text) {
  double value = std::numeric_limits<double>::quiet_NaN();
  if (text) std::from_chars(text->data(), text->data() + text->size(), value);
  return value;
}

/// A table that draws a bar behind each row for the report's main figure. Rows are kept until it is
/// known how long the longest is; a result of many rows is printed as it comes.
class PictureTable {
 public:
  PictureTable(const Report& report, const warehouse::Rows& rows, terminal::Output& out)
      : writer_(format::make_writer("table", out.sink())), columns_(report::columns_of(rows)) {
    auto is_shape = [&](const format::Column& column) { return column.name == report.shape; };
    shape_ = static_cast<std::size_t>(std::find_if(columns_.begin(), columns_.end(), is_shape) -
                                      columns_.begin());
    has_picture_ = shape_ < columns_.size();
  }

  void row(format::Row values) {
    if (has_picture_ && kept_.size() < most_pictured) return keep(values);
    if (has_picture_) {
      has_picture_ = is_series_ = false;
      print_kept();
    }
    begin();
    writer_->row(values);
  }

  void end() {
    print_kept();
    begin();
    writer_->end();
  }

  /// Its main figures in order; empty when there are several for one value of the first column.
  std::span<const double> series() const {
    return is_series_ ? std::span<const double>(figures_) : std::span<const double>();
  }

 private:
  using Kept = std::vector<std::optional<std::string>>;

  void begin() {
    if (has_begun_) return;
    has_begun_ = true;
    std::vector<format::Column> columns = columns_;
    if (has_picture_) columns.push_back({"", ValueKind::text});
    writer_->begin(std::move(columns));
  }

  void keep(format::Row values) {
    if (!kept_.empty() && kept_.back().front() == values.front()) is_series_ = false;
    kept_.emplace_back(values.begin(), values.end());
    figures_.push_back(number_of(values[shape_]));
  }

  void print_kept() {
    if (kept_.empty() || has_begun_) return;
    begin();
    double most = 0;
    for (double figure : figures_) {
      if (std::isfinite(figure)) most = std::max(most, std::abs(figure));
    }
    for (std::size_t i = 0; i < kept_.size(); ++i) {
      Cells cells(kept_[i].begin(), kept_[i].end());
      std::string bar;
      if (has_picture_) cells.emplace_back(bar = terminal::bar(figures_[i], most, bar_width));
      writer_->row(cells);
    }
  }

  std::unique_ptr<format::Writer> writer_;
  std::vector<format::Column> columns_;
  std::size_t shape_ = 0;
  bool has_picture_ = false, has_begun_ = false, is_series_ = true;
  std::vector<Kept> kept_;
  std::vector<double> figures_;
};

void print_picture(Invocation& invocation, const Report& report, warehouse::Rows& rows) {
  terminal::Output& out = invocation.out;
  out.write(fmt::format("{} ({})\n{}\n\n", report.title, report.unit, report.definition));
  PictureTable table(report, rows, out);
  const std::string& first = rows.columns().front().name;
  bool is_over_time = first == "day" || first == "week";
  while (!out.is_closed() && rows.next()) {
    invocation.interrupts.check();
    table.row(rows.row());
  }
  table.end();
  std::span<const double> series = table.series();
  if (is_over_time && series.size() > 1 && series.size() <= sparkline_width) {
    out.write(fmt::format("\n{}: {}\n", report.shape, terminal::sparkline(series)));
  }
  if (!report.caveat.empty()) out.write(fmt::format("\n{}\n", report.caveat));
}

report::Filter filter_of(const Arguments& arguments) {
  report::Filter filter;
  filter.from = arguments.value("from");
  filter.to = arguments.value("to");
  if (auto level = arguments.value("level"); level && *level != "all") filter.level = level;
  if (arguments.has("top")) {
    std::uint64_t top = arguments.count("top");
    filter.top = static_cast<std::int64_t>(std::min<std::uint64_t>(top, 1ULL << 40));
  }
  return filter;
}

/// What of the filter the report takes: for all reports at once each is given what it knows.
report::Filter part_for(const Report& report, report::Filter filter) {
  if (!report.takes("from")) filter.from.reset();
  if (!report.takes("to")) filter.to.reset();
  if (!report.takes("level")) filter.level.reset();
  if (!report.takes("top")) filter.top.reset();
  return filter;
}

std::string_view extension_of(std::string_view format) {
  if (format == "json") return "json";
  if (format == "markdown") return "md";
  if (format == "table") return "txt";
  return "csv";
}

void write_all(Invocation& invocation, warehouse::Warehouse& warehouse, std::string folder) {
  std::string format = invocation.arguments.value("format").value_or("csv");
  if (!folder.ends_with('/')) folder += '/';
  report::Filter filter = filter_of(invocation.arguments);
  for (const Report& report : report::reports()) {
    auto rows = report::run(warehouse, report, part_for(report, filter));
    auto file = invocation.store().create(
        fmt::format("{}{}.{}", folder, report.name, extension_of(format)));
    auto writer = format::make_writer(format, [&](std::string_view text) { file->write(text); });
    print_rows(invocation, *rows, *writer);
    file->finish();
  }
  invocation.note(fmt::format("{} reports in {}", report::reports().size(), folder));
}

void expect_sense(const Arguments& arguments) {
  bool is_all = arguments.has("all"), has_name = !arguments.words().empty();
  if (is_all && has_name) {
    throw Error(ErrorKind::usage, "both a report and --all are given")
        .hint("leave one of them out");
  }
  if (is_all && !arguments.has("out")) {
    throw Error(ErrorKind::usage, "--all needs --out FOLDER")
        .hint("try: sparkify analytics --all --out reports");
  }
  if (arguments.has("out") && !is_all) {
    throw Error(ErrorKind::usage, "--out goes with --all").hint("one report is standard output");
  }
}

}  // namespace

void analytics(Invocation& invocation) {
  const Arguments& arguments = invocation.arguments;
  expect_sense(arguments);
  if (arguments.words().empty() && !arguments.has("all")) return list(invocation);
  const Report* report =
      arguments.has("all") ? nullptr : &report::report(arguments.words().front());
  terminal::ProgressLine progress =
      terminal::ProgressLine::on_standard_error(arguments.has("quiet"));
  OpenWarehouse warehouse = invocation.open(Mode::read_only, progress);
  if (report == nullptr) return write_all(invocation, *warehouse, arguments.text("out"));
  auto rows = report::run(*warehouse, *report, filter_of(arguments));
  if (arguments.text("format") == "table") {
    print_picture(invocation, *report, *rows);
  } else {
    print_rows(invocation, *rows, *invocation.writer());
  }
}

}  // namespace sparkify::cli
