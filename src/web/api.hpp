#pragma once

#include <string_view>

#include "web/question.hpp"
#include "web/warming.hpp"

namespace sparkify::web {

struct ServerOptions;

/// What the app asks the server: a table of routes, each with the room that answers it. Rooms are
/// functions of a Question; what they throw before an answer has begun is for error_response().
/// docs/web.md lists the routes.
///
/// Threads: answer() on any.
class Api {
 public:
  static constexpr std::string_view prefix = "/api/";

  /// Borrows the host.
  Api(const ServerOptions& options, warehouse::SharedDatabase database, session::Host& host);

  /// Writes the answer. `socket` is the client's: when it hangs up, its statement ends.
  /// Throws what Exchange throws, and what keeps the question from its answer; when a part has been
  /// sent, the connection is of no use then.
  void answer(const Request& request, Exchange& exchange, int socket);
  /// Ends what runs now and is asked later. Any thread.
  void stop() { desk_.is_stopping = true; }

 private:
  Desk desk_;
  Warming warming_{desk_};  ///< ends before its desk
};

}  // namespace sparkify::web
