#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>

namespace sparkify::event {

/// How a JSON value becomes a column value. Widths and rules: docs/warehouse.md, "Values".
enum class ColumnType {
  text,       ///< VARCHAR(max_bytes): bytes after trailing blanks are trimmed; blank is NULL
  integer,    ///< INTEGER, 32 bit
  timestamp,  ///< TIMESTAMP from epoch milliseconds, held as microseconds in an int64
  real,       ///< DOUBLE PRECISION
};

struct Column {
  std::string_view name;  ///< in the staging table
  std::string_view key;   ///< in the JSON object
  ColumnType type;
  std::size_t max_bytes = 0;  ///< text only
  bool is_required = false;   ///< a record without it (missing, null or blank) is refused
};

/// staging_events, in its column order; keys as eventsim writes them.
inline constexpr std::array<Column, 18> event_columns = {{
    {"artist", "artist", ColumnType::text, 1024},
    {"auth", "auth", ColumnType::text, 64},
    {"first_name", "firstName", ColumnType::text, 1024},
    {"gender", "gender", ColumnType::text, 64},
    {"item_in_session", "itemInSession", ColumnType::integer, 0, true},
    {"last_name", "lastName", ColumnType::text, 1024},
    {"length", "length", ColumnType::real},
    {"level", "level", ColumnType::text, 64},
    {"location", "location", ColumnType::text, 1024},
    {"method", "method", ColumnType::text, 64},
    {"page", "page", ColumnType::text, 64, true},
    {"registration", "registration", ColumnType::real},
    {"session_id", "sessionId", ColumnType::integer, 0, true},
    {"song", "song", ColumnType::text, 1024},
    {"status", "status", ColumnType::integer},
    {"ts", "ts", ColumnType::timestamp, 0, true},
    {"user_agent", "userAgent", ColumnType::text, 2048},
    {"user_id", "userId", ColumnType::integer},
}};

/// staging_songs, in its column order; keys as the Million Song Dataset writes them.
inline constexpr std::array<Column, 10> song_columns = {{
    {"num_songs", "num_songs", ColumnType::integer},
    {"artist_id", "artist_id", ColumnType::text, 64, true},
    {"artist_latitude", "artist_latitude", ColumnType::real},
    {"artist_longitude", "artist_longitude", ColumnType::real},
    {"artist_location", "artist_location", ColumnType::text, 1024},
    {"artist_name", "artist_name", ColumnType::text, 1024},
    {"song_id", "song_id", ColumnType::text, 64, true},
    {"title", "title", ColumnType::text, 1024},
    {"duration", "duration", ColumnType::real},
    {"year", "year", ColumnType::integer},
}};

}  // namespace sparkify::event
