#include <gtest/gtest.h>

#include <optional>
#include <string>
#include <vector>

#include "event/reader.hpp"
#include "event_reading.hpp"
#include "site/catalogue.hpp"

namespace sparkify::site {
namespace {

Song written_song() {
  Song song;
  song.track_id = "TRXYZAB128F0000001";
  song.song_id = "SOAAAAA12A00000001";
  song.artist_id = "ARAAAAA1180000000B";
  song.artist_name = "Ella \"Q\" Ågren/Söhne\\";
  song.artist_location = "Malmö, Sweden";
  song.artist_latitude = 55.60587;
  song.artist_longitude = -13.0;
  song.title = "Café \U0001D11E\t\x7f\x01";
  song.duration_seconds = 240;
  song.year = 1999;
  return song;
}

TEST(SongFile, IsWrittenAsTheRealOnesAre) {
  EXPECT_EQ(song_file(written_song()),
            R"({"num_songs": 1, "artist_id": "ARAAAAA1180000000B", "artist_latitude": 55.60587, )"
            R"("artist_longitude": -13.0, "artist_location": "Malm\u00f6, Sweden", )"
            R"("artist_name": "Ella \"Q\" \u00c5gren/S\u00f6hne\\", )"
            R"("song_id": "SOAAAAA12A00000001", "title": "Caf\u00e9 \ud834\udd1e\t)"
            "\x7f"
            R"(\u0001", "duration": 240.0, "year": 1999})");
  Song song;
  song.track_id = song.song_id = song.artist_id = "TRABBNP128F932546F";
  song.artist_name = "702";
  song.title = "1986";
  song.duration_seconds = 166.94812;
  EXPECT_EQ(song_file(song),
            R"({"num_songs": 1, "artist_id": "TRABBNP128F932546F", "artist_latitude": null, )"
            R"("artist_longitude": null, "artist_location": "", "artist_name": 702, )"
            R"("song_id": "TRABBNP128F932546F", "title": 1986, "duration": 166.94812, "year": 0})");
  song.title = "007";  // no JSON number
  song.duration_seconds.reset();
  EXPECT_NE(song_file(song).find(R"("title": "007", "duration": null)"), std::string::npos);
  EXPECT_EQ(song_path(song), "A/B/B/TRABBNP128F932546F.json");
}

TEST(SongFile, IsReadBackAsItWas) {
  CatalogueOptions options;
  options.song_count = 3'000;
  options.several_names_rate = 0.1;
  std::vector<Song> songs = invent_catalogue(options).songs;
  songs.push_back(written_song());
  std::string text;
  for (const Song& song : songs) text += song_file(song) + "\n";
  event_test::MemoryObject object(text);
  event::Mapping mapping = event::song_mapping();
  event::Reader reader(object, object.entry(), event::Compression::none, {0, text.size()}, mapping);
  event::Batch batch;
  std::size_t i = 0;
  while (reader.next(batch, 512)) {
    ASSERT_TRUE(batch.rejects.empty());
    for (std::size_t row = 0; row < batch.row_count; ++row, ++i) {
      auto text_at = [&](std::size_t column) {
        const auto& values = batch.columns[column];
        return values.is_null[row] ? std::string() : std::string(values.text[row]);
      };
      auto real_at = [&](std::size_t column) {
        const auto& values = batch.columns[column];
        return values.is_null[row] ? std::optional<double>() : values.real[row];
      };
      const Song& song = songs.at(i);
      EXPECT_EQ(batch.columns[0].integer[row], 1);
      EXPECT_EQ(text_at(1), song.artist_id);
      EXPECT_EQ(real_at(2), song.artist_latitude);
      EXPECT_EQ(real_at(3), song.artist_longitude);
      EXPECT_EQ(text_at(4), song.artist_location);
      EXPECT_EQ(text_at(5), song.artist_name);
      EXPECT_EQ(text_at(6), song.song_id);
      EXPECT_EQ(text_at(7), song.title);
      EXPECT_EQ(real_at(8), song.duration_seconds);
      EXPECT_EQ(batch.columns[9].integer[row], song.year);
    }
  }
  EXPECT_EQ(i, songs.size());
}

TEST(EventJson, IsWrittenAsTheRealLogsAre) {
  EXPECT_EQ(event_json("Kid / Kid"), R"("Kid \/ Kid")");
  EXPECT_EQ(event_json("Bj\u00f6rk"), R"("Bj\u00f6rk")");
  EXPECT_EQ(event_json("a\"b\\c\b\f\n\r\td\x01\x1f\x7f"),
            "\"a\\\"b\\\\c\\b\\f\\n\\r\\td\\u0001\\u001f\x7f\"");
  EXPECT_EQ(event_json("\u0083 \uffff \U00010000 \U0001F30A \U0010FFFF"),
            R"("\u0083 \uffff \ud800\udc00 \ud83c\udf0a \udbff\udfff")");
  EXPECT_EQ(event_json(""), "\"\"");
  EXPECT_EQ(event_json(std::string("\0", 1)), R"("\u0000")");
}

}  // namespace
}  // namespace sparkify::site
