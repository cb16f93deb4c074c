#pragma once

#include <array>
#include <atomic>
#include <functional>
#include <list>
#include <mutex>
#include <thread>

namespace sparkify::terminal {

/// Turns Ctrl-C (SIGINT) and SIGTERM into a call of what winds the work up, such as
/// Warehouse::interrupt(), which no signal handler may call: the handler writes a byte into a pipe,
/// a thread reads it. While nothing is watched the program ends at once with exit code 130. The
/// second signal kills. SIGPIPE is ignored: writes say that nobody reads.
///
/// One at a time in a process.
class Interrupts {
 public:
  Interrupts();
  ~Interrupts();
  Interrupts(const Interrupts&) = delete;
  Interrupts& operator=(const Interrupts&) = delete;

  /// While it lives, a signal calls `wind_up`, on another thread; of several, all.
  class Watch {
   public:
    Watch(Interrupts& interrupts, std::function<void()> wind_up);
    ~Watch();
    Watch(const Watch&) = delete;
    Watch& operator=(const Watch&) = delete;

   private:
    Interrupts& interrupts_;
    std::list<std::function<void()>>::iterator place_;
  };

  /// Throws interrupted after a signal.
  void check() const;

 private:
  void listen();

  std::array<int, 2> pipe_{-1, -1};
  std::atomic<bool> is_interrupted_ = false;
  std::mutex mutex_;
  std::list<std::function<void()>> watched_;  ///< guarded by mutex_
  std::jthread listener_;
};

}  // namespace sparkify::terminal
