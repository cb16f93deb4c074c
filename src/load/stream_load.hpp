#pragma once

#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "duckdb/chunk_appender.hpp"
#include "field/stream.hpp"
#include "load/column_writer.hpp"
#include "load/table.hpp"
#include "load/transaction.hpp"
#include "transfer/cursor.hpp"
#include "transfer/stdio.hpp"

namespace sparkify::load {

/// COPY FROM STDIN: rows that a client sends become rows of a table, all or none. Values are read
/// as COPY from S3 reads them, dates in any of the formats of 'auto'; where PostgreSQL refuses an
/// empty text, so does this.
/// Memory: the client's longest row and `rows_at_once` rows. Threads: the caller's, which does not
/// wait for the client while it holds one of the engine's.
class StreamLoad {
 public:
  /// Borrows the connection. Throws sql with place: no such table or column.
  StreamLoad(duckdb::Connection& connection, const transfer::StdioStatement& stdio,
             const transfer::Cursor& places);

  std::size_t column_count() const { return table_.columns.size(); }
  /// Takes the next bytes. Throws bad_data: a row that does not fit, with PostgreSQL's SQLSTATE;
  /// `during` says in which line and column.
  void feed(std::string_view bytes);
  /// Nothing more comes. Returns the rows. Throws as feed() and what a COMMIT throws.
  std::int64_t finish();

 private:
  static constexpr std::size_t rows_at_once = 100'000;

  void take_records();
  void take(std::size_t row);
  void write();
  [[noreturn]] void refuse(std::size_t column, const field::Fault& fault) const;
  base::Error with_line(base::Error error, const field::Column* column) const;

  Table table_;
  field::StreamReader reader_;
  field::Conversion conversion_;
  field::Converter converter_;
  Transaction transaction_;
  duckdb::ChunkAppender appender_;
  std::vector<ColumnWriter> writers_;
  std::vector<field::Field> fields_;
  std::size_t rows_in_chunk_ = 0, rows_pending_ = 0;
  std::int64_t row_count_ = 0;
};

}  // namespace sparkify::load
