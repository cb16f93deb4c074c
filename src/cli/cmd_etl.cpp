#include <fmt/format.h>
#include <unistd.h>

#include <optional>

#include "base/error.hpp"
#include "base/text.hpp"
#include "cli/commands.hpp"
#include "cli/follow.hpp"
#include "cli/redshift.hpp"
#include "etl/load.hpp"
#include "etl/schema.hpp"
#include "etl/status.hpp"
#include "s3/address.hpp"
#include "terminal/progress.hpp"
#include "terminal/summary.hpp"

namespace sparkify::cli {
namespace {

using base::Error;
using base::ErrorKind;
using Mode = warehouse::EmbeddedOptions::Mode;

void expect_ways_that_agree(const Arguments& arguments) {
  bool is_following = arguments.has("follow");
  if (arguments.has("interval") && !is_following) {
    throw Error(ErrorKind::usage, "--interval goes with --follow");
  }
  for (const char* flag : {"dry-run", "explain"}) {
    if (!is_following || !arguments.has(flag)) continue;
    throw Error(ErrorKind::usage, fmt::format("--follow loads, and --{} does not", flag))
        .hint("leave one of them out");
  }
}

/// With --log-data or --song-data, paths from other places do not count: what a flag names is
/// loaded, and nothing beside it.
etl::LoadOptions load_options(Invocation& invocation) {
  const config::Settings& settings = invocation.settings();
  const Arguments& arguments = invocation.arguments;
  bool is_by_flag = arguments.has("log-data") || arguments.has("song-data");
  auto path = [&](std::string_view name) -> std::optional<std::string> {
    const config::Value& value = settings.value(name);
    bool is_ignored = is_by_flag && value.source != config::Source::flag;
    if (value.text.empty() || is_ignored) return std::nullopt;
    return canonical_path(value.text);
  };
  etl::LoadOptions options;
  options.log_data = path("s3.log_data");
  options.song_data = path("s3.song_data");
  options.log_jsonpath = path("s3.log_jsonpath");
  options.max_rejects = settings.count("warehouse.max_rejects");
  options.keep_staging = settings.is_on("warehouse.keep_staging");
  options.layout = settings.text("warehouse.layout");
  if (options.log_data || options.song_data) return options;
  throw Error(ErrorKind::usage, "nothing to load: no logs and no songs are named")
      .hint("give --log-data PATH or --song-data PATH, or fill in [S3] of dwh.cfg");
}

/// A dry run must not make the file it would load into. Nothing but a file may be missing.
OpenWarehouse open_for_plan(Invocation& invocation, etl::Observer& observer) {
  try {
    return invocation.open(Mode::read_only, observer);
  } catch (const Error& error) {
    if (error.kind() != ErrorKind::not_found || invocation.is_on_redshift()) throw;
  }
  warehouse::EmbeddedOptions options = invocation.options(Mode::read_write);
  options.path = ":memory:";
  return OpenWarehouse(etl::open(options, observer), invocation.interrupts);
}

void print_plan(Invocation& invocation, const std::vector<etl::PlannedFile>& files) {
  auto writer = invocation.writer();
  writer->begin({{"path", format::ValueKind::text},
                 {"size_bytes", format::ValueKind::number},
                 {"source", format::ValueKind::text},
                 {"verdict", format::ValueKind::text}});
  for (const etl::PlannedFile& file : files) {
    std::string size = fmt::to_string(file.size_bytes);
    std::vector<std::optional<std::string_view>> row = {file.path, size, file.source, file.verdict};
    writer->row(row);
  }
  writer->end();
}

/// What dropping the tables would lose, on standard error.
void print_losses(Invocation& invocation, warehouse::Warehouse& warehouse) {
  if (!etl::has_schema(warehouse)) return;
  for (const etl::TableCount& table : etl::status(warehouse).tables) {
    if (table.row_count == 0) continue;
    invocation.note(fmt::format("would drop {}: {} row{}", table.table,
                                base::format_count(table.row_count),
                                table.row_count == 1 ? "" : "s"));
  }
}

/// Before a cluster is asked, and others wait.
void require_staging(Invocation& invocation) {
  if (!invocation.is_on_redshift()) return;
  if (s3::is_s3_path(invocation.settings().text("s3.staging"))) return;
  throw Error(ErrorKind::usage, "Redshift loads from S3: no place is named for records on the way")
      .hint("give --staging s3://bucket/prefix, or fill in STAGING of [S3] in dwh.cfg");
}

/// Before anything is listed.
void require_way(Invocation& invocation, const etl::LoadOptions& options) {
  const config::Value& way = invocation.settings().value("warehouse.copy");
  if (way.text == "auto") return;
  auto error = [&](std::string_view what) {
    Error found(ErrorKind::usage, fmt::format("--copy {}: {}", way.text, what));
    if (way.place) found.at({way.place->file, way.place->line, way.place->column, {}});
    return found;
  };
  if (!invocation.is_on_redshift()) {
    throw error("it is of loads on Redshift, and the warehouse is a file")
        .hint("leave it out: this program reads what goes into a file");
  }
  if (way.text != "direct") return;
  for (const auto& path : {options.log_data, options.song_data}) {
    if (!path || s3::is_s3_path(*path)) continue;
    throw error(fmt::format("Redshift reads from S3, and {} lies here", *path))
        .hint("--copy auto sends what lies here and leaves large objects to Redshift");
  }
  if (options.max_rejects <= redshift::most_direct_rejects) return;
  throw error(fmt::format("COPY bears {} refused records at most",
                          base::format_count(redshift::most_direct_rejects)))
      .hint("--copy compact bears any number");
}

/// A new warehouse is not made before the files are listed: a path that leads nowhere must not
/// leave an empty one.
etl::LoadSummary load(Invocation& invocation, const etl::LoadOptions& options,
                      etl::Observer& observer) {
  Stores& store = invocation.store();
  std::optional<OpenWarehouse> warehouse;
  std::optional<terminal::Interrupts::Watch> watch;
  auto watch_store = [&] { watch.emplace(invocation.interrupts, [&] { store.interrupt(); }); };
  etl::LoadTarget target;
  target.is_new = !invocation.is_on_redshift() &&
                  ::access(invocation.options(Mode::read_write).path.c_str(), F_OK) != 0;
  target.open = [&]() -> warehouse::Warehouse& {
    watch.reset();  // who waits for another process ends at once
    invocation.interrupts.check();
    warehouse.emplace(invocation.connect(Mode::read_write, observer), invocation.interrupts);
    watch_store();
    return **warehouse;
  };
  watch_store();
  return etl::load(target, store, options, observer);
}

/// Prints what a load would run, without running it.
void explain(Invocation& invocation, const etl::LoadOptions& options, etl::Observer& observer) {
  if (!invocation.is_on_redshift()) {
    throw Error(ErrorKind::usage, "--explain is of loads on Redshift, and the warehouse is a file")
        .hint("--dry-run lists the files that a load would take");
  }
  redshift::Options chosen = redshift_options(invocation, observer);
  chosen.explained = [&](std::string_view statement) {
    invocation.out.write(fmt::format("{};\n\n", base::trim(statement)));
  };
  Stores& store = invocation.store();
  OpenWarehouse warehouse(redshift::open(std::move(chosen)), invocation.interrupts);
  terminal::Interrupts::Watch watch(invocation.interrupts, [&] { store.interrupt(); });
  etl::explain_load(*warehouse, store, options, observer);
}

}  // namespace

void create_tables(Invocation& invocation) {
  if (auto engine = invocation.arguments.value("print")) {
    invocation.out.write(etl::ddl(*engine, invocation.settings().text("warehouse.layout")));
    return;
  }
  terminal::ProgressLine progress =
      terminal::ProgressLine::on_standard_error(invocation.arguments.has("quiet"));
  OpenWarehouse warehouse = invocation.open(Mode::read_write, progress);
  bool replace_data = invocation.arguments.has("yes");
  if (!replace_data) print_losses(invocation, *warehouse);
  etl::create_tables(*warehouse, replace_data, invocation.settings().text("warehouse.layout"));
  invocation.note(
      fmt::format("created the tables in {}", invocation.settings().text("warehouse.path")));
}

void etl(Invocation& invocation) {
  expect_ways_that_agree(invocation.arguments);
  etl::LoadOptions options = load_options(invocation);
  terminal::ProgressLine progress =
      terminal::ProgressLine::on_standard_error(invocation.arguments.has("quiet"));
  if (invocation.arguments.has("dry-run")) {
    Stores& store = invocation.store();
    OpenWarehouse warehouse = open_for_plan(invocation, progress);
    terminal::Interrupts::Watch watch(invocation.interrupts, [&] { store.interrupt(); });
    print_plan(invocation, etl::plan_load(*warehouse, store, options));
    return;
  }
  require_way(invocation, options);
  require_staging(invocation);
  if (invocation.arguments.has("explain")) return explain(invocation, options, progress);
  if (invocation.arguments.has("follow")) return follow(invocation, options);
  etl::LoadSummary summary = load(invocation, options, progress);
  if (invocation.arguments.text("format") == "json") {
    invocation.out.write(terminal::summary_as_json(summary));
  } else {
    terminal::print_summary(summary, invocation.out.sink());
  }
}

}  // namespace sparkify::cli
