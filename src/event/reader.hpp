#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/object_store.hpp"
#include "event/columns.hpp"
#include "event/reject.hpp"

namespace sparkify::event {

enum class Compression { none, gzip, zstd };

/// From a file name: .json .jsonl .ndjson, each plain, .gz or .zst (any case). Empty: not ours.
struct FileKind {
  bool is_readable = false;
  Compression compression = Compression::none;
};
FileKind file_kind(std::string_view path);

/// How records lie in a file.
enum class Framing {
  lines,    ///< one object a line (event logs); may be read in pieces
  objects,  ///< objects one after another, also pretty-printed over lines (songs)
};

/// Where each column's value is found: a path of keys from the record's root.
struct Mapping {
  Framing framing = Framing::lines;
  std::span<const Column> columns;
  std::vector<std::vector<std::string>> paths;  ///< one for each column
};
Mapping event_mapping();
Mapping song_mapping();
/// `columns` found at the paths of a jsonpaths file, by position, as COPY does.
/// Throws bad_data with line and column: not JSON, no "jsonpaths" list, a path we cannot follow,
/// or another number of paths than columns.
Mapping mapping_from_jsonpaths(std::string_view text, std::string_view file_name,
                               Framing framing, std::span<const Column> columns);

/// Up to `capacity` records by column. Text points into the reader's memory and lives until its
/// next call of next().
struct Batch {
  struct Values {
    std::vector<std::string_view> text;    ///< ColumnType::text
    std::vector<std::int32_t> integer;     ///< ColumnType::integer
    std::vector<std::int64_t> timestamp;   ///< ColumnType::timestamp, microseconds since 1970
    std::vector<double> real;              ///< ColumnType::real
    std::vector<std::uint8_t> is_null;     ///< one for each row
  };
  std::vector<Values> columns;  ///< in the mapping's order; only the vector of its type is filled
  std::size_t row_count = 0;
  std::vector<Reject> rejects;
};

/// A stretch of the stored object. Only an uncompressed object with Framing::lines has several.
struct Piece {
  std::uint64_t begin = 0;
  std::uint64_t end = 0;
};
inline constexpr std::uint64_t piece_bytes = 8 << 20;
/// At least one, also for an empty object.
std::vector<Piece> split(std::uint64_t size_bytes, Compression compression, Framing framing);

/// 128 bits of xxh3 over the stored bytes, taken per piece_bytes and then over these digests, so
/// that pieces may be hashed by different threads.
class ContentHash {
 public:
  /// `digests`: one for each piece_bytes of the object, in order. Returns 32 hex digits.
  static std::string combine(std::span<const std::string> digests);
  /// Reads the whole object. Throws unavailable.
  static std::string of(base::Object& object, std::uint64_t size_bytes);
};

/// Reads one piece of an object into batches. A malformed record is no error: it joins
/// `batch.rejects` and reading goes on at the next line. A byte order mark at the start of the
/// object is skipped, CR before LF belongs to the line end, blank lines are no records.
/// A record belongs to the piece in which its line begins.
///
/// Memory: one piece (or one decompression window), the longest line, and one batch.
/// Threads: one reader per thread; the object may be shared.
class Reader {
 public:
  static constexpr std::size_t max_line_bytes = 64 << 20;

  /// Borrows `object` and `mapping`, which must outlive the reader.
  Reader(base::Object& object, Compression compression, Piece piece, const Mapping& mapping);
  ~Reader();
  Reader(Reader&&) noexcept;

  /// Replaces `batch` with at most `max_rows` records in file order and the rejects met on the
  /// way. Returns false at the end, when both are empty.
  /// Throws unavailable (read failed, the object shrank), bad_data (gzip or zstd broken or cut off).
  bool next(Batch& batch, std::size_t max_rows);

  /// Lines begun in this piece, known at the end; later pieces' rejects count on from here.
  std::uint64_t lines_read() const;
  /// Records met: rows + rejects.
  std::uint64_t records_read() const;
  /// Keys that the mapping does not name, counted over all records.
  std::uint64_t unknown_keys() const;
  /// Stored bytes consumed so far, for progress.
  std::uint64_t bytes_read() const;
  /// Digests of the piece's stored bytes, one for each piece_bytes; valid at the end.
  const std::vector<std::string>& digests() const;

 private:
  class Body;
  std::unique_ptr<Body> body_;
};

}  // namespace sparkify::event
