#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <unordered_set>
#include <vector>

#include "site/catalogue.hpp"

namespace sparkify::site {

/// What a catalogue draws at random, each from a stream of its own: other marks or shares leave
/// the songs as they are.
enum class CatalogueStream : std::uint64_t { songs, order, marks, tracks, unknown, ranks };
inline Random catalogue_random(std::uint64_t seed, CatalogueStream stream) {
  constexpr std::uint64_t first = std::uint64_t{1} << 62;  // users have those below
  return {seed, first + static_cast<std::uint64_t>(stream)};
}

/// Makes names and titles up, from assets/simulate/words.txt and artist_places.txt. About one in
/// eight pairs of artist and title has a letter that is not ASCII.
class Muse {
 public:
  using Names = std::unordered_set<std::string>;
  struct Location {
    std::string_view name;
    double latitude, longitude;
  };

  Muse();

  /// An artist's name that is not in `taken`, to which it is added.
  std::string artist(Random& random, Names& taken) const;
  /// Titles repeat. Those of an artist with a name that is not ASCII are more often not ASCII.
  std::string title(Random& random, std::string_view artist) const;
  const Location& location(Random& random) const;

 private:
  using Words = std::vector<std::string_view>;

  std::string plain_artist(Random& random) const;
  std::string person(Random& random) const;
  std::string accented_artist(Random& random) const;
  std::string plain_title(Random& random) const;
  std::string odd_title(Random& random) const;
  std::string accented_title(Random& random) const;
  std::string compound(Random& random) const;

  Words adjectives_, nouns_, plurals_, first_names_, last_names_, heads_, tails_, verbs_, doings_,
      styles_, accented_first_names_, accented_last_names_, accented_words_;
  std::vector<Location> locations_;
};

/// How long a song is: 230 seconds in the mean, 30 to 1500, with five digits after the point.
double draw_duration(Random& random);
/// How many songs an artist has: 1 or more, few have many, 2.2 in the mean.
std::uint32_t draw_song_count(Random& random);

/// Songs as invent_catalogue gives them, marks included.
std::vector<Song> invent_songs(const CatalogueOptions& options, const Muse& muse);

}  // namespace sparkify::site
