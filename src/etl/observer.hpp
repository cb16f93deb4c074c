#pragma once

#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>

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

/// A named, timed part of a command, told to the observer at both ends.
class Stage {
 public:
  Stage(Observer& observer, std::string name) : observer_(observer), name_(std::move(name)) {
    observer_.stage_started(name_);
  }
  ~Stage() { observer_.stage_finished(name_, seconds()); }
  Stage(const Stage&) = delete;
  Stage& operator=(const Stage&) = delete;

 private:
  double seconds() const {
    return std::chrono::duration<double>(std::chrono::steady_clock::now() - started_).count();
  }

  Observer& observer_;
  std::string name_;
  std::chrono::steady_clock::time_point started_ = std::chrono::steady_clock::now();
};

}  // namespace sparkify::etl
