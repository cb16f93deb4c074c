#include "editor/export.hpp"

#include <fmt/format.h>

#include <array>
#include <utility>

#include "base/error.hpp"
#include "copy/parquet_file.hpp"
#include "copy/scratch.hpp"
#include "editor/reading.hpp"
#include "format/xlsx.hpp"
#include "pgwire/output.hpp"
#include "session/spool.hpp"

namespace sparkify::editor {
namespace {

using base::Error;
using base::ErrorKind;

constexpr std::uint32_t rows_in_a_message = 1'000'000;

/// A file on its way into an answer.
class Pouring final : public base::ObjectWriter {
 public:
  explicit Pouring(const Export::Output& output) : output_(output) {}
  void write(std::string_view bytes) override { output_(bytes); }
  void finish() override {}

 private:
  const Export::Output& output_;
};

}  // namespace

std::string_view media_type(std::string_view format) {
  static constexpr auto types = std::to_array<std::pair<std::string_view, std::string_view>>(
      {{"csv", "text/csv; charset=utf-8"},
       {"json", "application/json"},
       {"parquet", "application/vnd.apache.parquet"},
       {"xlsx", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"}});
  for (auto [name, type] : types) {
    if (name == format) return type;
  }
  throw Error(ErrorKind::usage, fmt::format("\"{}\" is no format for an export", format))
      .hint(fmt::format("formats are {}", export_formats));
}

struct Export::Files {
  copy::ScratchFolder folder{""};
  session::Spool rows;  ///< of parquet, which is written of rows that are asked for
  pgwire::Output into{rows, std::nullopt};

  std::string path() const { return folder.file("result"); }
};

Export::Export(std::string statement, std::string_view format, std::function<void()> began,
               Output output)
    : statement_(std::move(statement)),
      format_(format),
      began_(std::move(began)),
      output_(std::move(output)) {
  media_type(format_);
  if (format_ == "parquet" || format_ == "xlsx") files_ = std::make_unique<Files>();
}

Export::~Export() = default;

std::optional<std::string> Export::next() {
  if (std::exchange(is_asked_, true)) return std::nullopt;
  return statement_;
}

std::uint32_t Export::wanted_rows() { return rows_in_a_message; }

void Export::columns(const std::vector<ResultColumn>& columns) {
  columns_ = columns;
  if (format_ == "parquet") return;
  if (files_) {
    writer_ = format::make_xlsx_writer({files_->path(), files_->folder.path(), "result"});
    return;
  }
  writer_ = format::make_writer(format_, [this](std::string_view text) {
    if (!std::exchange(is_begun_, true)) began_();
    output_(text);
  });
}

/// Before the first row and no sooner: until then there may be an error to be told.
void Export::begin_rows() {
  if (has_rows_.exchange(true) || !writer_) return;
  std::vector<format::Column> written;
  for (const ResultColumn& each : columns_) written.push_back(each.column);
  writer_->begin(std::move(written));
}

void Export::row(format::Row values) {
  begin_rows();
  if (writer_) return writer_->row(values);
  pgwire::Output& into = files_->into;
  into.begin('D');
  into.put_int16(static_cast<std::uint16_t>(values.size()));
  for (const auto& value : values) {
    into.put_int32(value ? static_cast<std::uint32_t>(value->size()) : 0xFFFF'FFFF);
    if (value) into.put_bytes(*value);
  }
  into.end();
  into.flush_full();
}

void Export::done(const std::string&, bool) {}
void Export::failed(const Failure& failure) { failure_ = failure; }

void Export::finish() {
  if (failure_) throw_failure(*failure_);
  if (columns_.empty()) {
    throw Error(ErrorKind::usage, "the statement returns no rows to export");
  }
  if (writer_) {
    begin_rows();
    writer_->end();
  } else {
    write_parquet();
  }
  if (files_) send();
}

void Export::write_parquet() {
  files_->into.flush();
  std::vector<transfer::ResultColumn> columns;
  for (const ResultColumn& each : columns_) {
    columns.push_back({each.column.name, each.column.type, {}});
  }
  std::vector<std::optional<std::string_view>> values;
  auto next = [&]() -> std::optional<transfer::ResultRow> {
    std::string_view message = files_->rows.next_message();
    if (message.empty()) return std::nullopt;
    constexpr std::size_t head_bytes = 5;
    read_row(message.substr(head_bytes), {}, values);
    return values;
  };
  copy::write_parquet(columns, next, files_->path());
}

void Export::send() {
  is_begun_ = true;
  began_();
  Pouring pouring(output_);
  copy::pour(files_->path(), pouring);
}

void Rehearsal::finish() const {
  if (failure_) throw_failure(*failure_);
}

void throw_failure(const Failure& failure) {
  bool is_stopped = failure.sql_state == "57014" || failure.sql_state == "57P01";
  throw Error(is_stopped ? ErrorKind::interrupted : ErrorKind::sql, failure.message)
      .hint(failure.hint)
      .sql_state(failure.sql_state);
}

}  // namespace sparkify::editor
