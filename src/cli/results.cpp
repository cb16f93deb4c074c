#include "cli/results.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include <array>
#include <filesystem>
#include <system_error>
#include <utility>

#include "base/error.hpp"
#include "copy/parquet_file.hpp"
#include "format/xlsx.hpp"
#include "report/output.hpp"
#include "sql/read_only.hpp"
#include "warehouse/query.hpp"

namespace sparkify::cli {
namespace {

using base::Error;
using base::ErrorKind;

constexpr std::size_t buffer_bytes = 1 << 16;

/// Standard output for a file that is of no use unless it is whole.
class WholeOutput final : public base::ObjectWriter {
 public:
  explicit WholeOutput(Invocation& invocation) : invocation_(invocation) {}
  void write(std::string_view bytes) override {
    invocation_.interrupts.check();
    invocation_.out.write(bytes);
    expect_reader();
  }
  void finish() override {
    invocation_.out.flush();
    expect_reader();
  }

 private:
  void expect_reader() const {
    if (!invocation_.out.is_closed()) return;
    throw Error(ErrorKind::unavailable, "standard output was closed before the file was whole");
  }
  Invocation& invocation_;
};

/// A file is replaced by renaming, which a device or a pipe would not survive.
void expect_file_path(const std::string& path) {
  std::error_code failure;
  auto status = std::filesystem::status(path, failure);
  if (!std::filesystem::exists(status) || std::filesystem::is_regular_file(status)) return;
  bool is_folder = std::filesystem::is_directory(status);
  throw Error(ErrorKind::usage,
              fmt::format("--out {} is {}", path, is_folder ? "a folder" : "no file"))
      .hint(is_folder ? "name a file in it" : "without --out the result is standard output");
}

}  // namespace

void print_rows(Invocation& invocation, warehouse::Rows& rows, format::Writer& writer) {
  writer.begin(report::columns_of(rows));
  while (!invocation.out.is_closed() && rows.next()) {
    invocation.interrupts.check();
    writer.row(rows.row());
  }
  writer.end();
}

std::string result_format(const Arguments& arguments, std::string_view otherwise) {
  if (auto format = arguments.value("format")) return *format;
  static constexpr auto endings =
      std::to_array<std::pair<std::string_view, std::string_view>>({{".csv", "csv"},
                                                                    {".json", "json"},
                                                                    {".md", "markdown"},
                                                                    {".parquet", "parquet"},
                                                                    {".xlsx", "xlsx"}});
  std::string path = arguments.value("out").value_or("");
  for (auto [ending, format] : endings) {
    if (path.ends_with(ending)) return std::string(format);
  }
  return std::string(otherwise);
}

ResultPrinter::ResultPrinter(Invocation& invocation, std::string format,
                             const std::optional<std::string>& path)
    : invocation_(invocation), format_(std::move(format)), path_(path.value_or("")) {
  bool has_types = format_ == "parquet" || format_ == "xlsx";
  if (has_types && !path && ::isatty(STDOUT_FILENO) == 1) {
    throw Error(ErrorKind::usage, fmt::format("{} is no text for a terminal", format_))
        .hint(fmt::format("give --out FILE.{0}, or redirect: > FILE.{0}", format_));
  }
  if (path) {
    if (!invocation_.store().is_far(path_)) expect_file_path(path_);
    file_ = invocation_.store().create(path_);
  }
  if (has_types) scratch_ = std::make_unique<copy::ScratchFolder>("");
}

std::vector<std::string> ResultPrinter::types_of(warehouse::Warehouse& warehouse,
                                                 const sql::Statement& statement,
                                                 const sql::Parameters& parameters) const {
  // Redshift's come with the rows.
  if (!is_binary() || !sql::is_query(statement) || warehouse.engine() != "duckdb") return {};
  sql::Statement question = statement;
  question.text.insert(0, "describe ");
  std::vector<std::string> types;
  try {
    for (const auto& row : warehouse::rows_of(warehouse, question, parameters)) {
      types.push_back(row.at(1).value_or(""));
    }
  } catch (const Error& error) {
    if (error.kind() != ErrorKind::sql) throw;
    types.clear();
  }
  return types;
}

void ResultPrinter::write_text(std::string_view text) {
  if (!file_) return invocation_.out.write(text);
  buffer_ += text;
  if (buffer_.size() < buffer_bytes) return;
  file_->write(buffer_);
  buffer_.clear();
}

void ResultPrinter::print(warehouse::Rows& rows, const std::vector<std::string>& types,
                          std::string_view title) {
  if (is_binary() && has_result_) {
    throw Error(ErrorKind::usage, fmt::format("a file of {} holds one result", format_))
        .hint("give one statement that returns rows");
  }
  has_result_ = true;
  if (!is_binary()) {
    auto writer = format::make_writer(format_, [this](std::string_view text) { write_text(text); });
    return print_rows(invocation_, rows, *writer);
  }
  bool is_typed = types.size() == rows.columns().size();
  auto type_of = [&](std::size_t i) { return is_typed ? types[i] : rows.columns()[i].type; };
  auto next = [&]() -> std::optional<format::Row> {
    invocation_.interrupts.check();
    return rows.next() ? std::optional(rows.row()) : std::nullopt;
  };
  if (format_ == "parquet") {
    std::vector<transfer::ResultColumn> columns;
    for (std::size_t i = 0; i < rows.columns().size(); ++i) {
      columns.push_back({rows.columns()[i].name, type_of(i), {}});
    }
    copy::write_parquet(columns, next, scratch_file());
    return;
  }
  std::vector<format::Column> columns = report::columns_of(rows);
  for (std::size_t i = 0; i < columns.size(); ++i) columns[i].type = type_of(i);
  auto writer = format::make_xlsx_writer({scratch_file(), scratch_->path(), std::string(title)});
  writer->begin(std::move(columns));
  while (auto row = next()) writer->row(*row);
  writer->end();
}

void ResultPrinter::send() {
  if (file_) {
    copy::pour(scratch_file(), *file_);
    return;
  }
  WholeOutput out(invocation_);
  copy::pour(scratch_file(), out);
  out.finish();
}

void ResultPrinter::finish() {
  if (!has_result_) return;
  if (is_binary()) send();
  if (!file_) return;
  file_->write(buffer_);
  file_->finish();
}

}  // namespace sparkify::cli
