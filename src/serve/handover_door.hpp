#pragma once

#include <atomic>
#include <chrono>
#include <functional>
#include <list>
#include <mutex>
#include <optional>
#include <string>
#include <thread>

#include "net/listener.hpp"
#include "warehouse/embedded.hpp"

namespace sparkify::serve {

/// Lends sessions on a served warehouse to commands of other processes of this user, which
/// serve::borrow() asks for. At most one of them at a time may write.
///
/// Memory: for each command a message, see Link, and what its statements need of DuckDB's limit;
/// the dictionary of a load. Threads: one that accepts, one or two for each command.
class HandoverDoor {
 public:
  static constexpr std::size_t most_guests = 100;

  /// Says what opens the web app, and begins to serve one if need be. Called on any thread; what
  /// it throws the command hears.
  using WebLink = std::function<std::string()>;

  /// Listens beside the file. `grace` is what commands have to end by themselves after stop().
  /// Throws locked when somebody listens there already, denied, unavailable.
  HandoverDoor(const std::string& warehouse, warehouse::SharedDatabase database,
               std::chrono::milliseconds grace, WebLink web_link);
  /// Stops, and waits for all.
  ~HandoverDoor();
  HandoverDoor(const HandoverDoor&) = delete;
  HandoverDoor& operator=(const HandoverDoor&) = delete;

  /// Lets nobody in any more. Any thread, no signal handler.
  void stop();

 private:
  struct Guest;
  class Talk;

  void accept();
  void serve(Guest& guest);
  void reap();
  void see_out();

  warehouse::SharedDatabase database_;
  std::chrono::milliseconds grace_;
  WebLink web_link_;
  std::string path_;
  std::atomic<bool> is_stopping_ = false;
  std::timed_mutex writing_;     ///< of the one who may write
  std::atomic<int> writer_ = 0;  ///< its process
  std::list<Guest> guests_;      ///< of the accepting thread alone
  net::Listener listener_;
  std::jthread acceptor_;
};

}  // namespace sparkify::serve
