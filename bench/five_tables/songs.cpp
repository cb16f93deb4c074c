#include "five_tables/songs.hpp"

#include <bit>
#include <utility>

namespace sparkify::bench {

void SongIndex::add(Song song) {
  if (find(song.title, song.artist_name, song.duration) != nullptr) return;
  const Song& kept = songs_.emplace_back(std::move(song));
  if (2 * songs_.size() > slots_.size()) {
    std::vector<Slot> old(2 * slots_.size());
    old.swap(slots_);
    for (const Slot& slot : old) {
      if (slot.song != nullptr) put(slot);
    }
  }
  put({kept.duration, &kept});
}

void SongIndex::put(Slot slot) {
  std::size_t at = place(slot.duration);
  while (this->slot(at).song != nullptr) ++at;
  slots_[at & (slots_.size() - 1)] = slot;
}

const SongIndex::Song* SongIndex::find(std::string_view title, std::string_view artist_name,
                                       double duration) const {
  for (std::size_t at = place(duration);; ++at) {
    const Slot& slot = this->slot(at);
    if (slot.song == nullptr) return nullptr;
    if (slot.duration == duration && slot.song->title == title &&
        slot.song->artist_name == artist_name) {
      return slot.song;
    }
  }
}

std::size_t SongIndex::place(double duration) {
  std::uint64_t mixed = std::bit_cast<std::uint64_t>(duration) * 0x9E3779B97F4A7C15;
  return mixed >> 32;
}

}  // namespace sparkify::bench
