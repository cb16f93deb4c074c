#include "simulate/simulation.hpp"

#include <algorithm>
#include <tuple>

#include "base/error.hpp"
#include "simulate/parallel.hpp"

namespace sparkify::simulate {
namespace {

constexpr std::int64_t day_ms = 86'400'000;
constexpr std::size_t users_in_chunk = 512;
constexpr std::uint64_t window_events = 200'000;  ///< aimed at; what fits a processor's cache

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
  auto threads = static_cast<unsigned>(counts_.size());
  divide_users();
  in_parallel(threads, chunks_.size(), [&](unsigned, std::size_t number) {
    for (std::size_t i = chunks_[number].first_user; i < chunks_[number].end_user; ++i) {
      User& user = population_.users[i];
      behaviour_.settle(user, population_.first_entry(user, i), options_.start_ms);
    }
  });
  while (time_ms_ < options_.end_ms && event_count_ < options_.event_limit) {
    if (stop && may_stop) break;
    if (stop) throw base::Error(base::ErrorKind::interrupted, "interrupted");
    Window window = next_window();
    settle_newcomers(population_.grow(window.end_ms));
    divide_users();
    in_parallel(threads, chunks_.size(),
                [&](unsigned, std::size_t number) { simulate(chunks_[number], window); });
    apply_limit();
    in_parallel(threads, chunks_.size() + slice_count, [&](unsigned thread, std::size_t task) {
      if (task < chunks_.size()) {
        tally(chunks_[task], counts_[thread]);
      } else {
        sort_slice(task - chunks_.size());
      }
    });
    number_sessions();
    write_window(window, sink);
    time_ms_ = window.end_ms;
    sink.reached(time_ms_, event_count_);
  }
  for (const Counts& counts : counts_) {
    generated_.merge(counts.generated);
    delivered_.merge(counts.delivered);
    for (std::size_t i = 0; i < dirt_counts_.size(); ++i) dirt_counts_[i] += counts.dirt[i];
  }
}

Simulation::Window Simulation::next_window() const {
  std::int64_t midnight_ms = (time_ms_ / day_ms + 1) * day_ms;
  std::int64_t length_ms = std::min(window_ms_, options_.longest_window_ms);
  return {time_ms_, std::min({time_ms_ + length_ms, midnight_ms, options_.end_ms})};
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

void Simulation::simulate(Chunk& chunk, const Window& window) {
  for (auto& slice : chunk.slices) slice.clear();
  bool is_dirty = dirt_thresholds_.back() > 0;
  for (std::size_t i = chunk.first_user; i < chunk.end_user; ++i) {
    User& user = population_.users[i];
    while (user.next_ms < window.end_ms) {
      Event event{user.next_ms, static_cast<std::uint32_t>(i),
                  user.session, user.item,
                  user.track,   user.state,
                  Dirt::none};
      if (is_dirty) event.dirt = draw_dirt(user, event);
      chunk.slices[window.slice_of(event.time_ms)].push_back(event);
      if (site_.states[user.state].page == "Submit Registration") {
        population_.texts[i].set_registration(user.next_ms);
      }
      behaviour_.advance(user);
    }
  }
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
  std::uint64_t count = 0;
  for (const Chunk& chunk : chunks_) {
    for (const auto& slice : chunk.slices) count += slice.size();
  }
  std::uint64_t left = options_.event_limit - event_count_;
  if (count <= left) return;
  std::vector<Event> all;
  all.reserve(count);
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

/// A user's events lie in one chunk and, slice after slice, in the order of time.
void Simulation::tally(const Chunk& chunk, Counts& counts) {
  for (const auto& slice : chunk.slices) {
    for (const Event& event : slice) {
      User& user = population_.users[event.user];
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

/// Sessions get their ids in the order in which they are first seen.
void Simulation::number_sessions() {
  for (auto& slice : sorted_) {
    event_count_ += slice.size();
    for (Event& event : slice) {
      User& user = population_.users[event.user];
      if (user.numbered_session != event.session) {
        user.numbered_session = event.session;
        user.session_id = ++last_session_id_;
      }
      event.session = user.session_id;
    }
  }
}

void Simulation::write_window(const Window& window, Sink& sink) {
  in_parallel(static_cast<unsigned>(counts_.size()), slice_count,
              [&](unsigned, std::size_t number) {
                std::string repeats;
                DeliveredText& text = texts_[number];
                for (std::string& lines : text) lines.clear();
                for (const Event& event : sorted_[number]) lines_.write(event, text, repeats);
                text[static_cast<std::size_t>(Delivery::first)] += repeats;
              });
  std::size_t count = 0;
  for (std::size_t i = 0; i < slice_count; ++i) {
    count += sorted_[i].size();
    if (!sorted_[i].empty()) sink.deliver(window.begin_ms / day_ms, texts_[i]);
  }
  // The next window is to hold as many events as aimed at, if they come as densely.
  double factor = static_cast<double>(window_events) / static_cast<double>(count + 1);
  auto aimed_ms = static_cast<double>(window.end_ms - window.begin_ms) * std::min(factor, 4.0);
  window_ms_ = std::clamp(static_cast<std::int64_t>(aimed_ms), std::int64_t{1000}, day_ms);
}

}  // namespace sparkify::simulate
