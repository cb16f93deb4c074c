#include "terminal/summary.hpp"

#include <fmt/format.h>

#include "base/text.hpp"
#include "format/json.hpp"
#include "terminal/progress.hpp"

namespace sparkify::terminal {
namespace {

using base::format_bytes;
using base::format_count;
using base::format_seconds;

std::string files(std::uint64_t count) {
  return fmt::format("{} file{}", format_count(count), count == 1 ? "" : "s");
}

double per_second(std::uint64_t amount, double seconds) {
  return seconds > 0 ? static_cast<double>(amount) / seconds : 0;
}

std::string other_files(const etl::LoadSummary& summary) {
  std::string text;
  if (summary.files_unchanged > 0) {
    text += fmt::format(", {} unchanged", files(summary.files_unchanged));
  }
  if (summary.files_passed_over > 0) {
    text += fmt::format(", {} passed over", files(summary.files_passed_over));
  }
  return text;
}

/// ` (list 0.50 s, read 1.50 s)`: stages of one step next to each other count together.
std::string steps(const std::vector<etl::StageTime>& stages) {
  std::vector<std::string> parts;
  for (std::size_t i = 0; i < stages.size();) {
    std::string_view step = step_of(stages[i].stage);
    double seconds = 0;
    for (; i < stages.size() && step_of(stages[i].stage) == step; ++i) seconds += stages[i].seconds;
    parts.push_back(fmt::format("{} {}", step, format_seconds(seconds)));
  }
  return parts.empty() ? "" : fmt::format(" ({})", fmt::join(parts, ", "));
}

}  // namespace

void print_tables(const std::vector<etl::TableCount>& tables, bool has_added,
                  const format::Output& output) {
  auto writer = format::make_writer("table", output);
  std::vector<format::Column> columns = {{"table", format::ValueKind::text},
                                         {"rows", format::ValueKind::number}};
  if (has_added) columns.push_back({"added", format::ValueKind::number});
  writer->begin(columns);
  for (const etl::TableCount& table : tables) {
    std::string rows = format_count(table.row_count), added = format_count(table.rows_added);
    std::vector<std::optional<std::string_view>> values = {table.table, rows};
    if (has_added) values.push_back(added);
    writer->row(values);
  }
  writer->end();
}

void print_summary(const etl::LoadSummary& summary, const format::Output& output) {
  if (summary.load_id == 0) {
    std::string others = other_files(summary);
    output(fmt::format("nothing new{}{}\n", others.empty() ? "" : ": ",
                       others.empty() ? "" : others.substr(2)));
    return;
  }
  print_tables(summary.tables, true, output);
  output(fmt::format("\nload {}: {} ({}){}\n", summary.load_id, files(summary.files_loaded),
                     format_bytes(summary.bytes_read), other_files(summary)));
  output(fmt::format("rows: {} read = {} loaded + {} duplicates + {} rejects; {} unknown keys\n",
                     format_count(summary.rows_read), format_count(summary.rows_loaded),
                     format_count(summary.duplicates), format_count(summary.rejects),
                     format_count(summary.unknown_keys)));
  output(fmt::format("time: {}{}", format_seconds(summary.seconds), steps(summary.stages)));
  auto rows = static_cast<std::uint64_t>(per_second(summary.rows_read, summary.seconds));
  auto bytes = static_cast<std::uint64_t>(per_second(summary.bytes_read, summary.seconds));
  output(fmt::format("\nspeed: {} rows/s, {}/s\n", format_count(rows), format_bytes(bytes)));
}

std::string summary_line(const etl::LoadSummary& summary) {
  return fmt::format("load {}: {} ({}), {} rows loaded, {} duplicates, {} rejects, {}",
                     summary.load_id, files(summary.files_loaded), format_bytes(summary.bytes_read),
                     format_count(summary.rows_loaded), format_count(summary.duplicates),
                     format_count(summary.rejects), format_seconds(summary.seconds));
}

std::string summary_as_json(const etl::LoadSummary& summary) {
  format::JsonDocument document;
  document.begin_object();
  document.key("load_id").number(summary.load_id);
  document.key("files_loaded").number(summary.files_loaded);
  document.key("files_unchanged").number(summary.files_unchanged);
  document.key("files_passed_over").number(summary.files_passed_over);
  document.key("bytes_read").number(summary.bytes_read);
  document.key("rows_read").number(summary.rows_read);
  document.key("rows_loaded").number(summary.rows_loaded);
  document.key("duplicates").number(summary.duplicates);
  document.key("rejects").number(summary.rejects);
  document.key("unknown_keys").number(summary.unknown_keys);
  document.key("seconds").number(summary.seconds);
  document.key("rows_per_second").number(per_second(summary.rows_read, summary.seconds));
  document.key("bytes_per_second").number(per_second(summary.bytes_read, summary.seconds));
  document.key("tables").begin_array();
  for (const etl::TableCount& table : summary.tables) {
    document.begin_object().key("table").text(table.table);
    document.key("row_count").number(table.row_count);
    document.key("rows_added").number(table.rows_added).end_object();
  }
  document.end_array().key("stages").begin_array();
  for (const etl::StageTime& stage : summary.stages) {
    document.begin_object().key("stage").text(stage.stage);
    document.key("seconds").number(stage.seconds).end_object();
  }
  document.end_array().end_object();
  return document.str();
}

/// Line ends lie between values only, with the blanks that indent.
std::string summary_as_json_line(const etl::LoadSummary& summary) {
  std::string line;
  bool is_indent = false;
  for (char byte : summary_as_json(summary)) {
    is_indent = byte == '\n' || (is_indent && byte == ' ');
    if (!is_indent) line += byte;
  }
  return line + '\n';
}

}  // namespace sparkify::terminal
