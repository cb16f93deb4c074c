#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/object_store.hpp"
#include "event/mapping.hpp"
#include "event/piece.hpp"
#include "event/reject.hpp"

namespace sparkify::event {

/// Up to `max_rows` records by column. Text points into the reader's memory and lives until its
/// next call of next() or reset(), and Reader::padding_bytes behind it may be read. It is valid
/// UTF-8 without NUL.
struct Batch {
  /// Each filled vector holds row_count values; what lies behind them is left over.
  struct Values {
    std::vector<std::string_view> text;   ///< ColumnType::text
    std::vector<std::int32_t> integer;    ///< ColumnType::integer
    std::vector<std::int64_t> timestamp;  ///< ColumnType::timestamp, microseconds since 1970
    std::vector<double> real;             ///< ColumnType::real
    std::vector<std::uint8_t> is_null;    ///< one for each row
  };
  std::vector<Values> columns;  ///< in the mapping's order; only the vector of its type is filled
  std::size_t row_count = 0;
  std::vector<Reject> rejects;
};

/// Reads one piece of an object into batches. A malformed record is no error: it joins
/// `batch.rejects` and reading goes on at the next line. A byte order mark at the start of the
/// object is skipped, blanks around a record belong to it, blank lines are no records.
/// A record belongs to the piece in which its line begins. Of a key that an object holds twice
/// the last value counts. Values nested deeper than 1024 do not parse.
///
/// Memory: a window of at most 2 MiB (less for a small object), as much again for text with
/// escapes, the longest line, and one batch; of a compressed object also 256 KiB of stored bytes
/// and the decompressor's window (gzip 32 KiB, zstd as the file says, at most 128 MiB).
/// Threads: one reader per thread; the object may be shared.
class Reader {
 public:
  static constexpr std::size_t max_line_bytes = 64 << 20;
  static constexpr std::size_t padding_bytes = 64;

  /// Borrows `object` and `mapping`, which must outlive the reader or its next reset(). `entry`
  /// is how the object was listed: its path is named in errors, its size is what is read.
  Reader(base::Object& object, const base::ObjectEntry& entry, Compression compression, Piece piece,
         const Mapping& mapping);
  ~Reader();
  Reader(Reader&&) noexcept;

  /// Begins another piece, or another object, with the same mapping; counts begin at 0. Cheaper
  /// than a new reader: for many small files.
  void reset(base::Object& object, const base::ObjectEntry& entry, Compression compression,
             Piece piece);

  /// Replaces `batch` with at most `max_rows` records in file order and the rejects met on the
  /// way. Returns false at the end, when both are empty.
  /// Throws unavailable (read failed, the object shrank), bad_data (gzip or zstd broken or cut
  /// off).
  bool next(Batch& batch, std::size_t max_rows);

  /// Lines begun in this piece, known at the end; later pieces' rejects count on from here.
  std::uint64_t lines_read() const;
  /// Records met: rows + rejects.
  std::uint64_t records_read() const;
  /// Keys that the mapping does not name, counted over all records that parse.
  std::uint64_t unknown_keys() const;
  /// Stored bytes of the piece consumed so far, for progress.
  std::uint64_t bytes_read() const;
  /// Digests of the piece's stored bytes, one for each piece_bytes; valid at the end.
  const std::vector<std::string>& digests() const;

 private:
  class Body;
  std::unique_ptr<Body> body_;
};

}  // namespace sparkify::event
