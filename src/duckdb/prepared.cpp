#include "duckdb/prepared.hpp"

#include <fmt/format.h>

#include <optional>
#include <utility>

#include "duckdb/changes.hpp"

namespace sparkify::duckdb {
namespace {

base::Error error_of(duckdb_result& result, const Locate& locate) {
  const char* text = duckdb_result_error(&result);
  return error_from(duckdb_result_error_type(&result), text ? text : "unknown error", locate);
}

struct Bind {
  duckdb_prepared_statement prepared;
  idx_t number;
  duckdb_state operator()(std::monostate) const { return duckdb_bind_null(prepared, number); }
  duckdb_state operator()(bool value) const { return duckdb_bind_boolean(prepared, number, value); }
  duckdb_state operator()(std::int16_t value) const {
    return duckdb_bind_int16(prepared, number, value);
  }
  duckdb_state operator()(std::int32_t value) const {
    return duckdb_bind_int32(prepared, number, value);
  }
  duckdb_state operator()(std::int64_t value) const {
    return duckdb_bind_int64(prepared, number, value);
  }
  duckdb_state operator()(float value) const { return duckdb_bind_float(prepared, number, value); }
  duckdb_state operator()(double value) const {
    return duckdb_bind_double(prepared, number, value);
  }
  duckdb_state operator()(std::string_view value) const {
    return duckdb_bind_varchar_length(prepared, number, value.data(), value.size());
  }
};

}  // namespace

std::size_t row_count(const ChunkHandle& chunk) { return duckdb_data_chunk_get_size(chunk.get()); }

std::vector<Vector> vectors_of(const ChunkHandle& chunk, const std::vector<ResultColumn>& columns) {
  std::vector<Vector> vectors;
  for (std::size_t i = 0; i < columns.size(); ++i) {
    vectors.emplace_back(duckdb_data_chunk_get_vector(chunk.get(), i), columns[i].type);
  }
  return vectors;
}

ResultStream::ResultStream(duckdb_result result, Locate locate, std::unique_ptr<Change> change)
    : change_(std::move(change)), result_(result), locate_(std::move(locate)) {
  auto kind = duckdb_result_return_type(result_);
  has_rows_ = kind == DUCKDB_RESULT_TYPE_QUERY_RESULT;
  if (kind == DUCKDB_RESULT_TYPE_CHANGED_ROWS) {
    rows_changed_ = 0;
    ChunkHandle chunk(duckdb_fetch_chunk(result_));
    if (chunk && duckdb_data_chunk_get_size(chunk.get()) > 0) {
      duckdb_vector vector = duckdb_data_chunk_get_vector(chunk.get(), 0);
      rows_changed_ = *static_cast<std::int64_t*>(duckdb_vector_get_data(vector));
    }
  }
  if (!has_rows_) return;
  for (idx_t i = 0; i < duckdb_column_count(&result_); ++i) {
    TypeHandle type(duckdb_column_logical_type(&result_, i));
    columns_.push_back({duckdb_column_name(&result_, i), Type::of(type.get())});
  }
}

ChunkHandle ResultStream::next() {
  if (!has_rows_) return {};
  ChunkHandle chunk(duckdb_fetch_chunk(result_));
  if (chunk && duckdb_data_chunk_get_size(chunk.get()) > 0) return chunk;
  const char* text = duckdb_result_error(&result_);
  if (text != nullptr && *text != '\0') throw error_of(result_, locate_);
  return {};
}

Prepared::Prepared(Connection& connection, const std::string& text, const Locate& locate) {
  if (duckdb_prepare(connection.get(), text.c_str(), &prepared_) == DuckDBSuccess) return;
  const char* reason = duckdb_prepare_error(prepared_);
  base::Error error = error_from(DUCKDB_ERROR_INVALID, reason ? reason : "unknown error", locate);
  duckdb_destroy_prepare(&prepared_);
  throw error;
}

Type Prepared::parameter_type(std::size_t number) const {
  TypeHandle type(duckdb_param_logical_type(prepared_, number));
  return type ? Type::of(type.get()) : Type{};
}

std::vector<ResultColumn> Prepared::columns() const {
  std::vector<ResultColumn> found;
  for (idx_t i = 0; i < duckdb_prepared_statement_column_count(prepared_); ++i) {
    std::unique_ptr<const char, void (*)(const char*)> name(
        duckdb_prepared_statement_column_name(prepared_, i),
        [](const char* text) { duckdb_free(const_cast<char*>(text)); });
    TypeHandle type(duckdb_prepared_statement_column_logical_type(prepared_, i));
    found.push_back({name ? name.get() : "", type ? Type::of(type.get()) : Type{}});
  }
  return found;
}

void Prepared::bind(std::size_t number, const Value& value) {
  if (std::visit(Bind{prepared_, number}, value) == DuckDBSuccess) return;
  throw base::Error(base::ErrorKind::sql, fmt::format("there is no parameter ${}", number))
      .sql_state("42P02");
}

std::unique_ptr<ResultStream> Prepared::execute(const Locate& locate) {
  bool is_query = duckdb_prepared_statement_type(prepared_) == DUCKDB_STATEMENT_TYPE_SELECT;
  auto change = is_query ? nullptr : std::make_unique<Change>();
  duckdb_result result{};
  if (duckdb_execute_prepared_streaming(prepared_, &result) == DuckDBSuccess) {
    return std::make_unique<ResultStream>(result, locate, std::move(change));
  }
  base::Error error = error_of(result, locate);
  duckdb_destroy_result(&result);
  throw error;
}

bool is_utf8(std::string_view text) {
  duckdb_error_data error = duckdb_valid_utf8_check(text.data(), text.size());
  bool is_valid = error == nullptr;
  duckdb_destroy_error_data(&error);
  return is_valid;
}

}  // namespace sparkify::duckdb
