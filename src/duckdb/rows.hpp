#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "duckdb/connection.hpp"

namespace sparkify::duckdb {

/// A query's result as text, streamed chunk by chunk: memory is one chunk.
/// Numbers print so that they read back exactly; timestamps as `2018-11-01 21:01:46.796`.
class Rows {
 public:
  struct Column {
    std::string name;
    bool is_number = false;
    bool is_boolean = false;
  };

  /// Runs `text` (one statement). Borrows the connection, which must outlive the rows.
  /// Throws sql, interrupted.
  Rows(Connection& connection, const std::string& text, Locate locate);
  ~Rows();

  const std::vector<Column>& columns() const { return columns_; }
  /// Moves to the next row; false at the end. Throws sql, interrupted.
  bool next();
  /// The row's values, nullopt for NULL; they live until the next call of next().
  std::span<const std::optional<std::string_view>> row() const { return row_; }
  /// Set for statements that change rows instead of returning them.
  std::optional<std::int64_t> rows_changed() const { return rows_changed_; }

 private:
  class Statement;
  bool fetch();

  std::unique_ptr<Statement> statement_;
  Locate locate_;
  std::vector<Column> columns_;
  std::vector<std::vector<std::optional<std::string>>> chunk_;  ///< by column, then row
  std::vector<std::optional<std::string_view>> row_;
  std::size_t chunk_rows_ = 0, position_ = 0;
  std::optional<std::int64_t> rows_changed_;
};

}  // namespace sparkify::duckdb
