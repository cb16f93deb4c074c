#include "redshift/second_look.hpp"

#include <fmt/chrono.h>
#include <fmt/format.h>

#include <chrono>
#include <optional>
#include <span>
#include <utility>
#include <vector>

#include "event/json.hpp"
#include "event/reader.hpp"
#include "event/record.hpp"
#include "event/value.hpp"
#include "redshift/raw_table.hpp"
#include "warehouse/query.hpp"

namespace sparkify::redshift {
namespace {

using event::ColumnType;
constexpr std::size_t rows_at_a_time = 2048;

using RowValues = std::vector<sql::Value>;

std::string written_time(std::int64_t microseconds) {
  std::chrono::sys_time<std::chrono::microseconds> time{std::chrono::microseconds(microseconds)};
  auto seconds = std::chrono::floor<std::chrono::seconds>(time);
  return fmt::format("{:%Y-%m-%d %H:%M:%S}.{:06}", fmt::gmtime(seconds), (time - seconds).count());
}

/// Takes objects apart as the reader does.
class Fronts {
 public:
  explicit Fronts(const event::Mapping& mapping) : mapping_(mapping), parser_(mapping) {}

  /// The row of the object at the front of a line; nothing when there is none, or none with text
  /// behind it, or the row would be refused.
  std::optional<RowValues> row_of(std::string_view line) {
    event::Scan scan = event::scan_value(line);
    bool has_more = scan.state == event::Scan::State::complete && scan.offset < line.size();
    if (!has_more) return std::nullopt;
    text_.assign(line.substr(0, scan.offset));
    text_.append(event::RecordParser::padding_bytes, ' ');
    if (!parser_.parse(std::string_view(text_).substr(0, scan.offset))) return std::nullopt;
    RowValues row;
    for (std::size_t i = 0; i < mapping_.columns.size(); ++i) {
      auto value = value_of(parser_.tokens()[i], mapping_.columns[i]);
      if (!value) return std::nullopt;
      row.push_back(*std::move(value));
    }
    return row;
  }

 private:
  std::optional<sql::Value> value_of(const event::Token& token, const event::Column& column) {
    event::Batch::Values values;
    values.text.resize(1);
    values.integer.resize(1);
    values.timestamp.resize(1);
    values.real.resize(1);
    values.is_null.resize(1);
    scratch_.resize(text_.size());
    char* scratch = scratch_.data();
    event::Verdict verdict = event::to_column(token, column, values, 0, scratch);
    if (verdict.outcome == event::Verdict::Outcome::refused) return std::nullopt;
    if (values.is_null[0] != 0) return sql::Value{};
    if (column.type == ColumnType::text) return std::string(values.text[0]);
    if (column.type == ColumnType::integer) return std::int64_t{values.integer[0]};
    if (column.type == ColumnType::timestamp) return written_time(values.timestamp[0]);
    return values.real[0];
  }

  const event::Mapping& mapping_;
  event::RecordParser parser_;
  std::string text_, scratch_;
};

/// What our reader says of these lines of a file.
std::vector<event::Reject> read_lines(const warehouse::StageRequest& request,
                                      const warehouse::StagedFile& file,
                                      const std::set<std::uint64_t>& lines) {
  std::vector<event::Reject> rejects;
  auto object = request.store->open(file.entry);
  event::Reader reader(*object, file.entry, file.compression, {0, file.entry.size_bytes},
                       request.mapping);
  event::Batch batch;
  std::uint64_t line = 0;
  while (line < *lines.rbegin() && reader.next(batch, rows_at_a_time)) {
    for (event::Reject& reject : batch.rejects) {
      line = reject.line;
      if (lines.contains(line)) rejects.push_back(std::move(reject));
    }
  }
  return rejects;
}

/// Of rows that are equal, as many as there were objects.
std::string removal(const std::string& table, std::span<const event::Column> columns) {
  std::string equal;
  for (const event::Column& column : columns) {
    equal += fmt::format(
        "{}(r.{} = f.{}{})", equal.empty() ? "" : " and ", column.name, column.name,
        column.is_required ? "" : fmt::format(" or r.{0} is null and f.{0} is null", column.name));
  }
  return fmt::format(
      "delete from {0} where row_id in (select row_id from (select r.row_id, f.copies, "
      "row_number() over (partition by f.front_id order by r.row_id) as place "
      "from {0} r join etl_fronts f on {1}) as alike where place <= copies)",
      table, equal);
}

void remove_rows(warehouse::Warehouse& warehouse, const std::string& table,
                 std::span<const event::Column> columns,
                 const std::map<RowValues, std::int64_t>& found) {
  std::vector<RowValues> rows;
  for (const auto& [row, copies] : found) {
    rows.push_back(row);
    rows.back().emplace_back(static_cast<std::int64_t>(rows.size()));
    rows.back().emplace_back(copies);
  }
  auto run = [&](const std::string& text) { warehouse.execute(warehouse::statement(text)); };
  run("drop table if exists etl_fronts");
  run(fmt::format("create temp table etl_fronts ({}, front_id bigint, copies bigint)",
                  column_types(columns, false)));
  warehouse.append("etl_fronts", rows);
  run(removal(table, columns));
  run("drop table etl_fronts");
}

}  // namespace

void take_back_fronts(warehouse::Warehouse& warehouse, const std::string& table,
                      const warehouse::StageRequest& request, const DoubtfulLines& lines,
                      std::vector<warehouse::FileReject>& rejects) {
  Fronts fronts(request.mapping);
  std::map<RowValues, std::int64_t> found;  // with how often it is there
  std::map<std::pair<std::int32_t, std::uint64_t>, event::Reject> ours;
  for (const auto& [file, numbers] : lines) {
    for (event::Reject& reject : read_lines(request, request.files[file], numbers)) {
      if (auto row = fronts.row_of(event::trim_blanks(reject.raw))) ++found[*std::move(row)];
      ours[{request.files[file].file_id, reject.line}] = std::move(reject);
    }
  }
  for (warehouse::FileReject& each : rejects) {
    auto better = ours.find({each.file_id, each.reject.line});
    if (better != ours.end()) each.reject = std::move(better->second);
  }
  if (!found.empty()) remove_rows(warehouse, table, request.mapping.columns, found);
}

void count_records(const warehouse::StageRequest& request,
                   std::vector<warehouse::FileCounts>& counts) {
  event::Batch batch;
  for (std::size_t i = 0; i < request.files.size(); ++i) {
    const warehouse::StagedFile& file = request.files[i];
    auto object = request.store->open(file.entry);
    event::Reader reader(*object, file.entry, file.compression, {0, file.entry.size_bytes},
                         request.mapping);
    while (reader.next(batch, rows_at_a_time)) {
    }
    counts[i].rows_read = reader.records_read();
    counts[i].unknown_keys = reader.unknown_keys();
    counts[i].content_hash = event::ContentHash::combine(reader.digests());
  }
}

}  // namespace sparkify::redshift
