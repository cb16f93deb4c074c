#include "duckdb/rows.hpp"

#include <fmt/format.h>

#include <optional>
#include <utility>

#include "base/text.hpp"
#include "duckdb/changes.hpp"
#include "duckdb/prepared.hpp"
#include "duckdb/type.hpp"
#include "duckdb/value.hpp"

namespace sparkify::duckdb {
namespace {

bool is_number(duckdb_type type) {
  return is_printable(type) && type != DUCKDB_TYPE_BOOLEAN && type != DUCKDB_TYPE_VARCHAR &&
         type != DUCKDB_TYPE_DATE && type != DUCKDB_TYPE_TIME && type != DUCKDB_TYPE_TIMESTAMP;
}

}  // namespace

/// A prepared statement and its streaming result.
class Rows::Statement {
 public:
  Statement(Connection& connection, const std::string& text, const Locate& locate) {
    if (duckdb_prepare(connection.get(), text.c_str(), &prepared_) != DuckDBSuccess) {
      base::Error error = error_from(DUCKDB_ERROR_INVALID, duckdb_prepare_error(prepared_), locate);
      duckdb_destroy_prepare(&prepared_);
      throw error;
    }
  }
  ~Statement() {
    duckdb_destroy_result(&result_);
    duckdb_destroy_prepare(&prepared_);
  }
  Statement(const Statement&) = delete;
  Statement& operator=(const Statement&) = delete;

  std::size_t column_count() const { return duckdb_prepared_statement_column_count(prepared_); }
  std::string column_name(std::size_t column) const {
    std::unique_ptr<const char, void (*)(const char*)> name(
        duckdb_prepared_statement_column_name(prepared_, column),
        [](const char* text) { duckdb_free(const_cast<char*>(text)); });
    return name ? name.get() : "";
  }
  duckdb_type column_type(std::size_t column) const {
    return duckdb_prepared_statement_column_type(prepared_, column);
  }

  void execute(const Locate& locate) {
    if (duckdb_prepared_statement_type(prepared_) != DUCKDB_STATEMENT_TYPE_SELECT) {
      change_.emplace();
    }
    if (duckdb_execute_prepared_streaming(prepared_, &result_) == DuckDBSuccess) return;
    throw error(locate);
  }
  base::Error error(const Locate& locate) {
    const char* text = duckdb_result_error(&result_);
    return error_from(duckdb_result_error_type(&result_), text ? text : "unknown error", locate);
  }
  bool failed() {
    const char* text = duckdb_result_error(&result_);
    return text != nullptr && *text != '\0';
  }
  duckdb_result* result() { return &result_; }

 private:
  std::optional<Change> change_;  ///< may go on as the result is read: DELETE ... RETURNING
  duckdb_prepared_statement prepared_ = nullptr;
  duckdb_result result_{};
};

Rows::Rows(Connection& connection, const std::string& text, Locate locate)
    : statement_(std::make_unique<Statement>(connection, text, locate)),
      locate_(std::move(locate)) {
  // Types we cannot print (lists, structs, ...) are cast by a query around this one.
  std::string casts;
  bool must_cast = false;
  for (std::size_t i = 0; i < statement_->column_count(); ++i) {
    duckdb_type type = statement_->column_type(i);
    bool is_exotic = type != DUCKDB_TYPE_INVALID && !is_printable(type);
    must_cast |= is_exotic;
    casts +=
        fmt::format("{}#{}{} as {}", casts.empty() ? "" : ", ", i + 1, is_exotic ? "::varchar" : "",
                    base::quoted(statement_->column_name(i), '"'));
  }
  if (must_cast) {
    statement_ = std::make_unique<Statement>(
        connection, fmt::format("select {} from ({}\n)", casts, text), Locate{});
  }
  statement_->execute(locate_);
  duckdb_result* result = statement_->result();
  if (duckdb_result_return_type(*result) != DUCKDB_RESULT_TYPE_QUERY_RESULT) {
    rows_changed_ = 0;
    if (duckdb_result_return_type(*result) == DUCKDB_RESULT_TYPE_CHANGED_ROWS) {
      ChunkHandle chunk(duckdb_fetch_chunk(*result));
      if (chunk && duckdb_data_chunk_get_size(chunk.get()) > 0) {
        duckdb_vector vector = duckdb_data_chunk_get_vector(chunk.get(), 0);
        rows_changed_ = *static_cast<std::int64_t*>(duckdb_vector_get_data(vector));
      }
    }
    return;
  }
  for (idx_t i = 0; i < duckdb_column_count(result); ++i) {
    duckdb_type type = duckdb_column_type(result, i);
    columns_.push_back(
        {duckdb_column_name(result, i), is_number(type), type == DUCKDB_TYPE_BOOLEAN});
  }
  chunk_.resize(columns_.size());
  row_.resize(columns_.size());
}

Rows::~Rows() = default;

bool Rows::fetch() {
  ChunkHandle chunk(duckdb_fetch_chunk(*statement_->result()));
  if (!chunk) {
    if (statement_->failed()) throw statement_->error(locate_);
    return false;
  }
  chunk_rows_ = duckdb_data_chunk_get_size(chunk.get());
  for (std::size_t i = 0; i < chunk_.size(); ++i) {
    chunk_[i].clear();
    TypeHandle type(duckdb_column_logical_type(statement_->result(), i));
    column_text(duckdb_data_chunk_get_vector(chunk.get(), i), type.get(), chunk_rows_, chunk_[i]);
  }
  position_ = 0;
  return chunk_rows_ > 0;
}

bool Rows::next() {
  if (columns_.empty()) return false;
  if (position_ == chunk_rows_ && !fetch()) return false;
  for (std::size_t i = 0; i < row_.size(); ++i) {
    const auto& value = chunk_[i][position_];
    row_[i] = value ? std::optional<std::string_view>(*value) : std::nullopt;
  }
  ++position_;
  return true;
}

}  // namespace sparkify::duckdb
