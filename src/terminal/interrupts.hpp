#pragma once

#include <array>
#include <atomic>
#include <mutex>
#include <thread>

#include "warehouse/warehouse.hpp"

namespace sparkify::terminal {

/// Turns Ctrl-C (SIGINT) and SIGTERM into Warehouse::interrupt(), which no signal handler may
/// call: the handler writes a byte into a pipe, a thread reads it. While no warehouse is watched
/// there is nothing to wind up, and the program ends at once with exit code 130. The second signal
/// kills. SIGPIPE is ignored: writes say that nobody reads.
///
/// One at a time in a process.
class Interrupts {
 public:
  Interrupts();
  ~Interrupts();
  Interrupts(const Interrupts&) = delete;
  Interrupts& operator=(const Interrupts&) = delete;

  /// While it lives, a signal interrupts the warehouse, which it borrows.
  class Watch {
   public:
    Watch(Interrupts& interrupts, warehouse::Warehouse& warehouse);
    ~Watch();
    Watch(const Watch&) = delete;
    Watch& operator=(const Watch&) = delete;

   private:
    Interrupts& interrupts_;
  };

  /// Throws interrupted after a signal.
  void check() const;

 private:
  void listen();

  std::array<int, 2> pipe_{-1, -1};
  std::atomic<bool> is_interrupted_ = false;
  std::mutex mutex_;
  warehouse::Warehouse* watched_ = nullptr;  ///< guarded by mutex_
  std::jthread listener_;
};

}  // namespace sparkify::terminal
