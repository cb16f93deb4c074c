#include "cli/invocation.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "base/error.hpp"
#include "cli/commands.hpp"
#include "cli/redshift.hpp"
#include "etl/schema.hpp"
#include "s3/address.hpp"
#include "serve/handover_warehouse.hpp"

namespace sparkify::cli {

using base::Error;
using base::ErrorKind;

const config::Settings& Invocation::settings() {
  if (!settings_) {
    std::vector<std::string> warnings;
    // Elsewhere --config is another file: the site of `simulate`.
    bool has_file_flag = arguments.command().reach != Reach::nothing;
    settings_ =
        config::read_settings(arguments.setting_flags(),
                              has_file_flag ? arguments.value("config") : std::nullopt, warnings);
    for (const std::string& warning : warnings) terminal::write_error(warning);
  }
  return *settings_;
}

void Invocation::note(std::string_view text) const {
  if (!arguments.has("quiet")) terminal::write_error(fmt::format("{}\n", text));
}

std::unique_ptr<format::Writer> Invocation::writer() {
  return format::make_writer(arguments.text("format"), out.sink());
}

namespace {

/// Throws usage, with the place of a file's value, for s3:// and redshift://.
std::string file_path(const config::Value& value) {
  bool is_remote = redshift::is_address(value.text);
  if (!is_remote && !s3::is_s3_path(value.text)) return value.text;
  Error error(ErrorKind::usage,
              is_remote
                  ? "this works with a warehouse that is a file, not with a Redshift"
                  : fmt::format("the warehouse is a file, it cannot lie in S3: {}", value.text));
  if (value.place) error.at(*value.place);
  throw error.hint("name a file of this machine; logs and songs may lie in S3");
}

}  // namespace

warehouse::EmbeddedOptions Invocation::options(warehouse::EmbeddedOptions::Mode mode) {
  constexpr std::uint64_t most_threads = 1024, most_wait_seconds = 1'000'000'000;
  warehouse::EmbeddedOptions options;
  options.mode = mode;
  options.path = file_path(settings().value("warehouse.path"));
  options.wait = std::chrono::seconds(std::min(arguments.count("wait"), most_wait_seconds));
  std::uint64_t threads = settings().count("warehouse.threads");
  if (threads > most_threads) {
    throw Error(ErrorKind::usage,
                fmt::format("{} threads are more than {}", threads, most_threads));
  }
  options.threads = static_cast<unsigned>(threads);
  options.memory_limit = settings().text("warehouse.memory_limit");
  options.keep_staging = settings().is_on("warehouse.keep_staging");
  return options;
}

bool Invocation::is_on_redshift() {
  return redshift::is_address(settings().text("warehouse.path"));
}

std::unique_ptr<warehouse::Warehouse> Invocation::connect_to_redshift(
    warehouse::EmbeddedOptions::Mode mode, etl::Observer& observer) {
  redshift::Options chosen = redshift_options(*this, observer);
  std::string name = chosen.address.shown();
  auto opened = redshift::open(std::move(chosen));
  if (mode == warehouse::EmbeddedOptions::Mode::read_write) {
    etl::bring_up_to_date(*opened, name, observer);
  }
  return opened;
}

std::unique_ptr<warehouse::Warehouse> Invocation::connect(warehouse::EmbeddedOptions::Mode mode,
                                                          etl::Observer& observer) {
  if (is_on_redshift()) return connect_to_redshift(mode, observer);
  warehouse::EmbeddedOptions chosen = options(mode);
  auto borrowed = serve::borrow(chosen);
  if (!borrowed) return etl::open(chosen, observer);
  bool is_limited = settings().value("warehouse.memory_limit").source == config::Source::flag;
  if (is_limited) note("note: the warehouse is served: its server's memory limit counts");
  return borrowed;
}

OpenWarehouse Invocation::open(warehouse::EmbeddedOptions::Mode mode, etl::Observer& observer) {
  return OpenWarehouse(connect(mode, observer), interrupts);
}

}  // namespace sparkify::cli
