#include "duckdb/chunk_appender.hpp"

#include "duckdb/changes.hpp"

namespace sparkify::duckdb {

ChunkAppender::ChunkAppender(Connection& connection, const std::string& statement,
                             const std::vector<Source::Column>& columns)
    : ChunkAppender() {  // so that the destructor runs when this one throws
  std::vector<const char*> names;
  for (const Source::Column& column : columns) {
    bool is_decimal = column.type == DUCKDB_TYPE_DECIMAL;
    types_.push_back(is_decimal ? duckdb_create_decimal_type(column.width, column.scale)
                                : duckdb_create_logical_type(column.type));
    names.push_back(column.name.c_str());
  }
  data_ = duckdb_create_data_chunk(types_.data(), types_.size());
  chunk_ = std::make_unique<Chunk>(data_);
  check(duckdb_appender_create_query(connection.get(), statement.c_str(), types_.size(),
                                     types_.data(), nullptr, names.data(), &appender_));
}

ChunkAppender::~ChunkAppender() {
  // What was not flushed is not wanted: a destroyed appender would run the statement once more.
  Change change;
  duckdb_appender_clear(appender_);
  duckdb_appender_destroy(&appender_);
  duckdb_destroy_data_chunk(&data_);
  for (duckdb_logical_type& type : types_) duckdb_destroy_logical_type(&type);
}

void ChunkAppender::check(duckdb_state state) {
  if (state == DuckDBSuccess) return;
  duckdb_error_data data = duckdb_appender_error_data(appender_);
  const char* text = duckdb_error_data_message(data);
  base::Error error = error_from(duckdb_error_data_error_type(data),
                                 text ? text : "cannot append to the table", {});
  duckdb_destroy_error_data(&data);
  throw error;
}

void ChunkAppender::append(std::size_t row_count) {
  Change change;
  duckdb_data_chunk_set_size(data_, row_count);
  check(duckdb_append_data_chunk(appender_, data_));
  duckdb_data_chunk_reset(data_);
}

void ChunkAppender::flush() {
  Change change;
  check(duckdb_appender_flush(appender_));
}

}  // namespace sparkify::duckdb
