#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/object_store.hpp"
#include "site/random.hpp"

namespace sparkify::site {

/// How a play finds its song, by the warehouse's rules (docs/warehouse.md), best first.
enum class Match : std::uint8_t { title_artist_duration, title_artist, artist, none };
inline constexpr int match_count = 4;
/// As the column match_method spells it: `title+artist`; `none` for NULL.
std::string_view name_of(Match match);

/// One song as its file says it. Empty text is NULL.
struct Song {
  std::string track_id;  ///< empty for a song that was read: its record has none
  std::string song_id, artist_id, artist_name, artist_location, title;
  std::optional<double> artist_latitude, artist_longitude;
  std::optional<double> duration_seconds;  ///< invented: five digits after the point at most
  int year = 0;                            ///< 0: unknown
  bool is_late = false;                    ///< its file arrives with the second delivery
  bool is_repeated = false;                ///< its record arrives a second time, in another file
};

/// What a listener can hear: a song of the catalogue, one that the catalogue lacks, or one whose
/// text was damaged on its way into the log.
struct Track {
  std::string title, artist;
  double length_seconds = 0;
  Match match = Match::none;  ///< once all songs have arrived; computed from title, artist, length
  // The same as an event line holds it.
  std::string artist_json;  ///< `"Bj\u00f6rk"`, with quotes
  std::string title_json;
  std::string length_json;  ///< `166.94812`
};

struct CatalogueOptions {
  std::uint64_t seed = 0;
  std::uint32_t song_count = 1000;
  double unknown_share = 0.3;      ///< of plays: songs the catalogue does not hold
  double late_song_rate = 0;       ///< of songs
  double repeated_song_rate = 0;   ///< of songs
  double several_names_rate = 0;   ///< of artists: credited under more than one name
  double double_encoded_rate = 0;  ///< of plays of a title or artist that is not ASCII: each byte
                                   ///< of its UTF-8 was taken for a character of Latin-1
};

/// The songs of the service and what is played of them.
///
/// Of each song that has title and artist one track is heard: most (85 %) as catalogued, others
/// (10 %) with another length, or (5 %) another title by that artist. Tracks beyond these are by
/// artists whom no song is credited to. Popularity has a long tail: among the known and among the
/// unknown, the track of rank k is played in proportion to 1 / (k + 10) (Zipf's law, flattened at
/// its head); ranks are random.
///
/// Memory: about 1 KiB for each song and 300 bytes for each track beyond it; unknown tracks are at
/// most 50,000, or as many as songs.
/// Source of the forms: the Million Song Dataset's subset (Bertin-Mahieux and others, 2011).
struct Catalogue {
  std::vector<Song> songs;    ///< each song_id once
  std::vector<Track> tracks;  ///< two may be alike
  Choice popularity;          ///< draws an index into tracks
  std::uint64_t repeated_songs = 0, late_songs = 0;
};

/// Invents artists and songs: the same for the same options. `song_count` is at least 1.
Catalogue invent_catalogue(const CatalogueOptions& options);

/// Takes the songs of the files below `folder`, of any form that `etl` loads; options.song_count
/// and the rates for songs and artists do not count. Records that `etl` would reject are passed
/// over; of several records with one song_id the greatest counts, as in the warehouse. A song whose
/// duration is NULL, below 1 second or above a day is heard at some other length.
/// Throws not_found (also: no file with a readable name), denied, unavailable, bad_data (no song
/// with title and artist_name in it, broken gzip or zstd).
Catalogue read_catalogue(base::ObjectStore& store, const std::string& folder,
                         const CatalogueOptions& options);

/// The song's file: one line of JSON as the Million Song Dataset's subset has it, without a line
/// end. A title or name of digits alone is written as a number, as there.
std::string song_file(const Song& song);
/// Where it lies: `A/B/C/TRABCxxx.json`. The song has a track_id.
std::string song_path(const Song& song);

/// A JSON string with quotes, as event logs write it: ASCII only, `\/` for a slash. The text is
/// valid UTF-8.
std::string event_json(std::string_view utf8);

}  // namespace sparkify::site
