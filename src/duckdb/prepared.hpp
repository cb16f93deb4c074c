#pragma once

#include <duckdb.h>

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "duckdb/changes.hpp"
#include "duckdb/connection.hpp"
#include "duckdb/type.hpp"

namespace sparkify::duckdb {

struct DestroyChunk {
  void operator()(duckdb_data_chunk chunk) const { duckdb_destroy_data_chunk(&chunk); }
};
using ChunkHandle = std::unique_ptr<std::remove_pointer_t<duckdb_data_chunk>, DestroyChunk>;

/// Name and type of a result's column.
struct ResultColumn {
  std::string name;
  Type type;
};

std::size_t row_count(const ChunkHandle& chunk);
/// The columns of a chunk, which must outlive them.
std::vector<Vector> vectors_of(const ChunkHandle& chunk, const std::vector<ResultColumn>& columns);

/// A result that comes chunk by chunk: memory is what the engine runs ahead, about 1 MB. Anything
/// else that its connection does ends it.
class ResultStream {
 public:
  /// Takes over `result`, and the change that its statement makes, which may go on as it is read.
  ResultStream(duckdb_result result, Locate locate, std::unique_ptr<Change> change);
  ~ResultStream() { duckdb_destroy_result(&result_); }
  ResultStream(const ResultStream&) = delete;
  ResultStream& operator=(const ResultStream&) = delete;

  const std::vector<ResultColumn>& columns() const { return columns_; }
  /// The next rows; nullptr at the end. Throws sql, interrupted.
  ChunkHandle next();
  /// Set for statements that change rows instead of returning them.
  std::optional<std::int64_t> rows_changed() const { return rows_changed_; }
  /// Set when the statement returns rows.
  bool has_rows() const { return has_rows_; }

 private:
  std::unique_ptr<Change> change_;  ///< ends after the result
  duckdb_result result_;
  Locate locate_;
  std::vector<ResultColumn> columns_;
  std::optional<std::int64_t> rows_changed_;
  bool has_rows_ = false;
};

/// A statement with parameters `$1`, `$2`, ... that runs again and again.
class Prepared {
 public:
  using Value = std::variant<std::monostate, bool, std::int16_t, std::int32_t, std::int64_t, float,
                             double, std::string_view>;

  /// Prepares one statement. Borrows the connection, which must outlive it.
  /// Throws sql, interrupted.
  Prepared(Connection& connection, const std::string& text, const Locate& locate);
  ~Prepared() { duckdb_destroy_prepare(&prepared_); }
  Prepared(const Prepared&) = delete;
  Prepared& operator=(const Prepared&) = delete;

  duckdb_statement_type kind() const { return duckdb_prepared_statement_type(prepared_); }
  std::size_t parameter_count() const { return duckdb_nparams(prepared_); }
  /// Of parameter `$number`; INVALID when the engine cannot tell.
  Type parameter_type(std::size_t number) const;
  /// As far as they are known before parameters are: the id may be INVALID or ANY.
  std::vector<ResultColumn> columns() const;

  /// Throws sql: no such parameter.
  void bind(std::size_t number, const Value& value);
  /// Runs the statement with what was bound. Throws sql, interrupted.
  std::unique_ptr<ResultStream> execute(const Locate& locate);

 private:
  duckdb_prepared_statement prepared_ = nullptr;
};

/// Whether the engine takes this as text.
bool is_utf8(std::string_view text);

}  // namespace sparkify::duckdb
