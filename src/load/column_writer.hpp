#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "duckdb/source.hpp"
#include "field/value.hpp"

namespace sparkify::load {

/// The engine's type for values of a column.
duckdb::Source::Column engine_column(const field::Column& column);

/// One column of the chunk at hand, written by row.
class ColumnWriter {
 public:
  /// Borrows the column.
  explicit ColumnWriter(const field::Column& column)
      : column_(column), is_null_(duckdb::Chunk::capacity()) {}

  /// Begins a chunk, which is borrowed until finish().
  void begin(duckdb::Chunk& chunk, std::size_t index);
  void set(std::size_t row, const field::Cell& cell);
  void finish(std::size_t rows) { chunk_->set_nulls(index_, 0, {is_null_.data(), rows}); }

 private:
  template <typename Value>
  void put(std::size_t row, Value value);
  void put_decimal(std::size_t row, field::Int128 value);

  const field::Column& column_;
  duckdb::Chunk* chunk_ = nullptr;
  std::size_t index_ = 0;
  char* values_ = nullptr;
  std::vector<std::uint8_t> is_null_;
};

}  // namespace sparkify::load
