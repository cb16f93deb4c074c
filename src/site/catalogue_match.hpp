#pragma once

#include <cstddef>
#include <optional>
#include <span>
#include <string_view>
#include <unordered_set>

#include "site/catalogue.hpp"

namespace sparkify::site {

/// Finds how well a catalogue knows what is heard: rule 2 of docs/warehouse.md, without the
/// warehouse's code. Text is equal when its bytes are; a song without a title or a name matches by
/// what it has.
///
/// Memory: about 150 bytes a song.
class SongIndex {
 public:
  /// Borrows the songs' text.
  explicit SongIndex(std::span<const Song> songs);

  Match match(std::string_view title, std::string_view artist, double length_seconds) const;
  bool has_artist(std::string_view name) const { return artists_.contains(name); }

 private:
  struct Heard {
    std::string_view title, artist;
    double length_seconds = 0;  ///< 0 where any will do
    bool operator==(const Heard&) const = default;
  };
  struct Hash {
    std::size_t operator()(const Heard& heard) const;
  };

  std::unordered_set<std::string_view> artists_;
  std::unordered_set<Heard, Hash> titles_, songs_;
};

}  // namespace sparkify::site
