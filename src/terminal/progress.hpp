#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <string>
#include <string_view>

#include "etl/observer.hpp"

namespace sparkify::terminal {

/// The step that a stage belongs to, its first word: `build users` is part of build.
std::string_view step_of(std::string_view stage);

/// Tells a person how far a command is: one live line on a terminal; elsewhere a plain line at the
/// end of each step and every ten seconds within a stage.
class ProgressLine final : public etl::Observer {
 public:
  using Clock = std::chrono::steady_clock;
  struct Options {
    bool is_live = false;    ///< a terminal that understands \r
    bool is_quiet = false;   ///< notes and progress are dropped
    std::size_t width = 80;  ///< of the terminal, in columns
    std::function<void(std::string_view)> write;
    std::function<Clock::time_point()> now = Clock::now;
  };

  explicit ProgressLine(Options options) : options_(std::move(options)) {}
  /// On standard error, live when that is a terminal.
  static ProgressLine on_standard_error(bool is_quiet);
  ~ProgressLine() override;
  ProgressLine(const ProgressLine&) = delete;
  ProgressLine& operator=(const ProgressLine&) = delete;

  void stage_started(std::string_view stage) override;
  void stage_finished(std::string_view stage, double seconds) override;
  void progressed(const etl::Progress& progress) override;
  void noted(std::string_view text) override;

 private:
  std::string describe(const etl::Progress& progress, double seconds) const;
  void show(const std::string& text);
  void clear();
  void finish_step();

  Options options_;
  std::string stage_;
  std::string step_;  ///< finished in part, not yet printed
  double step_seconds_ = 0;
  Clock::time_point stage_began_, last_shown_;
  bool has_line_ = false;  ///< a live line stands on the terminal
};

}  // namespace sparkify::terminal
