#include "terminal/progress.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include "base/text.hpp"
#include "format/width.hpp"
#include "terminal/output.hpp"

namespace sparkify::terminal {
namespace {

using namespace std::chrono_literals;

constexpr auto live_interval = 100ms;
constexpr auto plain_interval = 10s;

std::uint64_t whole_per_second(std::uint64_t amount, double seconds) {
  return seconds <= 0 ? 0 : static_cast<std::uint64_t>(static_cast<double>(amount) / seconds);
}

double seconds_between(ProgressLine::Clock::time_point from, ProgressLine::Clock::time_point to) {
  return std::chrono::duration<double>(to - from).count();
}

}  // namespace

std::string_view step_of(std::string_view stage) { return stage.substr(0, stage.find(' ')); }

ProgressLine::~ProgressLine() {
  clear();
  finish_step();
}

ProgressLine ProgressLine::on_standard_error(bool is_quiet) {
  Options options;
  std::optional<std::size_t> columns = terminal_columns(STDERR_FILENO);
  options.is_live = columns.has_value();
  options.is_quiet = is_quiet;
  options.write = write_error;
  options.width = columns.value_or(options.width);
  return ProgressLine(std::move(options));
}

void ProgressLine::stage_started(std::string_view stage) {
  if (step_of(stage) != step_) finish_step();
  stage_ = stage;
  stage_began_ = last_shown_ = options_.now();
  if (options_.is_live) show(stage_);
}

void ProgressLine::stage_finished(std::string_view stage, double seconds) {
  clear();
  if (step_of(stage) != step_) finish_step();
  step_ = step_of(stage);
  step_seconds_ += seconds;
}

void ProgressLine::finish_step() {
  bool is_shown = !step_.empty() && !options_.is_live && !options_.is_quiet;
  if (is_shown) options_.write(fmt::format("{}: {}\n", step_, base::format_seconds(step_seconds_)));
  step_.clear();
  step_seconds_ = 0;
}

void ProgressLine::progressed(const etl::Progress& progress) {
  auto now = options_.now();
  bool is_due =
      options_.is_live ? now - last_shown_ >= live_interval : now - last_shown_ >= plain_interval;
  if (!is_due || options_.is_quiet) return;
  last_shown_ = now;
  show(describe(progress, seconds_between(stage_began_, now)));
}

void ProgressLine::noted(std::string_view text) {
  if (options_.is_quiet) return;
  clear();
  options_.write(fmt::format("note: {}\n", text));
}

std::string ProgressLine::describe(const etl::Progress& progress, double seconds) const {
  if (progress.files_total == 0) {  // nothing is read: rows are made
    return fmt::format("{}: {} rows, {} rows/s", stage_, base::format_count(progress.rows_done),
                       base::format_count(whole_per_second(progress.rows_done, seconds)));
  }
  std::string text = fmt::format(
      "{}: {} of {} files, {} of {}, {} rows", stage_, base::format_count(progress.files_done),
      base::format_count(progress.files_total), base::format_bytes(progress.bytes_done),
      base::format_bytes(progress.bytes_total), base::format_count(progress.rows_done));
  text += fmt::format(", {} rows/s, {}/s",
                      base::format_count(whole_per_second(progress.rows_done, seconds)),
                      base::format_bytes(whole_per_second(progress.bytes_done, seconds)));
  bool is_begun = progress.bytes_done > 0 && progress.bytes_total > progress.bytes_done;
  if (is_begun) {
    double left = static_cast<double>(progress.bytes_total - progress.bytes_done);
    double eta_seconds = seconds * left / static_cast<double>(progress.bytes_done);
    text += fmt::format(", {} left", base::format_seconds(eta_seconds));
  }
  return text;
}

void ProgressLine::show(const std::string& text) {
  if (options_.is_quiet) return;
  if (!options_.is_live) {
    options_.write(text + '\n');
    return;
  }
  // A line as wide as the terminal would wrap, and \r would not find its beginning.
  std::string line = text;
  while (!line.empty() && format::display_width(line) >= options_.width) line.pop_back();
  options_.write("\r\x1b[K" + line);
  has_line_ = true;
}

void ProgressLine::clear() {
  if (has_line_) options_.write("\r\x1b[K");
  has_line_ = false;
}

}  // namespace sparkify::terminal
