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
  /// Null when the catalogue has no such song. The song lives as long as the index.
  const Song* find(std::string_view title, std::string_view artist_name, double duration) const;

 private:
  /// Open addressing: a slot that is taken leads on to the next one.
  struct Slot {
    std::uint64_t key = 0;
    const Song* song = nullptr;
  };
  static std::uint64_t key(std::string_view title, std::string_view artist_name, double duration);
  void put(Slot slot);

  std::deque<Song> songs_;
  std::vector<Slot> slots_ = std::vector<Slot>(1 << 10);  ///< a power of two, at most half full
};

}  // namespace sparkify::bench
