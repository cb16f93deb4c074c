#include <fmt/format.h>

#include "base/text.hpp"
#include "cli/commands.hpp"
#include "etl/layout.hpp"
#include "etl/status.hpp"
#include "format/json.hpp"
#include "terminal/progress.hpp"
#include "terminal/summary.hpp"

namespace sparkify::cli {
namespace {

using Mode = warehouse::EmbeddedOptions::Mode;
using format::ValueKind;
using Cells = std::vector<std::optional<std::string_view>>;

void print_status(const etl::Status& status, terminal::Output& out) {
  terminal::print_tables(status.tables, false, out.sink());
  if (!status.first_event_time.empty()) {
    out.write(fmt::format("\nevents from {} to {} (UTC)\n", status.first_event_time,
                          status.last_event_time));
  }
  out.write(
      fmt::format("{}last loads, newest first:\n", status.first_event_time.empty() ? "\n" : ""));
  auto writer = format::make_writer("table", out.sink());
  writer->begin({{"load", ValueKind::number},
                 {"status", ValueKind::text},
                 {"started_at", ValueKind::text},
                 {"finished_at", ValueKind::text},
                 {"files", ValueKind::number},
                 {"rows", ValueKind::number},
                 {"duplicates", ValueKind::number},
                 {"rejects", ValueKind::number},
                 {"error", ValueKind::text}});
  for (const etl::LoadRecord& load : status.recent_loads) {
    std::string id = fmt::to_string(load.load_id);
    std::string files = base::format_count(load.files_loaded);
    std::string rows = base::format_count(load.rows_loaded);
    std::string duplicates = base::format_count(load.duplicates);
    std::string rejects = base::format_count(load.rejects);
    writer->row(Cells{id, load.status, load.started_at, load.finished_at, files, rows, duplicates,
                      rejects, load.error});
  }
  writer->end();
}

/// Null for an empty text.
void put_text(format::JsonDocument& document, std::string_view key, const std::string& text) {
  document.key(key);
  text.empty() ? document.null() : document.text(text);
}

std::string status_as_json(const etl::Status& status) {
  format::JsonDocument document;
  document.begin_object().key("schema_version").number(std::int64_t{status.schema_version});
  put_text(document, "first_event_time", status.first_event_time);
  put_text(document, "last_event_time", status.last_event_time);
  document.key("tables").begin_array();
  for (const etl::TableCount& table : status.tables) {
    document.begin_object().key("table").text(table.table);
    document.key("row_count").number(table.row_count).end_object();
  }
  document.end_array().key("recent_loads").begin_array();
  for (const etl::LoadRecord& load : status.recent_loads) {
    document.begin_object().key("load_id").number(load.load_id);
    document.key("status").text(load.status);
    put_text(document, "started_at", load.started_at);
    put_text(document, "finished_at", load.finished_at);
    document.key("files_loaded").number(load.files_loaded);
    document.key("rows_loaded").number(load.rows_loaded);
    document.key("duplicates").number(load.duplicates);
    document.key("rejects").number(load.rejects);
    put_text(document, "error", load.error);
    document.end_object();
  }
  document.end_array().end_object();
  return document.str();
}

}  // namespace

void layout_advise(Invocation& invocation) {
  terminal::ProgressLine progress =
      terminal::ProgressLine::on_standard_error(invocation.arguments.has("quiet"));
  OpenWarehouse warehouse = invocation.open(Mode::read_only, progress);
  auto tables = etl::table_layouts(*warehouse);
  auto advice = etl::advise(tables);
  if (advice.empty()) {
    invocation.note(fmt::format("nothing to change about {} tables that hold rows", tables.size()));
  }
  auto writer = invocation.writer();
  writer->begin(
      {{"table", ValueKind::text}, {"finding", ValueKind::text}, {"remedy", ValueKind::text}});
  for (const etl::LayoutAdvice& each : advice) {
    writer->row(Cells{each.table, each.finding, each.remedy});
  }
  writer->end();
}

void status(Invocation& invocation) {
  terminal::ProgressLine progress =
      terminal::ProgressLine::on_standard_error(invocation.arguments.has("quiet"));
  OpenWarehouse warehouse = invocation.open(Mode::read_only, progress);
  etl::Status found = etl::status(*warehouse);
  if (invocation.arguments.text("format") == "json") {
    invocation.out.write(status_as_json(found));
  } else {
    print_status(found, invocation.out);
  }
}

}  // namespace sparkify::cli
