#include "load/column_writer.hpp"

#include <algorithm>
#include <array>
#include <cstring>
#include <utility>

namespace sparkify::load {

using field::Type;

duckdb::Source::Column engine_column(const field::Column& column) {
  static constexpr auto types =
      std::to_array<std::pair<Type, duckdb_type>>({{Type::boolean, DUCKDB_TYPE_BOOLEAN},
                                                   {Type::int2, DUCKDB_TYPE_SMALLINT},
                                                   {Type::int4, DUCKDB_TYPE_INTEGER},
                                                   {Type::int8, DUCKDB_TYPE_BIGINT},
                                                   {Type::numeric, DUCKDB_TYPE_DECIMAL},
                                                   {Type::float4, DUCKDB_TYPE_FLOAT},
                                                   {Type::float8, DUCKDB_TYPE_DOUBLE},
                                                   {Type::varchar, DUCKDB_TYPE_VARCHAR},
                                                   {Type::character, DUCKDB_TYPE_VARCHAR},
                                                   {Type::date, DUCKDB_TYPE_DATE},
                                                   {Type::time, DUCKDB_TYPE_TIME},
                                                   {Type::timetz, DUCKDB_TYPE_TIME_TZ},
                                                   {Type::timestamp, DUCKDB_TYPE_TIMESTAMP},
                                                   {Type::timestamptz, DUCKDB_TYPE_TIMESTAMP_TZ},
                                                   {Type::super, DUCKDB_TYPE_VARCHAR},
                                                   {Type::varbyte, DUCKDB_TYPE_BLOB}});
  auto found = std::find_if(types.begin(), types.end(),
                            [&](const auto& each) { return each.first == column.type; });
  return {column.name, found->second, static_cast<std::uint8_t>(column.precision),
          static_cast<std::uint8_t>(column.scale)};
}

void ColumnWriter::begin(duckdb::Chunk& chunk, std::size_t index) {
  chunk_ = &chunk;
  index_ = index;
  values_ = chunk.values<char>(index).data();
}

template <typename Value>
void ColumnWriter::put(std::size_t row, Value value) {
  std::memcpy(values_ + row * sizeof value, &value, sizeof value);
}

void ColumnWriter::set(std::size_t row, const field::Cell& cell) {
  is_null_[row] = cell.is_null ? 1 : 0;
  if (cell.is_null) return;
  switch (column_.type) {
    case Type::boolean:
      return put(row, cell.whole != 0);
    case Type::int2:
      return put(row, static_cast<std::int16_t>(cell.whole));
    case Type::int4:
    case Type::date:
      return put(row, static_cast<std::int32_t>(cell.whole));
    case Type::int8:
    case Type::time:
    case Type::timestamp:
    case Type::timestamptz:
      return put(row, cell.whole);
    case Type::timetz:
      return put(row, duckdb_create_time_tz(cell.whole, cell.offset_seconds).bits);
    case Type::float4:
      return put(row, static_cast<float>(cell.real));
    case Type::float8:
      return put(row, cell.real);
    case Type::numeric:
      return put_decimal(row, cell.decimal);
    case Type::varchar:
    case Type::character:
    case Type::super:
    case Type::varbyte:
      return chunk_->set_text(index_, row, cell.text);
  }
}

/// In as many bytes as the engine gives the precision.
void ColumnWriter::put_decimal(std::size_t row, field::Int128 value) {
  if (column_.precision <= 4) return put(row, static_cast<std::int16_t>(value));
  if (column_.precision <= 9) return put(row, static_cast<std::int32_t>(value));
  if (column_.precision <= 18) return put(row, static_cast<std::int64_t>(value));
  put(row,
      duckdb_hugeint{static_cast<std::uint64_t>(value), static_cast<std::int64_t>(value >> 64)});
}

}  // namespace sparkify::load
