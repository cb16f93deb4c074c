#include "simulate/simulation.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <tuple>

#include "base/error.hpp"
#include "base/time.hpp"
#include "simulate/parallel.hpp"

namespace sparkify::simulate {
namespace {

constexpr std::size_t users_in_chunk = 512;
constexpr std::uint64_t window_events = 200'000;  ///< aimed at; what fits a processor's cache
constexpr std::uint64_t most_window_events = 2 * window_events;
constexpr std::uint32_t most_session_id = INT32_MAX;  // what an INTEGER of the warehouse holds

bool is_earlier(const Event& left, const Event& right) {
  return std::tie(left.time_ms, left.user, left.item) <
         std::tie(right.time_ms, right.user, right.item);
}

}  // namespace

std::size_t Simulation::Window::slice_of(std::int64_t time_ms) const {
  return static_cast<std::size_t>(time_ms - begin_ms) * slice_count /
         static_cast<std::size_t>(end_ms - begin_ms);
}

Simulation::Simulation(const site::Site& site, const site::Catalogue& catalogue,
                       const SimulationOptions& options)
    : site_(site),
      catalogue_(catalogue),
      options_(options),
      population_(site, {options.seed, options.user_count, options.first_user_id,
                         options.growth_rate, options.attrition_rate, options.start_ms}),
      behaviour_(site, catalogue),
      lines_(site, catalogue, population_, options.tag),
      generated_(site, catalogue),
      delivered_(site, catalogue),
      time_ms_(options.start_ms),
      window_ms_(60'000) {
  counts_.assign(std::max(1U, options.thread_count), {generated_, delivered_, {}});
  const DirtRates& rates = options.dirt;
  double sum = 0;
  for (auto [dirt, rate] : {std::pair(Dirt::malformed, rates.malformed),
                            {Dirt::wrong_type, rates.wrong_type},
                            {Dirt::repeated, rates.repeated},
                            {Dirt::redelivered, rates.redelivered},
                            {Dirt::late, rates.late}}) {
    dirt_thresholds_[static_cast<std::size_t>(dirt)] = sum += rate;
  }
}

void Simulation::run(Sink& sink, const std::atomic<bool>& stop, bool may_stop) {
  settle(stop);
  const std::int64_t end_ms = std::min(options_.end_ms, latest_ms);
  while (time_ms_ < end_ms && event_count_ < options_.event_limit) {
    if (stop && may_stop) break;
    if (stop) throw base::Error(base::ErrorKind::interrupted, "interrupted");
    Window window = next_window();
    settle_newcomers(population_.grow(window.end_ms));
    divide_users();
    simulate(window);
    apply_limit();
    order_events();
    number_sessions();
    write_window(window, sink);
    time_ms_ = window.end_ms;
    if (window_event_count_ == 0 && is_deserted()) {
      // Nothing happens any more: what is left of the time is over at once.
      if (options_.end_ms <= latest_ms) time_ms_ = options_.end_ms;
      break;
    }
    sink.reached(time_ms_, event_count_);
  }
  for (const Counts& counts : counts_) {
    generated_.merge(counts.generated);
    delivered_.merge(counts.delivered);
    for (std::size_t i = 0; i < dirt_counts_.size(); ++i) dirt_counts_[i] += counts.dirt[i];
  }
}

void Simulation::settle(const std::atomic<bool>& stop) {
  divide_users();
  in_parallel(static_cast<unsigned>(counts_.size()), chunks_.size(),
              [&](unsigned, std::size_t number) {
                const Chunk& chunk = chunks_[number];
                for (std::size_t i = chunk.first_user; i < chunk.end_user && !stop; ++i) {
                  User& user = population_.users[i];
                  behaviour_.settle(user, population_.first_entry(user, i), options_.start_ms);
                }
              });
}

/// Starting a thread takes as long as some hundred events.
unsigned Simulation::threads_for(std::uint64_t events) const {
  constexpr std::uint64_t least_events = 1'000;
  return static_cast<unsigned>(std::min<std::uint64_t>(events / least_events + 1, counts_.size()));
}

bool Simulation::is_deserted() const {
  return !population_.is_growing() &&
         std::all_of(population_.users.begin(), population_.users.end(),
                     [](const User& user) { return user.next_ms == never_ms; });
}

Simulation::Window Simulation::next_window() const {
  std::int64_t midnight_ms = (time_ms_ / base::day_ms + 1) * base::day_ms;
  std::int64_t length_ms = std::min(window_ms_, options_.longest_window_ms);
  return {time_ms_, std::min({time_ms_ + length_ms, midnight_ms, options_.end_ms, latest_ms})};
}

void Simulation::divide_users() {
  std::size_t count = population_.users.size();
  chunks_.resize((count + users_in_chunk - 1) / users_in_chunk);
  for (std::size_t i = 0; i < chunks_.size(); ++i) {
    chunks_[i].first_user = i * users_in_chunk;
    chunks_[i].end_user = std::min(count, (i + 1) * users_in_chunk);
  }
}

void Simulation::settle_newcomers(std::size_t first_user) {
  for (std::size_t i = first_user; i < population_.users.size(); ++i) {
    User& user = population_.users[i];
    behaviour_.begin(user, population_.first_entry(user, i));
  }
}

/// Fills the chunks with the window's events; shortens a window that would hold too many.
void Simulation::simulate(Window& window) {
  for (;;) {
    // What the last window held tells what to expect, or what the last attempt did.
    std::uint64_t expected = window_event_count_ + population_.users.size() / 16;
    window_event_count_ = 0;
    in_parallel(threads_for(expected), chunks_.size(),
                [&](unsigned, std::size_t number) { simulate(chunks_[number], window); });
    std::int64_t length_ms = window.end_ms - window.begin_ms;
    if (window_event_count_ <= most_window_events || length_ms == 1) return;
    for (Chunk& chunk : chunks_) undo(chunk);
    window.end_ms = window.begin_ms + std::max(length_ms / 8, std::int64_t{1});
  }
}

/// Gives up once the window has too many events, in whichever chunk.
void Simulation::simulate(Chunk& chunk, const Window& window) {
  constexpr std::uint64_t counting_step = 1024;
  for (auto& slice : chunk.slices) slice.clear();
  chunk.before.clear();
  bool is_dirty = dirt_thresholds_.back() > 0;
  bool can_be_shorter = window.end_ms - window.begin_ms > 1;
  std::uint64_t uncounted = 0;
  for (std::size_t i = chunk.first_user; i < chunk.end_user; ++i) {
    User& user = population_.users[i];
    if (user.next_ms < window.end_ms) chunk.before.emplace_back(i, user);
    while (user.next_ms < window.end_ms) {
      Event event{user.next_ms, static_cast<std::uint32_t>(i),
                  user.session, user.item,
                  user.track,   user.state,
                  Dirt::none};
      if (is_dirty) event.dirt = draw_dirt(user, event);
      chunk.slices[window.slice_of(event.time_ms)].push_back(event);
      behaviour_.advance(user);
      if (++uncounted < counting_step) continue;
      window_event_count_ += std::exchange(uncounted, 0);
      if (can_be_shorter && window_event_count_ > most_window_events) return;
    }
  }
  window_event_count_ += uncounted;
}

void Simulation::undo(Chunk& chunk) {
  for (const auto& [number, user] : chunk.before) population_.users[number] = user;
}

/// Not from the user's own stream: dirt must not change what is generated.
Dirt Simulation::draw_dirt(const User& user, const Event& event) const {
  std::uint64_t stream = (std::uint64_t{user.session} << 32 | event.item) ^
                         (std::uint64_t{event.user + options_.first_user_id} * 0xD1342543DE82EF95);
  double drawn = site::Random(~options_.seed, stream).uniform();
  for (std::size_t i = 1; i < dirt_thresholds_.size(); ++i) {
    if (drawn < dirt_thresholds_[i]) return static_cast<Dirt>(i);
  }
  return Dirt::none;
}

/// Drops what is beyond the event limit, the last in time.
void Simulation::apply_limit() {
  std::uint64_t left = options_.event_limit - event_count_;
  if (window_event_count_ <= left) return;
  std::vector<Event> all;
  all.reserve(window_event_count_);
  for (const Chunk& chunk : chunks_) {
    for (const auto& slice : chunk.slices) all.insert(all.end(), slice.begin(), slice.end());
  }
  auto first_dropped = all.begin() + static_cast<std::ptrdiff_t>(left);
  std::nth_element(all.begin(), first_dropped, all.end(), is_earlier);
  Event bound = *first_dropped;
  for (Chunk& chunk : chunks_) {
    for (auto& slice : chunk.slices) {
      std::erase_if(slice, [&](const Event& event) { return !is_earlier(event, bound); });
    }
  }
}

void Simulation::note_registration(const Event& event) {
  if (site_.states[event.state].page != "Submit Registration") return;
  population_.texts[event.user].set_registration(event.time_ms);
}

/// A user's events lie in one chunk and, slice after slice, in the order of time.
void Simulation::tally(const Chunk& chunk, Counts& counts) {
  for (const auto& slice : chunk.slices) {
    for (const Event& event : slice) {
      User& user = population_.users[event.user];
      note_registration(event);
      counts.generated.add(user.generated, event);
      ++counts.dirt[static_cast<std::size_t>(event.dirt)];
      if (!is_lost(event.dirt)) counts.delivered.add(user.delivered, event);
    }
  }
}

void Simulation::sort_slice(std::size_t number) {
  std::vector<Event>& events = sorted_[number];
  events.clear();
  for (const Chunk& chunk : chunks_) {
    events.insert(events.end(), chunk.slices[number].begin(), chunk.slices[number].end());
  }
  std::sort(events.begin(), events.end(), is_earlier);
}

void Simulation::order_events() {
  in_parallel(threads_for(window_event_count_), chunks_.size() + slice_count,
              [&](unsigned thread, std::size_t task) {
                if (task < chunks_.size()) {
                  tally(chunks_[task], counts_[thread]);
                } else {
                  sort_slice(task - chunks_.size());
                }
              });
}

/// Sessions get their ids in the order in which they are first seen.
void Simulation::number_sessions() {
  for (auto& slice : sorted_) {
    event_count_ += slice.size();
    for (Event& event : slice) {
      User& user = population_.users[event.user];
      if (user.numbered_session != event.session) {
        if (last_session_id_ == most_session_id) {
          throw base::Error(
              base::ErrorKind::usage,
              fmt::format("more sessions than ids, which go up to {}", most_session_id))
              .hint("simulate fewer users, or a shorter time, at one go");
        }
        user.numbered_session = event.session;
        user.session_id = ++last_session_id_;
      }
      event.session = user.session_id;
    }
  }
}

void Simulation::write_window(const Window& window, Sink& sink) {
  in_parallel(threads_for(window_event_count_), slice_count, [&](unsigned, std::size_t number) {
    std::string repeats;
    DeliveredText& text = texts_[number];
    for (std::string& lines : text) lines.clear();
    for (const Event& event : sorted_[number]) lines_.write(event, text, repeats);
    text[static_cast<std::size_t>(Delivery::first)] += repeats;
  });
  std::size_t count = 0;
  for (std::size_t i = 0; i < slice_count; ++i) {
    count += sorted_[i].size();
    if (!sorted_[i].empty()) sink.deliver(window.begin_ms / base::day_ms, texts_[i]);
  }
  // The next window is to hold as many events as aimed at, if they come as densely.
  double factor = static_cast<double>(window_events) / static_cast<double>(count + 1);
  auto aimed_ms = static_cast<double>(window.end_ms - window.begin_ms) * std::min(factor, 4.0);
  window_ms_ = std::clamp(static_cast<std::int64_t>(aimed_ms), std::int64_t{1}, base::day_ms);
}

}  // namespace sparkify::simulate
