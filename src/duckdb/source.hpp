#pragma once

#include <duckdb.h>

#include <cstdint>
#include <cstring>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "duckdb/connection.hpp"

namespace sparkify::duckdb {

/// Vectors of one output chunk, filled by column.
class Chunk {
 public:
  explicit Chunk(duckdb_data_chunk chunk) : chunk_(chunk) {}

  /// Values of a fixed-width column, to be written in place.
  template <typename Value>
  std::span<Value> values(std::size_t column) {
    return {static_cast<Value*>(duckdb_vector_get_data(vector(column))), capacity()};
  }
  /// Copies text that is known to be valid UTF-8 without NUL.
  void set_text(std::size_t column, std::size_t row, std::string_view text) {
    duckdb_unsafe_vector_assign_string_element_len(vector(column), row, text.data(), text.size());
  }
  /// Makes rows from `at` on NULL where `is_null`, a 0 or 1 for each row, says so.
  void set_nulls(std::size_t column, std::size_t at, std::span<const std::uint8_t> is_null) {
    if (is_null.empty() || std::memchr(is_null.data(), 1, is_null.size()) == nullptr) return;
    duckdb_vector_ensure_validity_writable(vector(column));
    std::uint64_t* valid = duckdb_vector_get_validity(vector(column));
    for (std::size_t i = 0; i < is_null.size();) {
      std::uint64_t nulls = 0;
      std::uint64_t* word = valid + (at + i) / 64;
      for (std::size_t bit = (at + i) % 64; bit < 64 && i < is_null.size(); ++bit, ++i) {
        nulls |= std::uint64_t{is_null[i]} << bit;
      }
      *word &= ~nulls;
    }
  }
  static std::size_t capacity() { return duckdb_vector_size(); }

 private:
  duckdb_vector vector(std::size_t column) { return duckdb_data_chunk_get_vector(chunk_, column); }
  duckdb_data_chunk chunk_;
};

/// Rows for one engine thread.
class SourceReader {
 public:
  virtual ~SourceReader() = default;
  /// Fills a chunk and returns its rows; 0 is the end. May throw: the query then fails and
  /// Source::run rethrows.
  virtual std::size_t fill(Chunk& chunk) = 0;
};

/// Rows from C++ that SQL can read, on several threads at once, in no order.
class Source {
 public:
  virtual ~Source() = default;
  struct Column {
    std::string name;
    duckdb_type type;
    std::uint8_t width = 0, scale = 0;  ///< of DUCKDB_TYPE_DECIMAL
  };
  virtual std::vector<Column> columns() const = 0;
  virtual unsigned max_threads() const = 0;
  /// Called once by each engine thread.
  virtual std::unique_ptr<SourceReader> open_reader() = 0;
};

/// Makes `select * from NAME()` read `source` for as long as this object lives. Each has a name of
/// its own: DuckDB does not forget the function, nor replace it by another one.
/// Exceptions of readers are kept for rethrow().
class SourceFunction {
 public:
  SourceFunction(Connection& connection, Source& source);
  ~SourceFunction();
  SourceFunction(const SourceFunction&) = delete;
  SourceFunction& operator=(const SourceFunction&) = delete;

  /// As SQL calls it, without brackets.
  const std::string& name() const { return name_; }
  /// Throws what a reader threw first; returns when none did.
  void rethrow() const;

  struct Slot;

 private:
  std::string name_;
  std::shared_ptr<Slot> slot_;
};

}  // namespace sparkify::duckdb
