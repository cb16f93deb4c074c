#include <fmt/format.h>

#include <algorithm>

#include "base/error.hpp"
#include "base/text.hpp"
#include "cli/commands.hpp"
#include "cli/report_page.hpp"
#include "cli/results.hpp"
#include "report/output.hpp"
#include "report/report.hpp"
#include "terminal/progress.hpp"

namespace sparkify::cli {
namespace {

using base::Error;
using base::ErrorKind;
using Mode = warehouse::EmbeddedOptions::Mode;
using format::ValueKind;
using report::Report;
using Cells = std::vector<std::optional<std::string_view>>;

void list(Invocation& invocation) {
  std::string format = invocation.arguments.text("format");
  if (format == "json") return invocation.out.write(report::listing());
  if (format == "parquet" || format == "xlsx") {
    throw Error(ErrorKind::usage, fmt::format("the list of reports is not written as {}", format))
        .hint("name a report, or give --all --out FOLDER");
  }
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

std::string_view extension_of(std::string_view format) {
  if (format == "markdown") return "md";
  return format == "table" ? "txt" : format;
}

void write_report(warehouse::Warehouse& warehouse, const Report& report,
                  const report::Filter& filter, ResultPrinter& printer) {
  sql::Parameters parameters = report::parameters_of(report, filter);
  auto types = printer.types_of(warehouse, report.statement, parameters);
  auto rows = warehouse.query(report.statement, parameters);
  printer.print(*rows, types, report.name);
  printer.finish();
}

void write_all(Invocation& invocation, warehouse::Warehouse& warehouse, std::string folder) {
  std::string format = invocation.arguments.value("format").value_or("csv");
  if (!folder.ends_with('/')) folder += '/';
  report::Filter filter = filter_of(invocation.arguments);
  for (const Report& report : report::reports()) {
    ResultPrinter printer(invocation, format,
                          fmt::format("{}{}.{}", folder, report.name, extension_of(format)));
    write_report(warehouse, report, report::part_for(report, filter), printer);
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
  if (arguments.has("out") && !is_all && !has_name) {
    throw Error(ErrorKind::usage, "--out goes with a report or --all");
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
  report::Filter filter = filter_of(arguments);
  std::string format = result_format(arguments, "table");
  if (format == "table" && !arguments.has("out")) {
    auto rows = report::run(*warehouse, *report, filter);
    return print_page(invocation, *report, *rows);
  }
  ResultPrinter printer(invocation, format, arguments.value("out"));
  write_report(*warehouse, *report, filter, printer);
}

}  // namespace sparkify::cli
