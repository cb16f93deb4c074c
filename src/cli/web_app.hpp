#pragma once

#include <mutex>
#include <optional>
#include <string>

#include "cli/invocation.hpp"
#include "serve/handover_door.hpp"
#include "web/server.hpp"

namespace sparkify::cli {

/// HOST:PORT of a flag. Throws usage; `example` is its hint.
net::Address address_of(const Arguments& arguments, std::string_view flag,
                        std::string_view example);

/// The web app of a warehouse that this process serves; it begins when it is first wanted.
/// Threads: safe.
class WebApp {
 public:
  /// On --web-listen; without the flag on 127.0.0.1:8080 or, when that is taken, a free port.
  /// `outside`: who may come from elsewhere; {}: nobody. Borrows the host; its limit of statements
  /// is the web app's when it has one. Throws usage.
  WebApp(const Arguments& arguments, web::Outside outside, std::string warehouse,
         warehouse::SharedDatabase database, session::Host& host);
  ~WebApp();
  WebApp(const WebApp&) = delete;
  WebApp& operator=(const WebApp&) = delete;

  /// The SQL editor may change the warehouse. Before link().
  void let_write() { options_.is_writable = true; }
  /// What opens it in a browser. Holds a secret. Throws config, unavailable.
  std::string link();
  /// From now on nobody is answered.
  void stop();

 private:
  web::ServerOptions options_;
  web::Outside outside_;
  bool may_take_other_port_;
  std::string warehouse_;
  warehouse::SharedDatabase database_;
  session::Host& host_;
  std::mutex mutex_;
  bool is_stopped_ = false;            ///< guarded by mutex_
  std::optional<web::Server> server_;  ///< guarded by mutex_
};

/// Lets commands on the warehouse come to the server. Where no socket can lie beside the file (some
/// network file systems), they have to wait, and a warning says so. Borrows the app.
/// Throws locked.
void open_door(Invocation& invocation, std::optional<serve::HandoverDoor>& door,
               const std::string& path, const warehouse::SharedDatabase& database,
               std::chrono::milliseconds grace, WebApp& app);

/// Shows a link to the web app of `warehouse` in this person's browser; false when there is none to
/// be seen. It does not travel as an argument, which all users of a machine can read, but in a page
/// beside the warehouse that only its owner can read and that leads on; a WebApp takes it away.
bool open_in_browser(const std::string& link, const std::string& warehouse);

}  // namespace sparkify::cli
