#include "five_tables/songs.hpp"

#include <bit>
#include <functional>
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
  put({key(kept.title, kept.artist_name, kept.duration), &kept});
}

void SongIndex::put(Slot slot) {
  std::size_t at = slot.key;
  while (slots_[at & (slots_.size() - 1)].song != nullptr) ++at;
  slots_[at & (slots_.size() - 1)] = slot;
}

const SongIndex::Song* SongIndex::find(std::string_view title, std::string_view artist_name,
                                       double duration) const {
  std::uint64_t wanted = key(title, artist_name, duration);
  for (std::size_t at = wanted;; ++at) {
    const Slot& slot = slots_[at & (slots_.size() - 1)];
    if (slot.song == nullptr) return nullptr;
    if (slot.key == wanted && slot.song->duration == duration && slot.song->title == title &&
        slot.song->artist_name == artist_name) {
      return slot.song;
    }
  }
}

std::uint64_t SongIndex::key(std::string_view title, std::string_view artist_name,
                             double duration) {
  constexpr std::uint64_t mixer = 0x9E3779B97F4A7C15;
  std::hash<std::string_view> hash;
  std::uint64_t mixed = hash(title) * mixer ^ hash(artist_name);
  mixed = (mixed ^ std::bit_cast<std::uint64_t>(duration)) * mixer;
  return mixed ^ mixed >> 32;
}

}  // namespace sparkify::bench
