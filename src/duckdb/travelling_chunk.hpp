#pragma once

#include <duckdb.h>

#include <cstddef>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <type_traits>
#include <vector>

#include "duckdb/source.hpp"

namespace sparkify::duckdb {

/// A chunk of rows of no table yet, which goes from one process to another as bytes. The other one
/// has the same program: bytes are as they lie in memory.
///
/// Memory: Chunk::capacity() rows.
class TravellingChunk {
 public:
  /// Columns of INTEGER, BIGINT, TIMESTAMP, DOUBLE and VARCHAR.
  explicit TravellingChunk(std::span<const Source::Column> columns);

  /// Empty again, ready to be filled.
  Chunk begin();
  /// Appends the first `row_count` rows to `bytes`.
  void write(std::size_t row_count, std::string& bytes) const;
  /// Becomes what write() wrote; returns the number of rows.
  /// Throws bad_data for bytes that are no such chunk.
  std::size_t read(std::string_view bytes);

  /// The values of a fixed-width column, and whether one is NULL.
  template <typename Value>
  std::span<const Value> values(std::size_t column) const {
    return {static_cast<const Value*>(duckdb_vector_get_data(vector(column))), Chunk::capacity()};
  }
  bool is_null(std::size_t column, std::size_t row) const;
  /// Of a VARCHAR column; lives as long as the chunk is not begun again.
  std::string_view text(std::size_t column, std::size_t row) const;
  duckdb_data_chunk get() const { return chunk_.get(); }

 private:
  struct Destroy {
    void operator()(duckdb_data_chunk chunk) const { duckdb_destroy_data_chunk(&chunk); }
  };
  duckdb_vector vector(std::size_t column) const {
    return duckdb_data_chunk_get_vector(chunk_.get(), column);
  }
  void read_column(std::size_t column, std::size_t row_count, std::string_view& rest);
  void write_texts(std::size_t column, std::size_t row_count, std::string& bytes) const;
  void read_texts(std::size_t column, std::size_t row_count, std::string_view& rest);

  std::vector<duckdb_type> types_;
  std::unique_ptr<std::remove_pointer_t<duckdb_data_chunk>, Destroy> chunk_;
};

}  // namespace sparkify::duckdb
