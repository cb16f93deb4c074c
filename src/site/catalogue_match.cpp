#include "site/catalogue_match.hpp"

#include <functional>

namespace sparkify::site {

std::size_t SongIndex::Hash::operator()(const Heard& heard) const {
  constexpr std::size_t factor = 0x9E3779B97F4A7C15;
  std::size_t hash = std::hash<std::string_view>()(heard.title);
  hash = hash * factor + std::hash<std::string_view>()(heard.artist);
  return hash * factor + std::hash<double>()(heard.length_seconds);
}

SongIndex::SongIndex(std::span<const Song> songs) {
  artists_.reserve(songs.size());
  titles_.reserve(songs.size());
  songs_.reserve(songs.size());
  for (const Song& song : songs) {
    if (song.artist_name.empty()) continue;
    artists_.insert(song.artist_name);
    if (song.title.empty()) continue;
    titles_.insert({song.title, song.artist_name, 0});
    if (song.duration_seconds) {
      songs_.insert({song.title, song.artist_name, *song.duration_seconds});
    }
  }
}

Match SongIndex::match(std::string_view title, std::string_view artist,
                       double length_seconds) const {
  if (!has_artist(artist)) return Match::none;
  if (!titles_.contains({title, artist, 0})) return Match::artist;
  bool is_exact = songs_.contains({title, artist, length_seconds});
  return is_exact ? Match::title_artist_duration : Match::title_artist;
}

}  // namespace sparkify::site
