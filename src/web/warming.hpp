#pragma once

#include <thread>

#include "report/report.hpp"
#include "web/question.hpp"

namespace sparkify::web {

/// Keeps the answers to what pages ask over all days: all reports, then those of free and of paid
/// users, asked one after the other, once the warehouse has been at rest for a second; after each
/// change again.
/// Stops early when the warehouse changes meanwhile, or a report fails or takes too long.
///
/// Threads: one of its own.
class Warming {
 public:
  /// Borrows it.
  explicit Warming(Desk& desk);

 private:
  void run(const std::stop_token& stop);
  void warm(const std::stop_token& stop);
  void keep_answer(warehouse::Warehouse& session, const report::Report& report,
                   const report::Filter& filter);

  Desk& desk_;
  std::jthread thread_;
};

}  // namespace sparkify::web
