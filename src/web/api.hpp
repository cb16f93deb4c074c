#pragma once

#include <atomic>
#include <chrono>

#include "warehouse/embedded.hpp"
#include "web/exchange.hpp"
#include "web/request.hpp"

namespace sparkify::web {

/// What the app asks the warehouse, as JSON. It only reads.
///
///   /api/warehouse             {"version", "first_day", "last_day"} of the events; null: none
///   /api/reports               as `sparkify analytics --format json`
///   /api/reports/NAME          {"columns": [{"name", "kind"}], "rows": [[...]]}
///   /api/reports/NAME.csv      the same to keep
///
/// with from, to, level and top of the report in the query. What goes wrong is
/// {"error": {"message", "hint"}} and a status of 400 or more.
///
/// Threads: answer() on any.
class Api {
 public:
  static constexpr std::string_view prefix = "/api/";

  /// `statement_time`: statements that run longer end with 503; 0: none does.
  Api(warehouse::SharedDatabase database, std::chrono::milliseconds statement_time)
      : database_(std::move(database)), statement_time_(statement_time) {}

  /// Writes the answer. `socket` is the client's: when it hangs up, its statement ends.
  /// Throws what Exchange throws, and what happens after a part has been sent: the connection is
  /// of no use then.
  void answer(const Request& request, Exchange& exchange, int socket);
  /// Ends what runs now and is asked later. Any thread.
  void stop() { is_stopping_ = true; }

 private:
  class Answer;

  warehouse::SharedDatabase database_;
  std::chrono::milliseconds statement_time_;
  std::atomic<bool> is_stopping_ = false;
};

}  // namespace sparkify::web
