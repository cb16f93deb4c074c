#pragma once

#include <duckdb.h>

#include <memory>
#include <string>
#include <vector>

#include "duckdb/connection.hpp"
#include "duckdb/source.hpp"

namespace sparkify::duckdb {

/// Rows from C++ for a statement that takes them, in the thread that calls: unlike a Source it
/// keeps none of the engine's threads waiting.
/// Memory: one chunk and the rows since the last flush().
class ChunkAppender {
 public:
  /// `statement` reads the rows as `appended_data`, with these columns, which have names of its
  /// own in `columns`. Borrows the connection. Throws sql.
  ChunkAppender(Connection& connection, const std::string& statement,
                const std::vector<Source::Column>& columns);
  ~ChunkAppender();
  ChunkAppender(const ChunkAppender&) = delete;
  ChunkAppender& operator=(const ChunkAppender&) = delete;

  /// The chunk to fill, empty again after append().
  Chunk& chunk() { return *chunk_; }
  void append(std::size_t row_count);
  /// Runs the statement with the rows that came since. Throws as the statement does.
  void flush();

 private:
  ChunkAppender() = default;
  void check(duckdb_state state);

  duckdb_appender appender_ = nullptr;
  std::vector<duckdb_logical_type> types_;
  duckdb_data_chunk data_ = nullptr;
  std::unique_ptr<Chunk> chunk_;
};

}  // namespace sparkify::duckdb
