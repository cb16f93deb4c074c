#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

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

enum class Compression { none, gzip, zstd, bzip2 };

/// From a file name: .json .jsonl .ndjson, each plain, .gz or .zst (any case). Empty: not ours.
struct FileKind {
  bool is_readable = false;
  Compression compression = Compression::none;
};
FileKind file_kind(std::string_view path);
/// The same of a key in S3. There a name without a dot is ours too, as delivery streams write them,
/// but not one that begins with `_`: it marks the state of a job (`_SUCCESS`).
FileKind object_kind(std::string_view path);

/// How records lie in a file.
enum class Framing {
  lines,    ///< one object a line (event logs); may be read in pieces
  objects,  ///< objects one after another, also pretty-printed over lines (songs)
  values,   ///< as objects, but as a rule one a line (COPY); see Frames::retake()
};

/// One step down from a value: into an object by key, or into an array by position.
struct PathStep {
  std::string key;
  std::optional<std::size_t> index;  ///< from 0; set for a step into an array
};
using Path = std::vector<PathStep>;

/// Where each column's value is found: a path from the record's root.
struct Mapping {
  Framing framing = Framing::lines;
  std::span<const Column> columns;
  std::vector<Path> paths;    ///< one for each column; the first steps are keys, or all positions
  bool ignores_case = false;  ///< of keys; those in paths are in lower case
};
Mapping event_mapping();
Mapping song_mapping();
/// The paths of a jsonpaths file, for records that are objects or lists; nothing when the file's
/// object has another key than "jsonpaths". Throws bad_data with line and column.
std::optional<std::vector<Path>> read_jsonpaths(std::string_view text, std::string_view file_name);
/// `columns` found at the paths of a jsonpaths file, by position, as COPY does: `$['a']`,
/// `$["a"]`, `$.a`, and further steps of these forms or `[0]`. Borrows `columns`.
/// Throws bad_data with line and column: not JSON, no "jsonpaths" list, a path we cannot follow,
/// or another number of paths than columns.
Mapping mapping_from_jsonpaths(std::string_view text, std::string_view file_name, Framing framing,
                               std::span<const Column> columns);

}  // namespace sparkify::event
