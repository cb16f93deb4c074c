#pragma once

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <thread>

#include "base/error.hpp"
#include "editor/queries.hpp"
#include "editor/tickets.hpp"
#include "session/host.hpp"
#include "warehouse/embedded.hpp"
#include "web/answer_cache.hpp"
#include "web/exchange.hpp"
#include "web/request.hpp"

namespace sparkify::web {

/// What the rooms of the API share. Threads: all members from any.
struct Desk {
  warehouse::SharedDatabase database;
  std::chrono::milliseconds statement_time;  ///< statements that run longer end; 0: none does
  session::Host& host;                       ///< of sessions as clients of the wire have them
  bool is_writable = false;                  ///< the SQL editor may change the warehouse
  editor::Queries queries{""};
  editor::Tickets exports = {};
  std::atomic<bool> is_stopping = false;  ///< ends what runs, and what is asked later
  AnswerCache answers = {};
};

/// Calls `look` again and again while it lives: work is looked after that may have to be ended.
class Watch {
 public:
  explicit Watch(std::function<void()> look);

 private:
  std::mutex mutex_;
  std::condition_variable_any wake_;
  std::jthread thread_;  ///< ends before what it waits with
};

/// One request while a room of the API answers it. Threads: one.
class Question {
 public:
  /// Borrows all. `socket` is the client's: when it hangs up, what runs for it ends.
  Question(Desk& desk, const Request& request, Exchange& exchange, int socket);

  Desk& desk() { return desk_; }
  const Request& request() const { return request_; }
  int socket() const { return socket_; }

  /// A session of the warehouse, opened when it is first asked for. What runs too long, or for
  /// nobody, is interrupted.
  warehouse::Warehouse& warehouse();

  /// The whole answer: JSON.
  void answer(const std::string& json);
  /// An answer in pieces: rooms begin when nothing can go wrong any more but what must break the
  /// connection.
  Exchange& begin(const Response& head);

 private:
  Desk& desk_;
  const Request& request_;
  Exchange& exchange_;
  int socket_;
  std::unique_ptr<warehouse::Warehouse> session_;
  std::unique_ptr<Watch> watch_;  ///< ends before the session does
};

/// Never kept by the browser.
Response json_response(int status, std::string body);
/// The head of a file to keep.
Response file_head(std::string_view type, std::string_view name);
/// {"error": {"message", "hint"}} with the status of the error's kind.
Response error_response(const base::Error& error);

}  // namespace sparkify::web
