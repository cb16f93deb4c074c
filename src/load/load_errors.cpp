#include "load/load_errors.hpp"

#include <fmt/chrono.h>
#include <fmt/format.h>

#include <algorithm>
#include <chrono>

#include "catalog/catalog.hpp"
#include "duckdb/appender.hpp"

namespace sparkify::load {
namespace {

using Row = std::vector<duckdb::Appender::Value>;

std::int64_t whole(std::uint64_t number) { return static_cast<std::int64_t>(number); }

duckdb::Appender appender(Environment& environment, const std::string& table) {
  return {environment.aside, table, std::string(catalog::database)};
}

std::string path_of(const std::vector<base::ObjectEntry>& files, std::size_t file) {
  return file < files.size() ? files[file].path : std::string();
}

const field::Column* column_of(const LoadError& error, const Table& table) {
  return error.column < table.columns.size() ? &table.columns[error.column] : nullptr;
}

void write_detail(Environment& environment, const Table& table, const std::string& path,
                  const LoadError& error, duckdb::Appender& detail) {
  for (std::size_t i = 0; i < error.values.size() && i < table.columns.size(); ++i) {
    const field::Column& column = table.columns[i];
    // What did not become a value is shown as none.
    bool is_fault = i == error.column;
    detail.append(Row{std::int64_t{environment.user_id}, std::int64_t{0},
                      std::int64_t{environment.session_id}, environment.query_id, path,
                      whole(error.line), whole(i), column.name,
                      is_fault ? std::string() : error.values[i], std::int64_t{is_fault ? 1 : 0},
                      std::string(field::type_name(column.type)), field::length_text(column)});
  }
}

std::string format_of(const transfer::CopyStatement& copy) {
  if (copy.format == transfer::Format::json) return "JSON";
  if (copy.format == transfer::Format::parquet) return "PARQUET";
  if (copy.layout.kind == field::Layout::Kind::csv) return "CSV";
  return copy.layout.kind == field::Layout::Kind::fixed_width ? "FIXEDWIDTH" : "TEXT";
}

/// Each file that was read, for stl_load_commits and sys_load_detail.
void write_files(Environment& environment, const std::string& format,
                 const std::vector<base::ObjectEntry>& files, const History& history,
                 const std::string& ended_at) {
  duckdb::Appender commits = appender(environment, "stl_load_commits");
  duckdb::Appender details = appender(environment, "sys_load_detail");
  for (std::size_t i = 0; i < files.size(); ++i) {
    const base::ObjectEntry& file = files[i];
    duckdb::Appender::Value lines = std::monostate{};
    if (i < history.lines.size()) lines = whole(history.lines[i]);
    commits.append(Row{std::int64_t{environment.user_id}, environment.query_id, std::int64_t{0},
                       std::string(), file.path, std::int64_t{0}, lines, std::int64_t{0}, ended_at,
                       std::int64_t{1}, format, std::int64_t{0}, std::int64_t{0},
                       std::int64_t{-1}});
    details.append(Row{std::int64_t{environment.user_id}, environment.query_id, file.path,
                       whole(file.size_bytes), lines, ended_at, std::int64_t{1}, history.started_at,
                       ended_at, file.version, std::monostate{}});
  }
  commits.close();
  details.close();
}

}  // namespace

std::string now() {
  auto time = std::chrono::system_clock::now();
  auto micros = std::chrono::duration_cast<std::chrono::microseconds>(time.time_since_epoch()) %
                std::chrono::seconds(1);
  return fmt::format("{:%Y-%m-%d %H:%M:%S}.{:06}",
                     fmt::gmtime(std::chrono::system_clock::to_time_t(time)), micros.count());
}

void write_errors(Environment& environment, const Table& table,
                  const std::vector<base::ObjectEntry>& files, const std::vector<LoadError>& errors,
                  const std::string& started_at) {
  if (errors.empty()) return;
  duckdb::Appender rows = appender(environment, "stl_load_errors");
  duckdb::Appender detail = appender(environment, "stl_loaderror_detail");
  for (std::size_t i = 0; i < errors.size(); ++i) {
    const LoadError& error = errors[i];
    const field::Column* column = column_of(error, table);
    std::string path = path_of(files, error.file);
    rows.append(Row{std::int64_t{environment.user_id}, std::int64_t{0}, table.id, started_at,
                    std::int64_t{environment.session_id}, environment.query_id, path,
                    whole(error.line), column ? column->name : std::string(),
                    column ? std::string(field::type_name(column->type)) : std::string(),
                    column ? field::length_text(*column) : std::string(), error.position,
                    error.raw_line, error.raw_field, std::int64_t{error.fault.code},
                    error.fault.reason, std::int64_t{0}, std::int64_t{0}, std::int64_t{-1}});
    if (i < most_detailed) write_detail(environment, table, path, error, detail);
  }
  rows.close();
  detail.close();
}

void write_replacements(Environment& environment, const Table& table,
                        const std::vector<base::ObjectEntry>& files,
                        const std::vector<Replacement>& replacements,
                        const std::string& started_at) {
  if (replacements.empty()) return;
  duckdb::Appender rows = appender(environment, "stl_replacements");
  std::size_t count = std::min(replacements.size(), most_replacements);
  for (std::size_t i = 0; i < count; ++i) {
    const Replacement& each = replacements[i];
    std::string column =
        each.column < table.columns.size() ? table.columns[each.column].name : std::string();
    rows.append(Row{std::int64_t{environment.user_id}, environment.query_id, std::int64_t{0},
                    table.id, started_at, std::int64_t{environment.session_id},
                    path_of(files, each.file), whole(each.line), column, each.raw_line});
  }
  rows.close();
}

void write_history(Environment& environment, const transfer::CopyStatement& copy,
                   const std::vector<base::ObjectEntry>& files, const History& history) {
  std::string ended_at = now();
  duckdb::Appender rows = appender(environment, "sys_load_history");
  rows.append(Row{std::int64_t{environment.user_id},
                  environment.query_id,
                  std::int64_t{0},
                  std::int64_t{environment.session_id},
                  environment.database,
                  std::string(history.is_complete ? "completed" : "failed"),
                  copy.table.text,
                  history.started_at,
                  ended_at,
                  std::monostate{},
                  copy.source.text,
                  format_of(copy),
                  history.row_count,
                  whole(history.byte_count),
                  whole(files.size()),
                  whole(history.byte_count),
                  whole(files.size()),
                  whole(history.byte_count),
                  whole(history.error_count),
                  std::int64_t{-1}});
  rows.close();
  if (!history.is_complete) return;
  write_files(environment, format_of(copy), files, history, ended_at);
}

std::string sentence(const LoadError& error, const Table& table,
                     const std::vector<base::ObjectEntry>& files) {
  std::string text =
      fmt::format("{}:{}: {}", path_of(files, error.file), error.line, error.fault.reason);
  if (const field::Column* column = column_of(error, table)) {
    text += fmt::format(" (column \"{}\" {}", column->name, field::type_name(column->type));
    std::string length = field::length_text(*column);
    if (length != "0") text += fmt::format("({})", length);
    constexpr std::size_t shown_bytes = 60;
    if (!error.raw_field.empty()) {
      text += fmt::format(", value \"{}{}\"", error.raw_field.substr(0, shown_bytes),
                          error.raw_field.size() > shown_bytes ? "..." : "");
    }
    text += ")";
  }
  return text;
}

}  // namespace sparkify::load
