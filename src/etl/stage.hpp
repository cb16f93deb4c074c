#pragma once

#include <chrono>
#include <string>
#include <utility>

#include "etl/observer.hpp"

namespace sparkify::etl {

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
