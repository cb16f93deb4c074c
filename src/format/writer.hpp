#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace sparkify::format {

/// How a value prints: numbers and booleans bare in JSON, numbers to the right in tables.
enum class ValueKind { text, number, boolean };

struct Column {
  std::string name;
  ValueKind kind = ValueKind::text;
  std::string type = {};  ///< DuckDB's name of its type, for files that have types; empty: unknown
};

/// nullopt is NULL.
using Row = std::span<const std::optional<std::string_view>>;

/// Takes finished text; may throw.
using Output = std::function<void(std::string_view)>;

/// Prints one result. Call begin once, row for each row, end once; each row has as many values as
/// there are columns. Text is expected to be UTF-8; what is not is printed as U+FFFD in JSON.
///
/// Memory: one row; the table keeps its first rows (see table_rows) to find its widths.
class Writer {
 public:
  virtual ~Writer() = default;
  virtual void begin(std::vector<Column> columns) = 0;
  virtual void row(Row values) = 0;
  virtual void end() = 0;
};

/// After this many rows, or this many bytes, a table's widths are fixed and rows stream on;
/// a longer value then pushes its row to the right.
inline constexpr std::size_t table_rows = 1000;
inline constexpr std::size_t table_bytes = 4 << 20;

/// Names for `--format` that are text; others are files. The table says `NULL` for NULL, as apart
/// from an empty text.
inline constexpr std::string_view formats = "table csv json markdown";

/// table: aligned by display width, control characters escaped, closing with `(2 rows)`.
/// csv: RFC 4180 with a header line; lines end in LF; NULL is empty, an empty text is "".
/// json: an array of objects; numbers that JSON cannot hold (NaN, Infinity) are null; a column
/// name that occurs twice gets _2.
/// markdown: a table for pages and issues.
/// Throws usage for another name.
std::unique_ptr<Writer> make_writer(std::string_view format, Output output);

}  // namespace sparkify::format
