#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace sparkify::etl {

struct Progress {
  std::uint64_t files_done = 0, files_total = 0;
  std::uint64_t bytes_done = 0, bytes_total = 0;
  std::uint64_t rows_done = 0;
};

/// Hears what a command does while it does it. Called from one thread.
class Observer {
 public:
  virtual ~Observer() = default;
  virtual void stage_started(std::string_view /*stage*/) {}
  virtual void stage_finished(std::string_view /*stage*/, double /*seconds*/) {}
  virtual void progressed(const Progress& /*progress*/) {}
  /// A sentence for the user that is no error: a file passed over, a migration done.
  virtual void noted(std::string_view /*text*/) {}
};

}  // namespace sparkify::etl
