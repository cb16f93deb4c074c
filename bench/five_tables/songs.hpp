#pragma once

#include <cstdint>
#include <deque>
#include <string>
#include <string_view>
#include <vector>

namespace sparkify::bench {

/// The catalogue by what a play is linked with: title, artist's name and duration, all equal. Of
/// several such songs the first counts.
/// Threads: any number may look up, once nobody adds.
class SongIndex {
 public:
  struct Song {
    std::string title, artist_name;
    double duration = 0;
    std::string song_id, artist_id;
  };
  void add(Song song);

  /// Asks the processor for what find() will need: memory is slower than the rest of it.
  void prefetch(double duration) const { __builtin_prefetch(&slot(place(duration))); }
  /// Null when the catalogue has no such song. The song lives as long as the index.
  const Song* find(std::string_view title, std::string_view artist_name, double duration) const;

 private:
  /// Open addressing by duration, which few songs share: a slot that is taken leads on to the next.
  struct Slot {
    double duration = 0;
    const Song* song = nullptr;
  };
  static std::size_t place(double duration);
  const Slot& slot(std::size_t at) const { return slots_[at & (slots_.size() - 1)]; }
  void put(Slot slot);

  std::deque<Song> songs_;
  std::vector<Slot> slots_ = std::vector<Slot>(1 << 10);  ///< a power of two, at most half full
};

}  // namespace sparkify::bench
