#include "duckdb/travelling_chunk.hpp"

#include <cstdint>
#include <cstring>

#include "base/error.hpp"

namespace sparkify::duckdb {
namespace {

using Size = std::uint32_t;

/// Bytes of a value; 0 for texts.
std::size_t width_of(duckdb_type type) {
  switch (type) {
    case DUCKDB_TYPE_INTEGER:
      return 4;
    case DUCKDB_TYPE_BIGINT:
    case DUCKDB_TYPE_TIMESTAMP:
    case DUCKDB_TYPE_DOUBLE:
      return 8;
    default:
      return 0;
  }
}

/// A bit for each row.
std::size_t validity_bytes(std::size_t row_count) { return (row_count + 63) / 64 * 8; }

void put(std::string& bytes, const void* data, std::size_t size) {
  bytes.append(static_cast<const char*>(data), size);
}

std::string_view take(std::string_view& rest, std::size_t size) {
  if (rest.size() < size) {
    throw base::Error(base::ErrorKind::bad_data, "rows from another process end too early");
  }
  std::string_view taken = rest.substr(0, size);
  rest.remove_prefix(size);
  return taken;
}

Size take_size(std::string_view& rest) {
  Size size = 0;
  std::memcpy(&size, take(rest, sizeof size).data(), sizeof size);
  return size;
}

}  // namespace

TravellingChunk::TravellingChunk(std::span<const Source::Column> columns) {
  std::vector<duckdb_logical_type> logical;
  for (const Source::Column& column : columns) {
    types_.push_back(column.type);
    logical.push_back(duckdb_create_logical_type(column.type));
  }
  chunk_.reset(duckdb_create_data_chunk(logical.data(), logical.size()));
  for (duckdb_logical_type& type : logical) duckdb_destroy_logical_type(&type);
}

Chunk TravellingChunk::begin() {
  duckdb_data_chunk_reset(chunk_.get());
  return Chunk(chunk_.get());
}

bool TravellingChunk::is_null(std::size_t column, std::size_t row) const {
  std::uint64_t* valid = duckdb_vector_get_validity(vector(column));
  return valid != nullptr && !duckdb_validity_row_is_valid(valid, row);
}

std::string_view TravellingChunk::text(std::size_t column, std::size_t row) const {
  auto* texts = static_cast<duckdb_string_t*>(duckdb_vector_get_data(vector(column)));
  return {duckdb_string_t_data(texts + row), duckdb_string_t_length(texts[row])};
}

void TravellingChunk::write(std::size_t row_count, std::string& bytes) const {
  auto count = static_cast<Size>(row_count);
  put(bytes, &count, sizeof count);
  for (std::size_t column = 0; column < types_.size(); ++column) {
    std::uint64_t* valid = duckdb_vector_get_validity(vector(column));
    bytes.push_back(valid != nullptr ? 1 : 0);
    if (valid != nullptr) put(bytes, valid, validity_bytes(row_count));
    std::size_t width = width_of(types_[column]);
    if (width > 0) {
      put(bytes, duckdb_vector_get_data(vector(column)), row_count * width);
    } else {
      write_texts(column, row_count, bytes);
    }
  }
}

void TravellingChunk::write_texts(std::size_t column, std::size_t row_count,
                                  std::string& bytes) const {
  auto* texts = static_cast<duckdb_string_t*>(duckdb_vector_get_data(vector(column)));
  for (std::size_t row = 0; row < row_count; ++row) {
    Size size = is_null(column, row) ? 0 : duckdb_string_t_length(texts[row]);
    put(bytes, &size, sizeof size);
    if (size > 0) put(bytes, duckdb_string_t_data(&texts[row]), size);
  }
}

std::size_t TravellingChunk::read(std::string_view bytes) {
  begin();
  std::size_t row_count = take_size(bytes);
  if (row_count > Chunk::capacity()) {
    throw base::Error(base::ErrorKind::bad_data, "rows from another process are too many");
  }
  for (std::size_t column = 0; column < types_.size(); ++column) {
    read_column(column, row_count, bytes);
  }
  duckdb_data_chunk_set_size(chunk_.get(), row_count);
  return row_count;
}

void TravellingChunk::read_column(std::size_t column, std::size_t row_count,
                                  std::string_view& rest) {
  if (take(rest, 1)[0] != 0) {
    std::string_view valid = take(rest, validity_bytes(row_count));
    duckdb_vector_ensure_validity_writable(vector(column));
    std::memcpy(duckdb_vector_get_validity(vector(column)), valid.data(), valid.size());
  }
  std::size_t width = width_of(types_[column]);
  if (width == 0) return read_texts(column, row_count, rest);
  std::string_view values = take(rest, row_count * width);
  std::memcpy(duckdb_vector_get_data(vector(column)), values.data(), values.size());
}

void TravellingChunk::read_texts(std::size_t column, std::size_t row_count,
                                 std::string_view& rest) {
  for (std::size_t row = 0; row < row_count; ++row) {
    std::string_view text = take(rest, take_size(rest));
    if (is_null(column, row)) continue;
    duckdb_vector_assign_string_element_len(vector(column), row, text.data(), text.size());
  }
}

}  // namespace sparkify::duckdb
