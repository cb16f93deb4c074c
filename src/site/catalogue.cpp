#include "site/catalogue.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cassert>
#include <charconv>
#include <cmath>
#include <span>
#include <tuple>
#include <unordered_map>
#include <utility>

#include "base/error.hpp"
#include "base/text.hpp"
#include "event/reader.hpp"
#include "site/catalogue_invent.hpp"
#include "site/catalogue_match.hpp"

namespace sparkify::site {
namespace {

using base::Error;
using base::ErrorKind;

/// Takes the first code point off valid UTF-8.
std::uint32_t take_code_point(std::string_view& utf8) {
  auto byte = [&utf8](std::size_t i) { return static_cast<unsigned char>(utf8[i]); };
  std::size_t size = byte(0) < 0x80 ? 1 : byte(0) < 0xE0 ? 2 : byte(0) < 0xF0 ? 3 : 4;
  std::uint32_t code_point = size == 1 ? byte(0) : byte(0) & (0x7Fu >> size);
  for (std::size_t i = 1; i < size; ++i) code_point = code_point << 6 | (byte(i) & 0x3F);
  utf8.remove_prefix(size);
  return code_point;
}

void append_escaped(std::string& json, std::uint32_t code_point) {
  constexpr std::string_view plain = "\b\f\n\r\t\"\\", letters = "bfnrt\"\\";
  std::size_t short_form =
      code_point < 0x80 ? plain.find(static_cast<char>(code_point)) : plain.npos;
  if (short_form != plain.npos) {
    json += {'\\', letters[short_form]};
  } else if (code_point >= 0x20 && code_point < 0x80) {
    json += static_cast<char>(code_point);
  } else if (code_point < 0x10000) {
    json += fmt::format("\\u{:04x}", code_point);
  } else {
    std::uint32_t rest = code_point - 0x10000;
    json += fmt::format("\\u{:04x}\\u{:04x}", 0xD800 + (rest >> 10), 0xDC00 + (rest & 0x3FF));
  }
}

/// A JSON string as Python's json writes it.
std::string file_json(std::string_view utf8) {
  std::string json = "\"";
  while (!utf8.empty()) append_escaped(json, take_code_point(utf8));
  return json + '"';
}

/// Text of digits only becomes a number, as the real files have it: `"title": 1986`.
std::string text_or_number(const std::string& text) {
  bool is_number = !text.empty() && text.size() <= 9 && (text[0] != '0' || text == "0") &&
                   text.find_first_not_of("0123456789") == std::string::npos;
  return is_number ? text : file_json(text);
}

/// The shortest text that reads back as the same number, with a point.
std::string real_json(double number) {
  std::array<char, 512> buffer;
  auto end = std::to_chars(buffer.begin(), buffer.end(), number, std::chars_format::fixed).ptr;
  std::string json(buffer.begin(), end);
  if (json.find('.') == std::string::npos) json += ".0";
  return json;
}

std::string real_json(const std::optional<double>& number) {
  return number ? real_json(*number) : "null";
}

/// The text as a program shows it that takes each byte of its UTF-8 for a character of Latin-1.
std::string damaged(std::string_view utf8) {
  std::string text;
  for (char signed_byte : utf8) {
    auto byte = static_cast<unsigned char>(signed_byte);
    if (byte < 0x80) {
      text += signed_byte;
    } else {
      text += static_cast<char>(0xC0 | byte >> 6);
      text += static_cast<char>(0x80 | (byte & 0x3F));
    }
  }
  return text;
}

/// Makes what can be heard of a catalogue's songs, and how often it is.
class TrackMaker {
 public:
  TrackMaker(Catalogue& catalogue, const CatalogueOptions& options, const Muse& muse)
      : catalogue_(catalogue), options_(options), muse_(muse), index_(catalogue.songs) {}

  void make() {
    add_known();
    std::size_t known_count = tracks_.size();
    add_unknown(count_unknown());
    Random ranks = catalogue_random(options_.seed, CatalogueStream::ranks);
    add_weights(known_count, 1 - options_.unknown_share, ranks);
    add_weights(tracks_.size() - known_count, options_.unknown_share, ranks);
    if (options_.double_encoded_rate > 0) add_damaged();
    for (Track& track : tracks_) {
      track.match = match(track);
      track.artist_json = event_json(track.artist);
      track.title_json = event_json(track.title);
      track.length_json = real_json(track.length_seconds);
    }
    catalogue_.popularity = Choice(weights_);
  }

 private:
  static constexpr double exact_share = 0.85, other_length_share = 0.10;

  Match match(const Track& track) const {
    return index_.match(track.title, track.artist, track.length_seconds);
  }

  /// One for each song: the song itself, another edit of it, or another song of its artist.
  void add_known() {
    Random random = catalogue_random(options_.seed, CatalogueStream::tracks);
    for (const Song& song : catalogue_.songs) {
      if (song.title.empty() || song.artist_name.empty()) continue;
      double kind = random.uniform();
      Track track;
      track.title = song.title;
      track.artist = song.artist_name;
      if (kind < exact_share && can_be_played(song)) {
        track.length_seconds = *song.duration_seconds;
      } else if (kind < exact_share + other_length_share) {
        set_other_length(track, song, random);
      } else {
        set_other_title(track, random);
      }
      tracks_.push_back(std::move(track));
    }
  }

  /// Delivered songs may claim any duration.
  static bool can_be_played(const Song& song) {
    return song.duration_seconds && *song.duration_seconds >= 1 && *song.duration_seconds <= 86400;
  }

  void set_other_length(Track& track, const Song& song, Random& random) const {
    do {
      double factor = 0.7 + 0.6 * random.uniform();
      track.length_seconds = can_be_played(song)
                                 ? std::round(*song.duration_seconds * factor * 1e5) / 1e5
                                 : draw_duration(random);
    } while (match(track) == Match::title_artist_duration);
  }

  void set_other_title(Track& track, Random& random) const {
    track.length_seconds = draw_duration(random);
    for (int attempt = 0; attempt == 0 || match(track) != Match::artist; ++attempt) {
      track.title = muse_.title(random, track.artist);
      // An artist may have used up all titles there are.
      if (attempt > 100) track.title += fmt::format(" ({})", attempt);
    }
  }

  /// As many as popularity of one tail for all would give, within reason.
  std::size_t count_unknown() const {
    double song_count = static_cast<double>(catalogue_.songs.size());
    double wanted = song_count * options_.unknown_share / (1 - options_.unknown_share);
    return static_cast<std::size_t>(std::min(std::ceil(wanted), std::max(song_count, 50'000.0)));
  }

  void add_unknown(std::size_t count) {
    Random random = catalogue_random(options_.seed, CatalogueStream::unknown);
    Muse::Names names;
    for (std::size_t end = tracks_.size() + count; tracks_.size() < end;) {
      std::string artist = muse_.artist(random, names);
      if (index_.has_artist(artist)) continue;
      for (auto left = draw_song_count(random); left > 0 && tracks_.size() < end; --left) {
        Track& track = tracks_.emplace_back();
        track.artist = artist;
        track.title = muse_.title(random, artist);
        track.length_seconds = draw_duration(random);
      }
    }
  }

  /// Gives the next `count` tracks their weights, `share` in sum: ranks in random order.
  void add_weights(std::size_t count, double share, Random& random) {
    std::size_t first = weights_.size();
    double sum = 0;
    for (std::size_t rank = 1; rank <= count; ++rank) sum += 1 / static_cast<double>(rank + 10);
    for (std::size_t rank = 1; rank <= count; ++rank) {
      weights_.push_back(share / sum / static_cast<double>(rank + 10));
    }
    for (auto left = static_cast<std::uint32_t>(count); left > 1; --left) {
      std::swap(weights_[first + left - 1], weights_[first + random.below(left)]);
    }
  }

  /// Adds the damaged twin of each track that is not ASCII, but none that no warehouse could take.
  void add_damaged() {
    constexpr std::size_t max_bytes = 1024;
    for (std::size_t i = 0, count = tracks_.size(); i < count; ++i) {
      if (base::is_ascii(tracks_[i].title) && base::is_ascii(tracks_[i].artist)) continue;
      Track twin = tracks_[i];
      twin.title = damaged(twin.title);
      twin.artist = damaged(twin.artist);
      if (twin.title.size() > max_bytes || twin.artist.size() > max_bytes) continue;
      tracks_.push_back(std::move(twin));
      weights_.push_back(weights_[i] * options_.double_encoded_rate);
      weights_[i] *= 1 - options_.double_encoded_rate;
    }
  }

  Catalogue& catalogue_;
  const CatalogueOptions& options_;
  const Muse& muse_;
  SongIndex index_;
  std::vector<Track>& tracks_ = catalogue_.tracks;
  std::vector<double> weights_;  ///< of the tracks
};

constexpr std::size_t column(std::string_view name) {
  std::size_t i = 0;
  while (event::song_columns[i].name != name) ++i;
  return i;
}

event::FileKind kind_of(const base::ObjectStore& store, const std::string& path) {
  return store.is_far(path) ? event::object_kind(path) : event::file_kind(path);
}

/// Reads songs from files; of several with one song_id it keeps the greatest.
class SongReader {
 public:
  void read(base::ObjectStore& store, const base::ObjectEntry& entry) {
    event::Compression compression = kind_of(store, entry.path).compression;
    event::Piece piece =
        event::split(entry.size_bytes, compression, event::Framing::objects).front();
    auto object = store.open(entry);
    if (reader_) {
      reader_->reset(*object, entry, compression, piece);
    } else {
      reader_.emplace(*object, entry, compression, piece, mapping_);
    }
    constexpr std::size_t rows_per_batch = 2048;
    while (reader_->next(batch_, rows_per_batch)) {
      for (std::size_t row = 0; row < batch_.row_count; ++row) keep(take(row));
    }
    object->verify_unchanged();
  }

  std::vector<Song> finish() {
    std::vector<Song> songs;
    songs.reserve(records_.size());
    for (Record& record : records_) songs.push_back(std::move(record.song));
    return songs;
  }

 private:
  struct Record {
    Song song;
    std::optional<int> year;  ///< the song itself has 0 for NULL
  };

  std::string text(std::string_view name, std::size_t row) const {
    const event::Batch::Values& values = batch_.columns[column(name)];
    return values.is_null[row] ? std::string() : std::string(values.text[row]);
  }
  std::optional<double> real(std::string_view name, std::size_t row) const {
    const event::Batch::Values& values = batch_.columns[column(name)];
    if (values.is_null[row]) return std::nullopt;
    return values.real[row];
  }

  Record take(std::size_t row) const {
    Record record;
    Song& song = record.song;
    song.song_id = text("song_id", row);
    song.artist_id = text("artist_id", row);
    song.artist_name = text("artist_name", row);
    song.artist_location = text("artist_location", row);
    song.title = text("title", row);
    song.artist_latitude = real("artist_latitude", row);
    song.artist_longitude = real("artist_longitude", row);
    song.duration_seconds = real("duration", row);
    const event::Batch::Values& years = batch_.columns[column("year")];
    if (!years.is_null[row]) record.year = years.integer[row];
    song.year = record.year.value_or(0);
    return record;
  }

  /// The columns in the order of the table songs, each with NULL lowest.
  static bool is_less(const Record& left, const Record& right) {
    auto columns = [](const Record& record) {
      const Song& song = record.song;
      return std::tie(song.title, song.artist_id, record.year, song.duration_seconds,
                      song.artist_name, song.artist_location, song.artist_latitude,
                      song.artist_longitude);
    };
    return columns(left) < columns(right);
  }

  void keep(Record record) {
    auto [found, is_new] = places_.try_emplace(record.song.song_id, records_.size());
    if (is_new) {
      records_.push_back(std::move(record));
    } else if (is_less(records_[found->second], record)) {
      records_[found->second] = std::move(record);
    }
  }

  event::Mapping mapping_ = event::song_mapping();
  std::optional<event::Reader> reader_;  ///< made once: for many small files
  event::Batch batch_;
  std::vector<Record> records_;
  std::unordered_map<std::string, std::size_t> places_;  ///< by song_id
};

std::vector<Song> read_songs(base::ObjectStore& store, const std::string& folder) {
  auto expect = [&](std::span<const base::ObjectEntry> entries) {
    std::vector<base::ObjectEntry> readable;
    for (const base::ObjectEntry& entry : entries) {
      if (kind_of(store, entry.path).is_readable) readable.push_back(entry);
    }
    store.expect(readable);
  };
  base::Listing listing = store.list(folder, expect);
  for (const auto& passed : listing.passed_over) {
    if (!kind_of(store, passed.path).is_readable) continue;
    throw Error(ErrorKind::not_found, passed.reason)
        .at({passed.path, 0, 0, {}})
        .hint("remove it, or put the file it stands for in place");
  }
  SongReader reader;
  bool has_files = false;
  for (const base::ObjectEntry& entry : listing.objects) {
    if (!kind_of(store, entry.path).is_readable) continue;
    has_files = true;
    reader.read(store, entry);
  }
  if (!has_files) {
    throw Error(ErrorKind::not_found, "no songs to read here")
        .at({folder, 0, 0, {}})
        .hint("files are read whose names end in .json, .jsonl or .ndjson, plain, .gz or .zst");
  }
  return reader.finish();
}

}  // namespace

std::string_view name_of(Match match) {
  switch (match) {
    case Match::title_artist_duration:
      return "title+artist+duration";
    case Match::title_artist:
      return "title+artist";
    case Match::artist:
      return "artist";
    case Match::none:
      break;
  }
  return "none";
}

Catalogue invent_catalogue(const CatalogueOptions& options) {
  Muse muse;
  Catalogue catalogue;
  catalogue.songs = invent_songs(options, muse);
  for (const Song& song : catalogue.songs) {
    catalogue.late_songs += song.is_late;
    catalogue.repeated_songs += song.is_repeated;
  }
  TrackMaker(catalogue, options, muse).make();
  return catalogue;
}

Catalogue read_catalogue(base::ObjectStore& store, const std::string& folder,
                         const CatalogueOptions& options) {
  Catalogue catalogue;
  catalogue.songs = read_songs(store, folder);
  bool can_be_heard = std::any_of(
      catalogue.songs.begin(), catalogue.songs.end(),
      [](const Song& song) { return !song.title.empty() && !song.artist_name.empty(); });
  if (!can_be_heard) {
    throw Error(ErrorKind::bad_data, catalogue.songs.empty()
                                         ? "no file here holds a song"
                                         : "no song here has both title and artist_name")
        .at({folder, 0, 0, {}})
        .hint("give a folder with song files, one JSON object a song, or none to invent songs");
  }
  TrackMaker(catalogue, options, Muse()).make();
  return catalogue;
}

std::string song_file(const Song& song) {
  return fmt::format(
      R"({{"num_songs": 1, "artist_id": {}, "artist_latitude": {}, "artist_longitude": {}, )"
      R"("artist_location": {}, "artist_name": {}, "song_id": {}, "title": {}, "duration": {}, )"
      R"("year": {}}})",
      file_json(song.artist_id), real_json(song.artist_latitude), real_json(song.artist_longitude),
      file_json(song.artist_location), text_or_number(song.artist_name), file_json(song.song_id),
      text_or_number(song.title), real_json(song.duration_seconds), song.year);
}

std::string song_path(const Song& song) {
  const std::string& id = song.track_id;
  assert(id.size() > 4);
  return fmt::format("{}/{}/{}/{}.json", id[2], id[3], id[4], id);
}

std::string event_json(std::string_view utf8) {
  std::string json = "\"";
  while (!utf8.empty()) {
    if (utf8.front() == '/') json += '\\';
    append_escaped(json, take_code_point(utf8));
  }
  return json + '"';
}

}  // namespace sparkify::site
