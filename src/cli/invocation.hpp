#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "cli/arguments.hpp"
#include "cli/stores.hpp"
#include "config/settings.hpp"
#include "etl/observer.hpp"
#include "format/writer.hpp"
#include "terminal/interrupts.hpp"
#include "terminal/output.hpp"
#include "warehouse/embedded.hpp"

namespace sparkify::cli {

/// An open warehouse that a signal interrupts.
class OpenWarehouse {
 public:
  OpenWarehouse(std::unique_ptr<warehouse::Warehouse> warehouse, terminal::Interrupts& interrupts)
      : warehouse_(std::move(warehouse)),
        watch_(interrupts, [opened = warehouse_.get()] { opened->interrupt(); }) {}
  warehouse::Warehouse& operator*() { return *warehouse_; }

 private:
  std::unique_ptr<warehouse::Warehouse> warehouse_;
  terminal::Interrupts::Watch watch_;
};

/// What a command function works with.
class Invocation {
 public:
  Invocation(Arguments given, terminal::Output& output, terminal::Interrupts& signals)
      : arguments(std::move(given)), out(output), interrupts(signals) {}
  Invocation(const Invocation&) = delete;
  Invocation& operator=(const Invocation&) = delete;

  Arguments arguments;
  terminal::Output& out;
  terminal::Interrupts& interrupts;

  /// Reads the configuration at the first call.
  const config::Settings& settings();
  /// Where every path leads.
  Stores& store() { return store_; }
  /// A line on standard error, unless --quiet.
  void note(std::string_view text) const;
  /// A writer for --format that prints to `out`.
  std::unique_ptr<format::Writer> writer();

  /// Whether the warehouse is a Redshift and no file.
  bool is_on_redshift();
  /// The file's path and options, with flags and settings applied. Throws usage: it is none.
  warehouse::EmbeddedOptions options(warehouse::EmbeddedOptions::Mode mode);
  /// The warehouse: a Redshift, that of the server that has its file open, or the file's. The
  /// observer outlives it.
  std::unique_ptr<warehouse::Warehouse> connect(warehouse::EmbeddedOptions::Mode mode,
                                                etl::Observer& observer);
  /// The same, and a signal interrupts it.
  OpenWarehouse open(warehouse::EmbeddedOptions::Mode mode, etl::Observer& observer);

 private:
  std::unique_ptr<warehouse::Warehouse> connect_to_redshift(warehouse::EmbeddedOptions::Mode mode,
                                                            etl::Observer& observer);

  std::optional<config::Settings> settings_;
  Stores store_{[this] { return open_s3(settings()); }};
};

}  // namespace sparkify::cli
