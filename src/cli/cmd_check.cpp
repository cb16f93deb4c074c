#include <fmt/format.h>

#include <algorithm>

#include "base/error.hpp"
#include "base/text.hpp"
#include "cli/commands.hpp"
#include "etl/check.hpp"
#include "format/json.hpp"
#include "terminal/progress.hpp"
#include "web/checks.hpp"

namespace sparkify::cli {
namespace {

using base::Error;
using base::ErrorKind;
using Mode = warehouse::EmbeddedOptions::Mode;
using format::ValueKind;
using Cells = std::vector<std::optional<std::string_view>>;

/// Differing lines of an answer key that are shown of each section.
constexpr std::size_t most_shown = 20;

void print_checks(const std::vector<etl::CheckResult>& checks, terminal::Output& out) {
  auto writer = format::make_writer("table", out.sink());
  writer->begin(
      {{"check", ValueKind::text}, {"result", ValueKind::text}, {"violations", ValueKind::number}});
  for (const etl::CheckResult& check : checks) {
    std::string count = base::format_count(check.violation_count);
    bool is_ok = check.violation_count == 0;
    writer->row(Cells{check.name, is_ok ? "ok" : "failed", count});
  }
  writer->end();
  for (const etl::CheckResult& check : checks) {
    if (check.violation_count == 0) continue;
    out.write(fmt::format("\n{} failed: {}\n", check.name, check.purpose));
    auto rows = format::make_writer("table", out.sink());
    std::vector<format::Column> columns;
    for (const std::string& name : check.columns) columns.push_back({name, ValueKind::text});
    rows->begin(columns);
    for (const auto& violation : check.violations)
      rows->row(Cells(violation.begin(), violation.end()));
    rows->end();
    auto shown = static_cast<std::int64_t>(check.violations.size());
    if (shown < check.violation_count) {
      out.write(
          fmt::format("the first {} of {}\n", shown, base::format_count(check.violation_count)));
    }
  }
}

void check_rules(Invocation& invocation, warehouse::Warehouse& warehouse) {
  std::vector<etl::CheckResult> checks = etl::check(warehouse);
  if (invocation.arguments.text("format") == "json") {
    invocation.out.write(web::checks_as_json(checks));
  } else {
    print_checks(checks, invocation.out);
  }
  auto failed = std::count_if(checks.begin(), checks.end(), [](const etl::CheckResult& result) {
    return result.violation_count > 0;
  });
  if (failed == 0) return;
  throw Error(ErrorKind::check_failed,
              fmt::format("{} of {} checks failed", failed, checks.size()));
}

/// The first differing lines of each section.
void print_differences(const std::vector<etl::TruthSection>& sections, terminal::Output& out) {
  out.write("\n");
  auto writer = format::make_writer("table", out.sink());
  writer->begin({{"section", ValueKind::text},
                 {"key", ValueKind::text},
                 {"expected", ValueKind::number},
                 {"found", ValueKind::number}});
  std::string more;
  for (const etl::TruthSection& section : sections) {
    std::size_t shown = 0;
    for (const etl::TruthLine& line : section.lines) {
      if (line.is_ok() || ++shown > most_shown) continue;
      std::string expected = base::format_count(line.expected_count);
      std::string found = base::format_count(line.found_count);
      writer->row(Cells{section.name, line.key, expected, found});
    }
    if (shown <= most_shown) continue;
    more +=
        fmt::format("and {} more of {}\n", base::format_count(shown - most_shown), section.name);
  }
  writer->end();
  out.write(more);
}

void print_truth(const std::vector<etl::TruthSection>& sections, terminal::Output& out) {
  auto writer = format::make_writer("table", out.sink());
  writer->begin({{"section", ValueKind::text},
                 {"result", ValueKind::text},
                 {"lines", ValueKind::number},
                 {"differences", ValueKind::number}});
  bool is_ok = true;
  for (const etl::TruthSection& section : sections) {
    std::string lines = base::format_count(section.lines.size());
    std::string differences = base::format_count(section.difference_count);
    writer->row(
        Cells{section.name, section.difference_count == 0 ? "ok" : "failed", lines, differences});
    is_ok = is_ok && section.difference_count == 0;
  }
  writer->end();
  if (!is_ok) print_differences(sections, out);
}

std::string truth_as_json(const std::vector<etl::TruthSection>& sections) {
  format::JsonDocument document;
  document.begin_array();
  for (const etl::TruthSection& section : sections) {
    document.begin_object().key("section").text(section.name);
    document.key("ok").boolean(section.difference_count == 0);
    document.key("difference_count").number(std::uint64_t{section.difference_count});
    document.key("lines").begin_array();
    for (const etl::TruthLine& line : section.lines) {
      document.begin_object().key("key").text(line.key).key("ok").boolean(line.is_ok());
      document.key("expected").number(line.expected_count);
      document.key("found").number(line.found_count).end_object();
    }
    document.end_array().end_object();
  }
  document.end_array();
  return document.str();
}

void compare_with_truth(Invocation& invocation, warehouse::Warehouse& warehouse,
                        const std::string& file) {
  std::vector<etl::TruthSection> sections =
      etl::check_truth(warehouse, read_text(invocation.store(), file), file);
  if (invocation.arguments.text("format") == "json") {
    invocation.out.write(truth_as_json(sections));
  } else {
    print_truth(sections, invocation.out);
  }
  std::size_t lines = 0, differences = 0;
  for (const etl::TruthSection& section : sections) {
    lines += section.lines.size();
    differences += section.difference_count;
  }
  if (differences == 0) return;
  throw Error(ErrorKind::check_failed,
              fmt::format("{} of {} lines of {} differ", base::format_count(differences),
                          base::format_count(lines), file));
}

}  // namespace

void check(Invocation& invocation) {
  terminal::ProgressLine progress =
      terminal::ProgressLine::on_standard_error(invocation.arguments.has("quiet"));
  OpenWarehouse warehouse = invocation.open(Mode::read_only, progress);
  if (auto file = invocation.arguments.value("truth")) {
    compare_with_truth(invocation, *warehouse, *file);
  } else {
    check_rules(invocation, *warehouse);
  }
}

}  // namespace sparkify::cli
