#include "site/catalogue_invent.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <cmath>
#include <map>
#include <utility>

#include "base/assets.hpp"
#include "base/text.hpp"

namespace sparkify::site {
namespace {

template <typename Item>
const Item& pick(const std::vector<Item>& items, Random& random) {
  return items[random.below(static_cast<std::uint32_t>(items.size()))];
}

/// The lists of words.txt by the names in brackets.
std::map<std::string_view, std::vector<std::string_view>> read_words() {
  std::map<std::string_view, std::vector<std::string_view>> lists;
  std::vector<std::string_view>* list = nullptr;
  for (std::string_view line : base::asset_lines("assets/simulate/words.txt")) {
    if (line.front() == '[') {
      list = &lists[line.substr(1, line.size() - 2)];
    } else {
      for (std::string_view word : base::split_words(line)) list->push_back(word);
    }
  }
  return lists;
}

double to_degrees(std::string_view text) {
  double degrees = 0;
  std::from_chars(text.data(), text.data() + text.size(), degrees);
  return degrees;
}

/// `Name|latitude|longitude`.
std::vector<Muse::Location> read_locations() {
  std::vector<Muse::Location> locations;
  for (std::string_view line : base::asset_lines("assets/simulate/artist_places.txt")) {
    std::size_t first = line.find('|'), second = line.rfind('|');
    locations.push_back({line.substr(0, first),
                         to_degrees(line.substr(first + 1, second - first - 1)),
                         to_degrees(line.substr(second + 1))});
  }
  return locations;
}

}  // namespace

Muse::Muse() : locations_(read_locations()) {
  auto lists = read_words();
  adjectives_ = lists.at("adjectives");
  nouns_ = lists.at("nouns");
  plurals_ = lists.at("plurals");
  first_names_ = lists.at("first-names");
  last_names_ = lists.at("last-names");
  heads_ = lists.at("heads");
  tails_ = lists.at("tails");
  verbs_ = lists.at("verbs");
  doings_ = lists.at("doings");
  styles_ = lists.at("styles");
  accented_first_names_ = lists.at("accented-first-names");
  accented_last_names_ = lists.at("accented-last-names");
  accented_words_ = lists.at("accented-words");
}

std::string Muse::artist(Random& random, Names& taken) const {
  bool is_accented = random.chance(0.085);
  for (std::uint32_t attempt = 0;; ++attempt) {
    std::string name = is_accented ? accented_artist(random) : plain_artist(random);
    // Names run short in a large catalogue: longer ones, then numbered ones.
    if (attempt >= 3)
      name += fmt::format(" & The {} {}", pick(adjectives_, random), pick(plurals_, random));
    if (attempt >= 9) name += fmt::format(" {}", random.below(1'000'000));
    if (taken.insert(name).second) return name;
  }
}

std::string Muse::plain_artist(Random& random) const {
  switch (random.below(16)) {
    case 0:
    case 1:
    case 2:
      return fmt::format("The {} {}", pick(adjectives_, random), pick(plurals_, random));
    case 3:
      return fmt::format("The {}", pick(plurals_, random));
    case 4:
      return fmt::format("{} {}", pick(adjectives_, random), pick(nouns_, random));
    case 5:
      return fmt::format("{} & {}", pick(first_names_, random), pick(first_names_, random));
    case 6:
      return fmt::format("{} & The {}", person(random), pick(plurals_, random));
    case 7:
      return fmt::format("DJ {}",
                         random.chance(0.5) ? std::string(pick(nouns_, random)) : compound(random));
    case 8:
    case 9:
      return compound(random);
    case 10:
      return fmt::format("{} {}", person(random), pick(styles_, random));
    case 11:
      return fmt::format("{} {}", pick(nouns_, random), pick(plurals_, random));
    default:
      return person(random);
  }
}

std::string Muse::person(Random& random) const {
  std::string_view first = pick(first_names_, random), last = pick(last_names_, random);
  if (random.chance(0.8)) return fmt::format("{} {}", first, last);
  return fmt::format("{} {}. {}", first, static_cast<char>('A' + random.below(26)), last);
}

std::string Muse::accented_artist(Random& random) const {
  switch (random.below(6)) {
    case 0:
      return fmt::format("{} {}", pick(accented_first_names_, random),
                         pick(accented_last_names_, random));
    case 1:
      return fmt::format("{} {}", pick(accented_first_names_, random), pick(last_names_, random));
    case 2:
      return fmt::format("{} {}", pick(accented_words_, random), pick(nouns_, random));
    case 3:
      return std::string(pick(accented_words_, random));
    default:
      return fmt::format("{} {}", pick(first_names_, random), pick(accented_last_names_, random));
  }
}

/// One word of two.
std::string Muse::compound(Random& random) const {
  return fmt::format("{}{}", pick(heads_, random), pick(tails_, random));
}

std::string Muse::title(Random& random, std::string_view artist) const {
  if (random.chance(base::is_ascii(artist) ? 0.035 : 0.35)) return accented_title(random);
  std::string title = random.chance(0.06) ? odd_title(random) : plain_title(random);
  if (random.chance(0.93)) return title;
  static const std::vector<std::string_view> editions = {
      "Album Version", "Live",       "Remix",        "Radio Edit",      "Acoustic",
      "Demo",          "LP Version", "Instrumental", "Digital Remaster"};
  return fmt::format("{} ({})", title, pick(editions, random));
}

std::string Muse::plain_title(Random& random) const {
  switch (random.below(12)) {
    case 0:
      return std::string(pick(nouns_, random));
    case 1:
      return fmt::format("The {}", pick(nouns_, random));
    case 2:
    case 3:
      return fmt::format("{} {}", pick(adjectives_, random), pick(nouns_, random));
    case 4:
    case 5:
      return fmt::format("{} The {}", pick(doings_, random), pick(nouns_, random));
    case 6:
      return fmt::format("{} Of The {}", pick(nouns_, random), pick(plurals_, random));
    case 7:
      return fmt::format("Don't {} My {}", pick(verbs_, random), pick(nouns_, random));
    case 8:
      return fmt::format("{} Me, {}", pick(verbs_, random), pick(first_names_, random));
    case 9:
      return fmt::format("{} {} {}", pick(doings_, random), pick(adjectives_, random),
                         pick(plurals_, random));
    case 10:
      return fmt::format("{} And {}", pick(nouns_, random), pick(nouns_, random));
    default:
      return fmt::format("Your {} {}", pick(adjectives_, random), pick(nouns_, random));
  }
}

/// With what is rare in titles and breaks careless readers: digits only, quotes, slashes.
std::string Muse::odd_title(Random& random) const {
  switch (random.below(5)) {
    case 0:
      return fmt::format("{}", 1900 + random.below(120));
    case 1:
      return fmt::format("{}", 1 + random.below(1000));
    case 2:
      return fmt::format("{} / {}", pick(nouns_, random), pick(nouns_, random));
    case 3:
      return fmt::format("Theme From \"{} {}\"", pick(adjectives_, random), pick(nouns_, random));
    default:
      return fmt::format("{} #{}", pick(nouns_, random), 1 + random.below(20));
  }
}

std::string Muse::accented_title(Random& random) const {
  std::string_view word = pick(accented_words_, random);
  switch (random.below(4)) {
    case 0:
      return std::string(word);
    case 1:
      return fmt::format("{} {}", pick(adjectives_, random), word);
    case 2:
      return fmt::format("{} ({})", word, pick(nouns_, random));
    default:
      return fmt::format("{} {}", word, pick(accented_words_, random));
  }
}

const Muse::Location& Muse::location(Random& random) const { return pick(locations_, random); }

double draw_duration(Random& random) {
  for (;;) {
    double seconds = random.lognormal(230, 0.4);
    if (seconds >= 30 && seconds <= 1500) return std::round(seconds * 1e5) / 1e5;
  }
}

std::uint32_t draw_song_count(Random& random) {
  // A power law: P(count >= k) = k^-1.6, up to 100.
  double count = std::pow(1 - random.uniform(), -1 / 1.6);
  return static_cast<std::uint32_t>(std::min(count, 100.0));
}

namespace {

/// Spreads an index over 32 bits, one to one: every step can be undone.
std::uint32_t scatter(std::uint32_t index) {
  index = (index ^ (index >> 16)) * 0x7FEB352D;
  index = (index ^ (index >> 15)) * 0x846CA68B;
  return index ^ (index >> 16);
}

std::string letters(std::uint32_t number, int count, std::string_view alphabet) {
  std::string text(static_cast<std::size_t>(count), ' ');
  for (auto letter = text.rbegin(); letter != text.rend(); ++letter) {
    *letter = alphabet[number % alphabet.size()];
    number /= static_cast<std::uint32_t>(alphabet.size());
  }
  return text;
}

constexpr std::string_view capitals = "ABCDEFGHIJKLMNOPQRSTUVWXYZ";
constexpr std::string_view capitals_and_digits = "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789";

// Ids look like the Million Song Dataset's. What makes them unique are the last eight digits: the
// index, scattered by the seed's key.

std::uint32_t draw_bits(Random& random) { return static_cast<std::uint32_t>(random.next() >> 32); }

std::string artist_id(std::uint32_t index, std::uint32_t key, Random& random) {
  std::uint32_t number = draw_bits(random);
  return fmt::format("AR{}118{:08X}", letters(number, 5, capitals_and_digits),
                     scatter(index ^ key));
}

std::string song_id(std::uint32_t index, std::uint32_t key, Random& random) {
  std::uint32_t number = draw_bits(random);
  return fmt::format("SO{}12A{:08X}", letters(number, 5, capitals), scatter(index ^ key));
}

/// Folders fill up one after another, about as full as the real ones.
std::string track_id(std::uint32_t index, std::uint32_t key, Random& random) {
  constexpr std::uint32_t songs_per_folder = 57;
  return fmt::format("TR{}{}128{:08X}", letters(index / songs_per_folder, 3, capitals),
                     letters(random.below(26 * 26), 2, capitals), scatter(index ^ key));
}

/// Ranges over 1955 to 2018, more often late than early; 0 is unknown.
int draw_year(Random& random) {
  if (random.chance(0.45)) return 0;
  return 1955 + static_cast<int>(64 * std::cbrt(random.uniform()));
}

class SongInventor {
 public:
  SongInventor(const CatalogueOptions& options, const Muse& muse)
      : options_(options),
        muse_(muse),
        random_(catalogue_random(options.seed, CatalogueStream::songs)),
        artist_key_(draw_bits(random_)) {}

  std::vector<Song> invent() {
    songs_.reserve(options_.song_count);
    while (songs_.size() < options_.song_count) add_artist();
    Random random = catalogue_random(options_.seed, CatalogueStream::order);
    for (auto left = static_cast<std::uint32_t>(songs_.size()); left > 1; --left) {
      std::swap(songs_[left - 1], songs_[random.below(left)]);
    }
    std::uint32_t song_key = draw_bits(random), track_key = draw_bits(random);
    for (std::uint32_t i = 0; i < songs_.size(); ++i) {
      songs_[i].song_id = song_id(i, song_key, random);
      songs_[i].track_id = track_id(i, track_key, random);
    }
    return std::move(songs_);
  }

 private:
  void add_artist() {
    Song artist;
    artist.artist_id = artist_id(artist_count_++, artist_key_, random_);
    std::vector<std::string> credits = invent_credits();
    if (random_.chance(0.6)) {
      const Muse::Location& location = muse_.location(random_);
      artist.artist_location = location.name;
      if (random_.chance(0.5)) {
        artist.artist_latitude = location.latitude;
        artist.artist_longitude = location.longitude;
      }
    }
    std::size_t first = songs_.size();
    std::size_t count = std::max<std::size_t>(draw_song_count(random_), credits.size());
    count = std::min(count, options_.song_count - first);
    for (std::size_t i = 0; i < count; ++i) {
      Song& song = songs_.emplace_back(artist);
      song.artist_name = credits[i % credits.size()];
      song.title = muse_.title(random_, song.artist_name);
      song.duration_seconds = draw_duration(random_);
      song.year = draw_year(random_);
      if (i >= credits.size() && random_.chance(0.02)) repeat_title(song, first, i);
    }
  }

  /// Gives a song title and name of one of its artist's `count` songs before it, of another length.
  void repeat_title(Song& song, std::size_t first, std::size_t count) {
    const Song& other = songs_[first + random_.below(static_cast<std::uint32_t>(count))];
    song.title = other.title;
    song.artist_name = other.artist_name;
    while (song.duration_seconds == other.duration_seconds) {
      song.duration_seconds = draw_duration(random_);
    }
  }

  /// The names an artist is credited by.
  std::vector<std::string> invent_credits() {
    std::vector<std::string> credits = {muse_.artist(random_, names_)};
    if (!random_.chance(options_.several_names_rate)) return credits;
    std::size_t count = 2 + random_.below(2);
    while (credits.size() < count) {
      Muse::Names guests = {credits.front()};
      std::string guest = muse_.artist(random_, guests);
      std::string_view link = random_.chance(0.5) ? " / " : " feat. ";
      std::string name = fmt::format("{}{}{}", credits.front(), link, guest);
      if (names_.insert(name).second) credits.push_back(name);
    }
    return credits;
  }

  const CatalogueOptions& options_;
  const Muse& muse_;
  Random random_;
  std::uint32_t artist_key_;
  Muse::Names names_;
  std::uint32_t artist_count_ = 0;
  std::vector<Song> songs_;
};

}  // namespace

std::vector<Song> invent_songs(const CatalogueOptions& options, const Muse& muse) {
  std::vector<Song> songs = SongInventor(options, muse).invent();
  Random random = catalogue_random(options.seed, CatalogueStream::marks);
  for (Song& song : songs) {
    song.is_late = random.chance(options.late_song_rate);
    song.is_repeated = random.chance(options.repeated_song_rate);
  }
  return songs;
}

}  // namespace sparkify::site
