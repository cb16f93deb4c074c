#include "terminal/interrupts.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>

#include "base/error.hpp"
#include "terminal/output.hpp"

namespace sparkify::terminal {
namespace {

/// Where the handler writes; the only thing it touches.
std::atomic<int> signal_pipe = -1;
static_assert(std::atomic<int>::is_always_lock_free);

extern "C" void on_signal(int) {
  int saved = errno;
  char byte = 's';
  [[maybe_unused]] ssize_t ignored = ::write(signal_pipe, &byte, 1);
  errno = saved;
}

base::Error interrupted() { return base::Error(base::ErrorKind::interrupted, "interrupted"); }

}  // namespace

Interrupts::Interrupts() {
  if (::pipe2(pipe_.data(), O_CLOEXEC) != 0) throw base::system_error(errno, "open", "a pipe");
  signal_pipe = pipe_[1];
  listener_ = std::jthread([this] { listen(); });
  struct sigaction action {};
  action.sa_handler = on_signal;
  action.sa_flags = static_cast<int>(SA_RESETHAND) | SA_RESTART;
  ::sigaction(SIGINT, &action, nullptr);
  ::sigaction(SIGTERM, &action, nullptr);
  std::signal(SIGPIPE, SIG_IGN);
}

Interrupts::~Interrupts() {
  std::signal(SIGINT, SIG_DFL);
  std::signal(SIGTERM, SIG_DFL);
  char byte = 'q';
  [[maybe_unused]] ssize_t ignored = ::write(pipe_[1], &byte, 1);
  listener_.join();
  signal_pipe = -1;
  ::close(pipe_[0]);
  ::close(pipe_[1]);
}

void Interrupts::listen() {
  char byte = 0;
  for (;;) {
    ssize_t count = ::read(pipe_[0], &byte, 1);
    if (count < 0 && errno == EINTR) continue;
    if (count != 1 || byte == 'q') return;
    is_interrupted_ = true;
    std::lock_guard lock(mutex_);
    if (watched_.empty()) {
      write_error(base::render(interrupted()));
      ::_exit(base::exit_code(base::ErrorKind::interrupted));
    }
    for (const auto& wind_up : watched_) wind_up();
  }
}

void Interrupts::check() const {
  if (is_interrupted_) throw interrupted();
}

Interrupts::Watch::Watch(Interrupts& interrupts, std::function<void()> wind_up)
    : interrupts_(interrupts) {
  std::lock_guard lock(interrupts_.mutex_);
  place_ = interrupts_.watched_.insert(interrupts_.watched_.end(), std::move(wind_up));
}

Interrupts::Watch::~Watch() {
  std::lock_guard lock(interrupts_.mutex_);
  interrupts_.watched_.erase(place_);
}

}  // namespace sparkify::terminal
