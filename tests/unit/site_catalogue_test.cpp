#include "site/catalogue.hpp"

#include <gtest/gtest.h>
#include <unistd.h>

#include <algorithm>
#include <cmath>
#include <filesystem>
#include <fstream>
#include <functional>
#include <map>
#include <numeric>
#include <regex>
#include <set>

#include "base/disk_store.hpp"
#include "base/error.hpp"
#include "event_reading.hpp"
#include "site/catalogue_match.hpp"

namespace sparkify::site {
namespace {

namespace fs = std::filesystem;
using base::ErrorKind;

Catalogue invent(std::uint32_t song_count, CatalogueOptions options = {}) {
  options.song_count = song_count;
  return invent_catalogue(options);
}

bool is_ascii(const std::string& text) {
  return std::all_of(text.begin(), text.end(), [](char byte) { return (byte & 0x80) == 0; });
}

template <typename Items, typename Predicate>
double share(const Items& items, Predicate predicate) {
  return static_cast<double>(std::count_if(items.begin(), items.end(), predicate)) /
         static_cast<double>(items.size());
}

/// All there is to a song, to compare and to print.
std::string show(const Song& song) {
  return song.track_id + song_file(song) + (song.is_late ? " late" : "") +
         (song.is_repeated ? " repeated" : "");
}

std::vector<std::string> show_all(const Catalogue& catalogue) {
  std::vector<std::string> all;
  for (const Song& song : catalogue.songs) all.push_back(show(song));
  for (const Track& track : catalogue.tracks) {
    all.push_back(track.title_json + track.artist_json + track.length_json +
                  std::string(name_of(track.match)));
  }
  return all;
}

/// Rule 2 of docs/warehouse.md, song by song.
Match match_by_hand(const std::vector<Song>& songs, const Track& track) {
  Match best = Match::none;
  for (const Song& song : songs) {
    if (song.artist_name.empty() || song.artist_name != track.artist) continue;
    bool is_title = !song.title.empty() && song.title == track.title;
    bool is_length = song.duration_seconds && *song.duration_seconds == track.length_seconds;
    Match match = !is_title    ? Match::artist
                  : !is_length ? Match::title_artist
                               : Match::title_artist_duration;
    best = std::min(best, match);
  }
  return best;
}

TEST(Catalogue, IdsAreUniqueAndLookLikeTheRealOnes) {
  Catalogue catalogue = invent(30'000);
  std::set<std::string> songs, tracks;
  std::regex song("SO[A-Z]{5}12[0-9A-F]{9}"), track("TR[A-Z]{5}12[0-9A-F]{9}");
  std::regex artist("AR[A-Z0-9]{5}11[0-9A-F]{9}");
  for (const Song& each : catalogue.songs) {
    ASSERT_TRUE(std::regex_match(each.song_id, song)) << each.song_id;
    ASSERT_TRUE(std::regex_match(each.track_id, track)) << each.track_id;
    ASSERT_TRUE(std::regex_match(each.artist_id, artist)) << each.artist_id;
    songs.insert(each.song_id.substr(7));  // what makes it unique, without what is random
    tracks.insert(each.track_id.substr(7));
  }
  EXPECT_EQ(songs.size(), 30'000u);
  EXPECT_EQ(tracks.size(), 30'000u);
}

TEST(Catalogue, TheSameSeedGivesTheSameAndAnotherOneAnother) {
  CatalogueOptions options;
  options.seed = 5;
  options.several_names_rate = options.double_encoded_rate = options.late_song_rate = 0.2;
  auto first = show_all(invent(500, options));
  EXPECT_EQ(first, show_all(invent(500, options)));
  options.seed = 6;
  EXPECT_NE(first, show_all(invent(500, options)));
}

TEST(Catalogue, MarksAndSharesLeaveTheSongsAsTheyAre) {
  CatalogueOptions options;
  options.late_song_rate = options.repeated_song_rate = options.unknown_share = 0.9;
  Catalogue plain = invent(300), marked = invent(300, options);
  for (std::size_t i = 0; i < 300; ++i) {
    EXPECT_EQ(song_file(plain.songs[i]), song_file(marked.songs[i]));
  }
}

TEST(Catalogue, FieldsAreFilledAboutAsOftenAsInTheRealOne) {
  std::vector<Song> songs = invent(20'000).songs;
  ASSERT_EQ(songs.size(), 20'000u);
  // Five standard errors are 1.8 %; fields of an artist repeat, so they may stray twice as far.
  EXPECT_NEAR(share(songs, [](auto& song) { return song.year == 0; }), 0.45, 0.02);
  EXPECT_NEAR(share(songs, [](auto& song) { return song.artist_location.empty(); }), 0.4, 0.04);
  EXPECT_NEAR(share(songs, [](auto& song) { return song.artist_latitude.has_value(); }), 0.3, 0.04);
  auto has_accent = [](auto& song) { return !is_ascii(song.title) || !is_ascii(song.artist_name); };
  EXPECT_NEAR(share(songs, has_accent), 0.12, 0.025);
  double seconds = 0;
  int early = 0, late = 0;
  for (const Song& song : songs) {
    ASSERT_FALSE(song.title.empty() || song.artist_name.empty());
    EXPECT_EQ(song.artist_latitude.has_value(), song.artist_longitude.has_value());
    EXPECT_FALSE(song.artist_latitude && song.artist_location.empty());
    double duration = *song.duration_seconds;
    EXPECT_EQ(duration, std::round(duration * 1e5) / 1e5);
    EXPECT_TRUE(duration >= 30 && duration <= 1500) << duration;
    EXPECT_TRUE(song.year == 0 || (song.year >= 1955 && song.year <= 2018)) << song.year;
    seconds += duration;
    early += song.year >= 1955 && song.year < 1987;
    late += song.year >= 1987;
  }
  EXPECT_NEAR(seconds / 20'000, 230, 4);
  EXPECT_GT(late, 3 * early);
}

TEST(Catalogue, ArtistsHaveOnePlaceAndFewHaveManySongs) {
  std::map<std::string, std::vector<Song>> artists;
  for (const Song& song : invent(20'000).songs) artists[song.artist_id].push_back(song);
  std::set<std::string> names;
  std::size_t most = 0;
  for (const auto& [id, songs] : artists) {
    names.insert(songs.front().artist_name);
    most = std::max(most, songs.size());
    for (const Song& song : songs) {
      EXPECT_EQ(song.artist_name, songs.front().artist_name);
      EXPECT_EQ(song.artist_location, songs.front().artist_location);
      EXPECT_EQ(song.artist_latitude, songs.front().artist_latitude);
      EXPECT_EQ(song.artist_longitude, songs.front().artist_longitude);
    }
  }
  EXPECT_EQ(names.size(), artists.size());
  double mean = 20'000.0 / static_cast<double>(artists.size());
  EXPECT_TRUE(mean > 1.5 && mean < 3) << mean;
  EXPECT_GT(most, 40u);
}

TEST(Catalogue, SomeArtistsAreCreditedUnderSeveralNames) {
  CatalogueOptions options;
  options.several_names_rate = 0.2;
  std::map<std::string, std::set<std::string>> names;
  for (const Song& song : invent(20'000, options).songs) {
    names[song.artist_id].insert(song.artist_name);
  }
  // About 7,000 artists: five standard errors are 2.4 %.
  EXPECT_NEAR(share(names, [](auto& artist) { return artist.second.size() > 1; }), 0.2, 0.025);
  std::regex form("(.*)( / | feat\\. ).*");
  for (const auto& [id, credits] : names) {
    ASSERT_LE(credits.size(), 3u);
    for (const std::string& credit : credits) {
      if (credits.size() == 1 || credit == *credits.begin()) continue;
      std::smatch parts;
      ASSERT_TRUE(std::regex_match(credit, parts, form)) << credit;
      EXPECT_TRUE(credits.begin()->starts_with(parts[1].str())) << credit;
    }
  }
}

TEST(Catalogue, SomeTitlesOfAnArtistBelongToSeveralSongs) {
  std::map<std::pair<std::string, std::string>, std::set<double>> durations;
  std::map<std::pair<std::string, std::string>, int> counts;
  int numbers = 0;
  for (const Song& song : invent(20'000).songs) {
    durations[{song.title, song.artist_name}].insert(*song.duration_seconds);
    ++counts[{song.title, song.artist_name}];
    numbers += song.title.find_first_not_of("0123456789") == std::string::npos;
  }
  double repeated = share(counts, [](auto& pair) { return pair.second > 1; });
  EXPECT_TRUE(repeated > 0.005 && repeated < 0.02) << repeated;
  for (const auto& [pair, count] : counts) EXPECT_EQ(durations[pair].size(), count) << pair.first;
  EXPECT_GT(numbers, 100);
}

TEST(Catalogue, CountsLateAndRepeatedSongs) {
  CatalogueOptions options;
  options.late_song_rate = 0.1;
  options.repeated_song_rate = 0.3;
  Catalogue catalogue = invent(20'000, options);
  double late = share(catalogue.songs, [](auto& song) { return song.is_late; });
  double repeated = share(catalogue.songs, [](auto& song) { return song.is_repeated; });
  EXPECT_NEAR(late, 0.1, 0.0106);  // five standard errors
  EXPECT_NEAR(repeated, 0.3, 0.0162);
  EXPECT_EQ(catalogue.late_songs, std::llround(late * 20'000));
  EXPECT_EQ(catalogue.repeated_songs, std::llround(repeated * 20'000));
  EXPECT_EQ(invent(50).late_songs + invent(50).repeated_songs, 0u);
}

TEST(Catalogue, TracksMatchAsTheRuleSaysSongBySong) {
  for (std::uint64_t seed = 0; seed < 20; ++seed) {
    CatalogueOptions options;
    options.seed = seed;
    options.several_names_rate = options.double_encoded_rate = 0.3;
    Catalogue catalogue = invent(static_cast<std::uint32_t>(1 + 20 * seed), options);
    for (const Track& track : catalogue.tracks) {
      ASSERT_EQ(track.match, match_by_hand(catalogue.songs, track)) << track.title << track.artist;
    }
  }
}

TEST(SongIndex, FindsTheBestMatchAmongManyAlike) {
  const std::string titles[] = {"", "A", "B", "C"}, names[] = {"", "X", "Y", "X / Y"};
  const std::optional<double> durations[] = {{}, 0.0, 100.5, 200.25};
  std::map<Match, int> found;
  for (std::uint64_t seed = 0; seed < 200; ++seed) {
    Random random(seed, 0);
    std::vector<Song> songs(random.below(8));
    for (Song& song : songs) {
      song.title = titles[random.below(4)];
      song.artist_name = names[random.below(4)];
      song.duration_seconds = durations[random.below(4)];
    }
    SongIndex index(songs);
    for (int i = 0; i < 64; ++i) {
      Track track;
      track.title = titles[i % 4];
      track.artist = names[i / 4 % 4];
      track.length_seconds = durations[i / 16].value_or(300);
      Match match = index.match(track.title, track.artist, track.length_seconds);
      ASSERT_EQ(match, match_by_hand(songs, track)) << seed << ' ' << i;
      ++found[match];
    }
  }
  EXPECT_EQ(found.size(), std::size_t{match_count});
}

TEST(Tracks, AreMostlyTheSongsAsCatalogued) {
  Catalogue catalogue = invent(20'000);
  std::map<Match, double> counts;
  for (const Track& track : catalogue.tracks) ++counts[track.match];
  // Five standard errors of shares of 20,000; artists whom no song is credited to are extra.
  EXPECT_NEAR(counts[Match::title_artist_duration] / 20'000, 0.85, 0.0127);
  EXPECT_NEAR(counts[Match::title_artist] / 20'000, 0.10, 0.0107);
  EXPECT_NEAR(counts[Match::artist] / 20'000, 0.05, 0.0078);
  EXPECT_NEAR(counts[Match::none] / 20'000, 0.3 / 0.7, 0.001);
}

constexpr int play_count = 400'000;

std::vector<double> play(const Catalogue& catalogue) {
  EXPECT_EQ(catalogue.popularity.size(), catalogue.tracks.size());
  std::vector<double> plays(catalogue.tracks.size());
  Random random(1, 1);
  for (int i = 0; i < play_count; ++i) plays.at(catalogue.popularity.draw(random)) += 1;
  return plays;
}

TEST(Tracks, UnknownOnesHaveTheirShareOfPlaysAndALongTail) {
  for (double unknown_share : {0.0, 0.05, 0.3, 0.97, 1.0}) {
    CatalogueOptions options;
    options.unknown_share = unknown_share;
    Catalogue catalogue = invent(400, options);
    std::vector<double> all = play(catalogue), known, unknown;
    for (std::size_t i = 0; i < all.size(); ++i) {
      (catalogue.tracks[i].match == Match::none ? unknown : known).push_back(all[i]);
    }
    double sum = std::accumulate(unknown.begin(), unknown.end(), 0.0);
    // Five standard errors of a share of the plays are at most 0.4 %.
    EXPECT_NEAR(sum / play_count, unknown_share, 0.004);
    for (auto* plays : {&known, &unknown}) {
      double share_of_plays = (plays == &unknown ? unknown_share : 1 - unknown_share);
      if (share_of_plays == 0) continue;
      std::sort(plays->begin(), plays->end(), std::greater<>());
      double head = 0, tail = 0;
      for (std::size_t k = 1; k <= plays->size(); ++k) {
        (k <= 20 ? head : tail) += 1.0 / (static_cast<double>(k) + 10);
      }
      double expected = share_of_plays * head / (head + tail);
      double found = std::accumulate(
          plays->begin(), plays->begin() + std::min<std::ptrdiff_t>(20, std::ssize(*plays)), 0.0);
      EXPECT_NEAR(found / play_count, expected, 0.004 + 0.02 * expected) << unknown_share;
    }
  }
}

TEST(Tracks, DamagedTextHasItsShareOfThePlaysOfWhatIsNotAscii) {
  CatalogueOptions options;
  Catalogue plain = invent(2'000, options);
  options.double_encoded_rate = 0.25;
  Catalogue catalogue = invent(2'000, options);
  std::size_t originals = plain.tracks.size();
  auto is_accented = [](auto& track) { return !is_ascii(track.title) || !is_ascii(track.artist); };
  auto accented = std::count_if(plain.tracks.begin(), plain.tracks.end(), is_accented);
  ASSERT_EQ(catalogue.tracks.size(), originals + accented);
  std::vector<double> plays = play(catalogue);
  double original = 0, damaged = 0;
  for (std::size_t i = 0; i < plays.size(); ++i) {
    if (i >= originals) {
      damaged += plays[i];
    } else if (is_accented(catalogue.tracks[i])) {
      original += plays[i];
    }
  }
  ASSERT_GT(damaged, 4'000);  // five standard errors of the share are then 2 % at most
  EXPECT_NEAR(damaged / (damaged + original), 0.25, 0.02);
  options.double_encoded_rate = 1;
  catalogue = invent(2'000, options);
  plays = play(catalogue);
  for (std::size_t i = 0; i < originals; ++i) {
    EXPECT_FALSE(is_accented(catalogue.tracks[i]) && plays[i] > 0);
  }
}

TEST(Tracks, LengthsHaveAPointAndReadBackTheSame) {
  for (const Track& track : invent(3'000).tracks) {
    EXPECT_EQ(std::stod(track.length_json), track.length_seconds);
    EXPECT_TRUE(std::regex_match(track.length_json, std::regex("[0-9]+\\.[0-9]{1,5}")))
        << track.length_json;
    EXPECT_EQ(track.title_json, event_json(track.title));
    EXPECT_EQ(track.artist_json, event_json(track.artist));
  }
}

class ReadCatalogue : public ::testing::Test {
 protected:
  ReadCatalogue() {
    std::string pattern = (fs::temp_directory_path() / "catalogue_XXXXXX").string();
    root_ = ::mkdtemp(pattern.data());
  }
  ~ReadCatalogue() override { fs::remove_all(root_); }

  void write(const std::string& name, const std::string& text) {
    fs::create_directories((root_ / name).parent_path());
    std::ofstream(root_ / name, std::ios::binary) << text;
  }
  Catalogue read() { return read_catalogue(store_, root_.string(), options_); }
  ErrorKind error() {
    try {
      read();
    } catch (const base::Error& error) {
      return error.kind();
    }
    return ErrorKind::internal;
  }

  fs::path root_;
  base::DiskStore store_;
  CatalogueOptions options_;
};

std::string record(const std::string& id, const std::string& rest) {
  return R"({"song_id": ")" + id + R"(", "artist_id": "AR1", )" + rest + "}";
}

TEST_F(ReadCatalogue, TakesWhatTheWarehouseWouldTake) {
  write("A/1.json", record("S1", R"("title": "One  ", "artist_name": "X", "duration": 100.5)"));
  write("A/2.json", record("S2", "\n\"title\": 1986,\n\"artist_name\": \"X\"\n") +
                        record("S3", R"("artist_name": "No Title", "duration": 9)"));
  write("B/3.jsonl", "{\"song_id\": oops}\n" + record("S4", R"("title": "Four")") + "\n" +
                         R"({"song_id": "S5", "title": "no artist_id"})" + "\n[1]\n" +
                         record("S6", R"("title": true, "artist_name": "Y")"));
  write("B/4.json.gz", event_test::gzip(record("S7", R"("title": "Z", "artist_name": "Z")")));
  write("B/5.ndjson.zst", event_test::zstd(record("S8", R"("title": "Q", "artist_name": "Z")")));
  write("README.txt", "no songs here");
  std::vector<std::string> found;
  for (const Song& song : read().songs) {
    found.push_back(song.song_id + '|' + song.title + '|' + song.artist_name + '|' +
                    (song.duration_seconds ? std::to_string(*song.duration_seconds) : "null"));
  }
  EXPECT_EQ(found, (std::vector<std::string>{"S1|One|X|100.500000", "S2|1986|X|null",
                                             "S3||No Title|9.000000", "S4|Four||null",
                                             "S7|Z|Z|null", "S8|Q|Z|null"}));
}

TEST_F(ReadCatalogue, KeepsTheGreatestOfSeveralRecords) {
  // In the order of the columns of songs, NULL lowest; each better than the ones before it.
  std::vector<std::string> records = {
      R"("title": null)",
      R"("title": "A", "duration": 5)",
      R"("title": "A", "year": -1)",
      R"("title": "A", "year": 0, "duration": 5)",
      R"("title": "A", "year": 0, "duration": 5, "artist_name": "N", "artist_location": "L")",
      R"("title": "A", "year": 0, "duration": 5, "artist_name": "O")",
      R"("title": "A", "year": 0, "duration": 5, "artist_name": "O", "artist_latitude": -8)",
      R"("title": "A", "year": 0, "duration": 5, "artist_name": "O", "artist_latitude": 0)",
      R"("title": "a", "artist_name": "O")",
      R"("title": "\u00e4", "artist_name": "O")"};
  write("z.json", record("S2", R"("title": "T", "artist_name": "X")"));
  for (std::size_t best = 1; best < records.size(); ++best) {
    std::string forwards, backwards;
    for (std::size_t i = 0; i <= best; ++i) {
      forwards += record("S1", records[i]) + "\n";
      backwards.insert(0, record("S1", records[i]) + "\n");
    }
    write("best.json", record("S1", records[best]));
    std::string expected = show(read().songs.at(0));
    for (const std::string& text : {forwards, backwards}) {
      write("best.json", text);
      std::vector<Song> songs = read().songs;
      ASSERT_EQ(songs.size(), 2u);
      EXPECT_EQ(show(songs[0]), expected) << best;
    }
  }
}

TEST_F(ReadCatalogue, TracksMatchAsTheRuleSaysSongBySong) {
  std::string text;
  Random random(2, 2);
  const std::string titles[] = {R"("A")", R"("B ")", "7", "null"},
                    names[] = {R"("X")", "12", "null"};
  const std::string durations[] = {"100.5", "200", "null", "0", "-4", "1e300"};
  for (int i = 0; i < 200; ++i) {
    text += record("S" + std::to_string(i), R"("title": )" + titles[random.below(4)] +
                                                R"(, "artist_name": )" + names[random.below(3)] +
                                                R"(, "duration": )" + durations[random.below(6)]);
  }
  write("1.json", text);
  options_.double_encoded_rate = 0.5;
  Catalogue catalogue = read();
  ASSERT_EQ(catalogue.songs.size(), 200u);
  std::map<Match, int> counts;
  for (const Track& track : catalogue.tracks) {
    ASSERT_EQ(track.match, match_by_hand(catalogue.songs, track)) << track.title << track.artist;
    ASSERT_FALSE(track.title.empty() || track.artist.empty());
    ASSERT_TRUE(track.length_seconds >= 1 && track.length_seconds <= 86400);
    ++counts[track.match];
  }
  EXPECT_EQ(counts.size(), std::size_t{match_count});
}

TEST_F(ReadCatalogue, DamagesTextByteByByte) {
  write("1.json",
        record("S1", R"("title": "J\u00f3ga", "artist_name": "Bj\u00f6rk", "duration": 305)"));
  options_.unknown_share = 0;
  options_.double_encoded_rate = 0.5;
  Catalogue catalogue = read();
  ASSERT_EQ(catalogue.tracks.size(), 2u);
  EXPECT_EQ(catalogue.tracks[0].artist_json, R"("Bj\u00f6rk")");
  EXPECT_EQ(catalogue.tracks[1].artist_json, R"("Bj\u00c3\u00b6rk")");
  EXPECT_EQ(catalogue.tracks[1].artist, "BjÃ¶rk");
  EXPECT_EQ(catalogue.tracks[1].match, Match::none);
}

TEST_F(ReadCatalogue, DamagedTextStillFitsTheWarehouse) {
  std::string name;
  while (name.size() < 1000) name += "\u00f6";
  write("1.json", record("S1", R"("title": "T", "artist_name": ")" + name + '"'));
  options_.unknown_share = 0;
  options_.double_encoded_rate = 0.5;
  EXPECT_EQ(read().tracks.size(), 1u);
}

TEST_F(ReadCatalogue, SaysWhatItDoesNotFind) {
  EXPECT_EQ(error(), ErrorKind::not_found);  // no file at all
  write("songs.csv", "song_id,title\n");
  EXPECT_EQ(error(), ErrorKind::not_found);  // none with a readable name
  write("1.json", "{oops");
  EXPECT_EQ(error(), ErrorKind::bad_data);  // no song
  write("1.json", record("S1", R"("title": "T")"));
  EXPECT_EQ(error(), ErrorKind::bad_data);  // none that can be heard
  write("1.json", record("S1", R"("title": "T", "artist_name": "X")"));
  EXPECT_EQ(read().songs.size(), 1u);
  fs::create_symlink("nowhere", root_ / "2.json");
  EXPECT_EQ(error(), ErrorKind::not_found);
  fs::remove(root_ / "2.json");
  write("2.json.gz", event_test::gzip("{}").substr(0, 12));
  EXPECT_EQ(error(), ErrorKind::bad_data);
  root_ /= "missing";
  EXPECT_EQ(error(), ErrorKind::not_found);
  root_ = root_.parent_path();
}

}  // namespace
}  // namespace sparkify::site
