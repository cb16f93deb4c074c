#include "cli/follow.hpp"

#include <fmt/chrono.h>
#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <condition_variable>
#include <ctime>
#include <mutex>

#include "base/error.hpp"
#include "base/text.hpp"
#include "etl/settled_store.hpp"
#include "terminal/summary.hpp"

namespace sparkify::cli {
namespace {

using base::Error;
using base::ErrorKind;
using std::chrono::milliseconds;
using namespace std::chrono_literals;
using Mode = warehouse::EmbeddedOptions::Mode;

/// Whether it is of no use to try again.
bool is_final(ErrorKind kind) {
  return kind == ErrorKind::usage || kind == ErrorKind::config || kind == ErrorKind::internal;
}

/// Passes on what is to be known of many loads: no stages, no progress.
class Notes final : public etl::Observer {
 public:
  explicit Notes(const Invocation& invocation) : invocation_(invocation) {}
  void noted(std::string_view text) override { invocation_.note(text); }

 private:
  const Invocation& invocation_;
};

/// The time between looks, cut short by a signal.
class Pause {
 public:
  void end() {
    std::lock_guard lock(mutex_);
    is_over_ = true;
    ended_.notify_all();
  }
  /// False after end().
  bool wait(milliseconds time) {
    std::unique_lock lock(mutex_);
    return !ended_.wait_for(lock, time, [&] { return is_over_; });
  }

 private:
  std::mutex mutex_;
  std::condition_variable ended_;
  bool is_over_ = false;
};

class Follower {
 public:
  Follower(Invocation& invocation, const etl::LoadOptions& options, milliseconds interval)
      : invocation_(invocation),
        store_(invocation.store(), options),
        interval_(interval),
        notes_(invocation) {}

  /// Any thread: a look ends at once, a load when it is whole.
  void stop() {
    if (!is_loading_) invocation_.store().interrupt();
  }

  /// One look, and a load when there is something new. Returns how long to wait then.
  milliseconds round() {
    try {
      auto began = std::chrono::steady_clock::now();
      store_.look();
      is_loading_ = true;
      if (auto options = store_.news()) load(*options);
      is_loading_ = false;
      delay_ = interval_;
      // A file that grows is read again from its beginning: half of the time at most.
      auto took = std::chrono::steady_clock::now() - began;
      return std::max(interval_, std::chrono::duration_cast<milliseconds>(took));
    } catch (const Error& error) {
      is_loading_ = false;
      if (is_final(error.kind())) throw;
      if (error.kind() == ErrorKind::interrupted) return interval_;
      bool is_refusal = refuses_files(error);
      if (is_refusal) store_.done();
      return report(error, is_refusal);
    }
  }

 private:
  void load(const etl::LoadOptions& options) {
    std::unique_ptr<warehouse::Warehouse> warehouse;
    etl::LoadTarget target;
    target.is_new = !invocation_.is_on_redshift() &&
                    ::access(invocation_.options(Mode::read_write).path.c_str(), F_OK) != 0;
    target.open = [&]() -> warehouse::Warehouse& {
      warehouse = invocation_.connect(Mode::read_write, notes_);
      return *warehouse;
    };
    etl::LoadSummary summary = etl::load(target, store_, options, notes_);
    warehouse.reset();  // who reads of the load may have it
    store_.done();
    if (summary.load_id != 0) print(summary);
  }

  void print(const etl::LoadSummary& summary) {
    bool is_json = invocation_.arguments.text("format") == "json";
    invocation_.out.write(is_json ? terminal::summary_as_json_line(summary)
                                  : fmt::format("{} {}\n", now(), terminal::summary_line(summary)));
    invocation_.out.flush();
  }

  /// Whether the same files would be refused again. What is wrong elsewhere, as in a jsonpaths
  /// file, may be mended without a change of theirs.
  bool refuses_files(const Error& error) const {
    if (error.kind() == ErrorKind::too_many_rejects) return true;
    return error.kind() == ErrorKind::bad_data && error.place() &&
           store_.shows(error.place()->file);
  }

  milliseconds report(const Error& error, bool waits_for_files) {
    constexpr milliseconds longest = 60s;
    milliseconds delay = waits_for_files ? interval_ : delay_;
    terminal::write_error(base::render(error));
    terminal::write_error(waits_for_files
                              ? fmt::format("{} trying again when files have changed\n", now())
                              : fmt::format("{} trying again in {} s\n", now(), delay / 1s));
    delay_ = std::min(std::max(longest, interval_), 2 * delay_);
    return delay;
  }

  static std::string now() {
    return fmt::format("{:%Y-%m-%dT%H:%M:%SZ}", fmt::gmtime(std::time(nullptr)));
  }

  Invocation& invocation_;
  etl::SettledStore store_;
  milliseconds interval_, delay_ = interval_;
  std::atomic<bool> is_loading_ = false;
  Notes notes_;
};

}  // namespace

void follow(Invocation& invocation, const etl::LoadOptions& options) {
  constexpr std::uint64_t longest = 86'400;
  std::uint64_t seconds = invocation.arguments.count("interval");
  if (seconds < 1 || seconds > longest) {
    throw Error(ErrorKind::usage, fmt::format("--interval takes 1 to {} seconds", longest));
  }
  Pause pause;
  Follower follower(invocation, options, std::chrono::seconds(seconds));
  terminal::Interrupts::Watch watch(invocation.interrupts, [&] {
    pause.end();
    follower.stop();
  });
  invocation.note("following, until Ctrl-C");
  while (pause.wait(follower.round())) {
  }
}

}  // namespace sparkify::cli
