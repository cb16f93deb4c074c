#include "web/warming.hpp"

#include <array>
#include <condition_variable>
#include <mutex>
#include <optional>

#include "warehouse/changes.hpp"
#include "web/reports.hpp"
#include "web/results.hpp"

namespace sparkify::web {
namespace {

using Clock = std::chrono::steady_clock;
using namespace std::chrono_literals;

constexpr auto rest = 1s;
constexpr auto longest = 10s;  ///< of one report: others wait for the processors
const std::array<std::optional<std::string>, 3> levels{std::nullopt, "free", "paid"};

}  // namespace

Warming::Warming(Desk& desk)
    : desk_(desk), thread_([this](const std::stop_token& stop) { run(stop); }) {}

void Warming::run(const std::stop_token& stop) {
  std::mutex mutex;
  std::condition_variable_any wake;
  std::optional<std::uint64_t> seen, warmed;
  auto seen_at = Clock::now();
  std::unique_lock lock(mutex);
  while (!wake.wait_for(lock, stop, 200ms, [&] { return stop.stop_requested(); })) {
    auto state = warehouse::settled_state();
    if (state != seen) {
      seen = state;
      seen_at = Clock::now();
    }
    bool is_at_rest = state && Clock::now() - seen_at >= rest;
    if (!is_at_rest || state == warmed) continue;
    warmed = state;
    try {
      warm(stop);
    } catch (const std::exception&) {
      // Who asks for that report is told why.
    }
  }
}

void Warming::warm(const std::stop_token& stop) {
  auto state = warehouse::settled_state();
  auto session = warehouse::open_session(desk_.database, false);
  std::mutex mutex;
  auto until = Clock::now() + longest;
  Watch watch([&] {
    std::lock_guard lock(mutex);
    bool has_changed = warehouse::settled_state() != state;
    if (stop.stop_requested() || desk_.is_stopping || has_changed || Clock::now() > until) {
      session->interrupt();
    }
  });
  for (const auto& level : levels) {
    report::Filter filter;
    filter.level = level;
    for (const report::Report& report : report::reports()) {
      if (level && !report.takes("level")) continue;
      if (stop.stop_requested() || warehouse::settled_state() != state) return;
      {
        std::lock_guard lock(mutex);
        until = Clock::now() + longest;
      }
      keep_answer(*session, report, filter);
    }
  }
}

void Warming::keep_answer(warehouse::Warehouse& session, const report::Report& report,
                          const report::Filter& filter) {
  std::string asked = question_of(report, filter);
  if (desk_.answers.find(asked)) return;
  AnswerCache::Draft draft(desk_.answers);
  auto rows = report::run(session, report, filter);
  bool has_row = rows->next();
  write_json(*rows, has_row, "", UINT64_MAX, [&](std::string_view text) { draft.add(text); });
  draft.keep(asked);
}

}  // namespace sparkify::web
