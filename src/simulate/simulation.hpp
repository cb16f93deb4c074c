#pragma once

#include <array>
#include <atomic>
#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "simulate/behaviour.hpp"
#include "simulate/lines.hpp"
#include "simulate/population.hpp"
#include "simulate/truth.hpp"

namespace sparkify::simulate {

/// Shares of records to be spoilt, each from 0 to 1; of events unless said otherwise.
struct DirtRates {
  double malformed = 0, wrong_type = 0, repeated = 0, redelivered = 0, late = 0;
  double double_encoded = 0;  ///< of plays whose text is not ASCII
  double late_songs = 0;      ///< of songs
  double repeated_songs = 0;  ///< of songs
  double several_names = 0;   ///< of artists
};

/// Where simulated time ends at last, in 2286: times in the logs have thirteen digits.
inline constexpr std::int64_t latest_ms = 10'000'000'000'000;

struct SimulationOptions {
  std::uint64_t seed = 0;
  std::uint32_t user_count = 0;
  std::uint32_t first_user_id = 1;
  std::int64_t start_ms = 0;               ///< since 1970, UTC
  std::int64_t end_ms = never_ms;          ///< exclusive; latest_ms at most counts
  std::uint64_t event_limit = UINT64_MAX;  ///< the simulation ends with this many events
  double growth_rate = 0, attrition_rate = 0;
  std::string tag;
  DirtRates dirt;
  unsigned thread_count = 1;
  std::int64_t longest_window_ms = never_ms;  ///< simulated time between two calls of the sink
};

/// Takes what a simulation writes, in the order of time. One thread.
class Sink {
 public:
  virtual ~Sink() = default;
  /// Lines of the UTC day `day` (since 1970), each with a line end. May keep the text and leave
  /// another to be overwritten in its place.
  virtual void deliver(std::int64_t day, DeliveredText& text) = 0;
  /// Everything before `time_ms` has been delivered; `events` so far.
  virtual void reached(std::int64_t time_ms, std::uint64_t events) = 0;
};

/// Runs users through the site and writes what they do.
///
/// Time goes on in windows of some hundred thousand events: every user is moved to the window's
/// end, then the window's events are sorted, numbered and written. A window that turns out to hold
/// too many is done again, shorter. Each user draws from a stream of its own, so the bytes do not
/// depend on the number of threads.
///
/// Memory: about 1 KiB a user and at most 300 MiB for the window and its text, whatever the number
/// of events.
class Simulation {
 public:
  /// Borrows site and catalogue.
  Simulation(const site::Site& site, const site::Catalogue& catalogue,
             const SimulationOptions& options);

  /// Runs to the end, until every user is gone and none will come, or until `stop` is true; that
  /// ends it well when `may_stop`, and throws interrupted otherwise. Throws usage (more users or
  /// sessions than have an id) and what the sink throws.
  void run(Sink& sink, const std::atomic<bool>& stop, bool may_stop);

  std::uint64_t event_count() const { return event_count_; }
  std::int64_t time_ms() const { return time_ms_; }
  std::size_t user_count() const { return population_.users.size(); }
  /// What was generated, and what a correct warehouse holds of it. Valid after run().
  const Tally& generated() const { return generated_; }
  const Tally& delivered() const { return delivered_; }
  /// Records by what is wrong with them; indexed by Dirt.
  const std::array<std::uint64_t, dirt_count>& dirt_counts() const { return dirt_counts_; }

 private:
  static constexpr std::size_t slice_count = 64;  ///< parts of a window, by time
  /// Users simulated by one thread at a time, and what they did in a window.
  struct Chunk {
    std::size_t first_user = 0, end_user = 0;
    std::array<std::vector<Event>, slice_count> slices;
    std::vector<std::pair<std::size_t, User>> before;  ///< who did something, as they were
  };
  struct Window {
    std::int64_t begin_ms = 0, end_ms = 0;
    std::size_t slice_of(std::int64_t time_ms) const;
  };
  /// Tallies of one thread.
  struct Counts {
    Tally generated, delivered;
    std::array<std::uint64_t, dirt_count> dirt{};
  };

  void settle(const std::atomic<bool>& stop);
  unsigned threads_for(std::uint64_t events) const;
  bool is_deserted() const;
  Window next_window() const;
  void divide_users();
  void simulate(Window& window);
  void simulate(Chunk& chunk, const Window& window);
  void undo(Chunk& chunk);
  void settle_newcomers(std::size_t first_user);
  Dirt draw_dirt(const User& user, const Event& event) const;
  void apply_limit();
  void note_registration(const Event& event);
  void tally(const Chunk& chunk, Counts& counts);
  void sort_slice(std::size_t number);
  void order_events();
  void number_sessions();
  void write_window(const Window& window, Sink& sink);

  const site::Site& site_;
  const site::Catalogue& catalogue_;
  SimulationOptions options_;
  Population population_;
  Behaviour behaviour_;
  Lines lines_;
  std::vector<Chunk> chunks_;
  std::array<std::vector<Event>, slice_count> sorted_;
  std::array<DeliveredText, slice_count> texts_;
  std::vector<Counts> counts_;  ///< by thread
  Tally generated_, delivered_;
  std::array<std::uint64_t, dirt_count> dirt_counts_{};
  std::array<double, dirt_count> dirt_thresholds_{};  ///< running sums of the rates
  std::uint32_t last_session_id_ = 0;
  std::atomic<std::uint64_t> window_event_count_ = 0;  ///< before the limit cut them
  std::uint64_t event_count_ = 0;
  std::int64_t time_ms_ = 0;
  std::int64_t window_ms_ = 0;  ///< length of the next window, by how dense the last one was
};

}  // namespace sparkify::simulate
