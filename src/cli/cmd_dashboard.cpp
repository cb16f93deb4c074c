#include <fmt/format.h>
#include <unistd.h>

#include <atomic>
#include <filesystem>
#include <future>
#include <optional>

#include "base/error.hpp"
#include "base/text.hpp"
#include "cli/commands.hpp"
#include "cli/redshift.hpp"
#include "cli/web_app.hpp"
#include "etl/schema.hpp"
#include "serve/handover_warehouse.hpp"
#include "serve/served_file.hpp"
#include "terminal/progress.hpp"
#include "warehouse/transaction.hpp"
#include "web/report_file.hpp"

namespace sparkify::cli {
namespace {

using base::Error;
using base::ErrorKind;
using namespace std::chrono_literals;
using Mode = warehouse::EmbeddedOptions::Mode;

/// The link on standard output, for who reads it there, and in the browser unless --no-open.
void show(Invocation& invocation, const std::string& link, const std::string& warehouse) {
  invocation.out.write(link + '\n');
  invocation.out.flush();
  if (!invocation.arguments.has("no-open")) open_in_browser(link, warehouse);
}

void serve_until_signal(Invocation& invocation, const warehouse::EmbeddedOptions& warehouse) {
  serve::ServedFile file(warehouse);
  {
    terminal::ProgressLine progress =
        terminal::ProgressLine::on_standard_error(invocation.arguments.has("quiet"));
    auto session = warehouse::open_session(file.database(), false);
    etl::bring_up_to_date(*session, warehouse.path, progress);
    etl::require_schema(*session);
  }
  session::Host host;
  host.database = file.database().get();
  host.database_name = "dev";
  host.scratch_folder = file.scratch_folder();
  WebApp app(invocation.arguments, {}, warehouse.path, file.database(), host);
  std::string link = app.link();
  std::optional<serve::HandoverDoor> door;
  open_door(invocation, door, warehouse.path, file.database(), 5s, app);
  std::promise<void> ended;
  std::atomic<bool> is_ending = false;
  terminal::Interrupts::Watch watch(invocation.interrupts, [&] {
    host.is_stopping = true;
    if (door) door->stop();
    app.stop();
    if (!is_ending.exchange(true)) ended.set_value();
  });
  invocation.note(fmt::format("the web app of {}, until Ctrl-C:", warehouse.path));
  show(invocation, link, warehouse.path);
  ended.get_future().wait();
}

/// What a report file calls the warehouse: no password is in it, and no folder of this machine.
std::string name_of(Invocation& invocation, etl::Observer& observer) {
  if (invocation.is_on_redshift()) return redshift_options(invocation, observer).address.database;
  return std::filesystem::path(invocation.settings().text("warehouse.path")).stem().string();
}

void write_file(Invocation& invocation, const std::string& path) {
  const Arguments& arguments = invocation.arguments;
  web::ReportFileOptions options;
  options.filter.from = arguments.value("from");
  options.filter.to = arguments.value("to");
  std::string level = arguments.text("level");
  if (level != "all") options.filter.level = level;
  terminal::ProgressLine progress =
      terminal::ProgressLine::on_standard_error(arguments.has("quiet"));
  options.warehouse = name_of(invocation, progress);
  OpenWarehouse warehouse = invocation.open(Mode::read_only, progress);
  etl::require_schema(*warehouse);
  warehouse::Transaction snapshot(*warehouse);
  auto file = invocation.store().create(canonical_path(path));
  std::uint64_t size = 0;
  web::write_report_file(*warehouse, options, [&](std::string_view text) {
    file->write(text);
    size += text.size();
  });
  snapshot.commit();
  file->finish();
  invocation.note(fmt::format("wrote {}, {}", path, base::format_bytes(size)));
}

void expect_what_exports_take(const Arguments& arguments) {
  bool is_file = arguments.has("export");
  for (const char* flag : {"from", "to", "level"}) {
    if (is_file || !arguments.has(flag)) continue;
    throw Error(ErrorKind::usage, fmt::format("--{} goes with --export", flag))
        .hint("in the browser the page has filters");
  }
  for (const char* flag : {"web-listen", "no-open"}) {
    if (is_file && arguments.has(flag)) {
      throw Error(ErrorKind::usage, fmt::format("--export writes a file, without --{}", flag));
    }
  }
}

}  // namespace

void dashboard(Invocation& invocation) {
  expect_what_exports_take(invocation.arguments);
  if (auto path = invocation.arguments.value("export")) return write_file(invocation, *path);
  warehouse::EmbeddedOptions warehouse = invocation.options(Mode::read_write);
  if (auto link = serve::ask_for_web_app(warehouse)) {
    invocation.note(fmt::format("{} is served already:", warehouse.path));
    return show(invocation, *link, warehouse.path);
  }
  if (::access(warehouse.path.c_str(), F_OK) != 0) {
    throw Error(ErrorKind::not_found, "there is no warehouse here")
        .at({warehouse.path, 0, 0, {}})
        .hint("sparkify etl makes one; --warehouse FILE names another");
  }
  serve_until_signal(invocation, warehouse);
}

}  // namespace sparkify::cli
