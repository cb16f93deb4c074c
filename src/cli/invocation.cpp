#include "cli/invocation.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "base/error.hpp"
#include "base/text.hpp"
#include "etl/schema.hpp"

namespace sparkify::cli {

using base::Error;
using base::ErrorKind;

const config::Settings& Invocation::settings() {
  if (!settings_) {
    std::vector<std::string> warnings;
    settings_ =
        config::read_settings(arguments.setting_flags(), arguments.value("config"), warnings);
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

warehouse::EmbeddedOptions Invocation::options(warehouse::EmbeddedOptions::Mode mode) {
  constexpr std::uint64_t most_threads = 1024, most_wait_seconds = 1'000'000'000;
  warehouse::EmbeddedOptions options;
  options.mode = mode;
  options.path = local_path(settings().value("warehouse.path"));
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

OpenWarehouse Invocation::open(warehouse::EmbeddedOptions::Mode mode, etl::Observer& observer) {
  return OpenWarehouse(etl::open(options(mode), observer), interrupts);
}

std::string local_path(const config::Value& value) {
  std::string scheme = base::to_lower(value.text.substr(0, value.text.find("://")));
  bool is_s3 = value.text.find("://") != std::string::npos &&
               (scheme == "s3" || scheme == "s3a" || scheme == "s3n");
  if (!is_s3) return value.text;
  Error error(ErrorKind::usage, fmt::format("s3:// is not supported yet: {}", value.text));
  if (value.place) error.at(*value.place);
  throw error.hint("copy the files to disk and name their directory instead");
}

}  // namespace sparkify::cli
