#include "session/values.hpp"

#include <cstring>

#include "base/error.hpp"
#include "pgwire/values.hpp"

namespace sparkify::session {
namespace {

using duckdb::Type;
using duckdb::Vector;
using pgwire::Int128;
using pgwire::Oid;

Int128 wide(const duckdb_hugeint& value) {
  return static_cast<Int128>(value.upper) * (static_cast<Int128>(1) << 64) + value.lower;
}

template <typename Number>
char* integer_text(const Vector& vector, std::size_t row, const Type&, char* out) {
  return pgwire::write_integer(out, vector.at<Number>(row));
}
char* unsigned_text(const Vector& vector, std::size_t row, const Type&, char* out) {
  return pgwire::write_unsigned(out, vector.at<std::uint64_t>(row));
}
template <typename Number>
char* int2_binary(const Vector& vector, std::size_t row, const Type&, char* out) {
  return pgwire::put_int16(out, static_cast<std::uint16_t>(vector.at<Number>(row)));
}
template <typename Number>
char* int4_binary(const Vector& vector, std::size_t row, const Type&, char* out) {
  return pgwire::put_int32(out, static_cast<std::uint32_t>(vector.at<Number>(row)));
}
template <typename Number>
char* int8_binary(const Vector& vector, std::size_t row, const Type&, char* out) {
  return pgwire::put_int64(out, static_cast<std::uint64_t>(vector.at<Number>(row)));
}

char* boolean_text(const Vector& vector, std::size_t row, const Type&, char* out) {
  *out = vector.at<bool>(row) ? 't' : 'f';
  return out + 1;
}
char* boolean_binary(const Vector& vector, std::size_t row, const Type&, char* out) {
  *out = vector.at<bool>(row) ? '\1' : '\0';
  return out + 1;
}

template <typename Real>
char* real_text(const Vector& vector, std::size_t row, const Type&, char* out) {
  return pgwire::write_real(out, vector.at<Real>(row));
}
char* float_binary(const Vector& vector, std::size_t row, const Type&, char* out) {
  std::uint32_t bits = 0;
  std::memcpy(&bits, &vector.at<float>(row), sizeof bits);
  return pgwire::put_int32(out, bits);
}
char* double_binary(const Vector& vector, std::size_t row, const Type&, char* out) {
  std::uint64_t bits = 0;
  std::memcpy(&bits, &vector.at<double>(row), sizeof bits);
  return pgwire::put_int64(out, bits);
}

/// DECIMAL and whatever else travels as numeric.
Int128 numeric_value(const Vector& vector, std::size_t row, const Type& type) {
  switch (type.id == DUCKDB_TYPE_DECIMAL ? type.storage : type.id) {
    case DUCKDB_TYPE_SMALLINT:
      return vector.at<std::int16_t>(row);
    case DUCKDB_TYPE_INTEGER:
      return vector.at<std::int32_t>(row);
    case DUCKDB_TYPE_BIGINT:
      return vector.at<std::int64_t>(row);
    case DUCKDB_TYPE_UBIGINT:
      return vector.at<std::uint64_t>(row);
    default:
      return wide(vector.at<duckdb_hugeint>(row));
  }
}
char* numeric_text(const Vector& vector, std::size_t row, const Type& type, char* out) {
  if (type.id == DUCKDB_TYPE_DECIMAL && type.storage == DUCKDB_TYPE_BIGINT && type.scale == 0) {
    return pgwire::write_integer(out, vector.at<std::int64_t>(row));
  }
  return pgwire::write_numeric(out, numeric_value(vector, row, type), type.scale);
}
char* numeric_binary(const Vector& vector, std::size_t row, const Type& type, char* out) {
  return pgwire::put_numeric(out, numeric_value(vector, row, type), type.scale);
}

/// Sums of integers, which are BIGINT on Redshift.
std::int64_t bigint_value(const Vector& vector, std::size_t row) {
  Int128 value = wide(vector.at<duckdb_hugeint>(row));
  if (value >= INT64_MIN && value <= INT64_MAX) return static_cast<std::int64_t>(value);
  throw base::Error(base::ErrorKind::sql, "bigint out of range")
      .hint("cast it to numeric(38, 0)")
      .sql_state("22003");
}
char* bigint_text(const Vector& vector, std::size_t row, const Type&, char* out) {
  return pgwire::write_integer(out, bigint_value(vector, row));
}
char* bigint_binary(const Vector& vector, std::size_t row, const Type&, char* out) {
  return pgwire::put_int64(out, static_cast<std::uint64_t>(bigint_value(vector, row)));
}

char* date_text(const Vector& vector, std::size_t row, const Type&, char* out) {
  return pgwire::write_date(out, vector.at<std::int32_t>(row));
}
char* date_binary(const Vector& vector, std::size_t row, const Type&, char* out) {
  return pgwire::put_date(out, vector.at<std::int32_t>(row));
}

/// Microseconds, of whatever unit the engine counts in; the infinities stay what they are.
std::int64_t micros_of(const Vector& vector, std::size_t row, const Type& type) {
  std::int64_t value = vector.at<std::int64_t>(row);
  if (value == INT64_MAX || value == -INT64_MAX) return value;
  switch (type.id) {
    case DUCKDB_TYPE_TIMESTAMP_S:
      return value * 1'000'000;
    case DUCKDB_TYPE_TIMESTAMP_MS:
      return value * 1'000;
    case DUCKDB_TYPE_TIMESTAMP_NS:
    case DUCKDB_TYPE_TIME_NS:
      return value / 1'000 - (value % 1'000 < 0 ? 1 : 0);
    default:
      return value;
  }
}
char* time_text(const Vector& vector, std::size_t row, const Type& type, char* out) {
  return pgwire::write_time(out, micros_of(vector, row, type));
}
char* micros_binary(const Vector& vector, std::size_t row, const Type& type, char* out) {
  return pgwire::put_int64(out, static_cast<std::uint64_t>(micros_of(vector, row, type)));
}
char* timestamp_text(const Vector& vector, std::size_t row, const Type& type, char* out) {
  return pgwire::write_timestamp(out, micros_of(vector, row, type));
}
char* timestamptz_text(const Vector& vector, std::size_t row, const Type& type, char* out) {
  return pgwire::write_timestamptz(out, micros_of(vector, row, type));
}
char* timestamp_binary(const Vector& vector, std::size_t row, const Type& type, char* out) {
  return pgwire::put_timestamp(out, micros_of(vector, row, type));
}

duckdb_time_tz_struct timetz_of(const Vector& vector, std::size_t row) {
  return duckdb_from_time_tz(vector.at<duckdb_time_tz>(row));
}
char* timetz_text(const Vector& vector, std::size_t row, const Type&, char* out) {
  auto parts = timetz_of(vector, row);
  return pgwire::write_timetz(out, duckdb_to_time(parts.time).micros, parts.offset);
}
char* timetz_binary(const Vector& vector, std::size_t row, const Type&, char* out) {
  auto parts = timetz_of(vector, row);
  out = pgwire::put_int64(out, static_cast<std::uint64_t>(duckdb_to_time(parts.time).micros));
  return pgwire::put_int32(out, static_cast<std::uint32_t>(-parts.offset));
}

char* interval_text(const Vector& vector, std::size_t row, const Type&, char* out) {
  const auto& value = vector.at<duckdb_interval>(row);
  return pgwire::write_interval(out, value.months, value.days, value.micros);
}
char* interval_binary(const Vector& vector, std::size_t row, const Type&, char* out) {
  const auto& value = vector.at<duckdb_interval>(row);
  return pgwire::put_interval(out, value.months, value.days, value.micros);
}

/// DuckDB keeps the first bit flipped, so that UUIDs sort as numbers do.
std::uint64_t uuid_upper(const duckdb_hugeint& value) {
  return static_cast<std::uint64_t>(value.upper) ^ (std::uint64_t{1} << 63);
}
char* uuid_text(const Vector& vector, std::size_t row, const Type&, char* out) {
  const auto& value = vector.at<duckdb_hugeint>(row);
  return pgwire::write_uuid(out, uuid_upper(value), value.lower);
}
char* uuid_binary(const Vector& vector, std::size_t row, const Type&, char* out) {
  const auto& value = vector.at<duckdb_hugeint>(row);
  return pgwire::put_int64(pgwire::put_int64(out, uuid_upper(value)), value.lower);
}

char* bytes(const Vector& vector, std::size_t row, const Type&, char* out) {
  std::string_view text = text_of(vector, row);
  std::memcpy(out, text.data(), text.size());
  return out + text.size();
}
char* bytea_text(const Vector& vector, std::size_t row, const Type&, char* out) {
  return pgwire::write_bytea(out, text_of(vector, row));
}

Way numeric_way() {
  return {Oid::numeric, numeric_text, pgwire::numeric_bytes, numeric_binary,
          pgwire::binary_numeric_bytes};
}

}  // namespace

std::string_view text_of(const Vector& vector, std::size_t row) {
  const auto& value = vector.at<duckdb_string_t>(row);
  std::uint32_t length = value.value.inlined.length;
  return {length <= sizeof value.value.inlined.inlined ? value.value.inlined.inlined
                                                       : value.value.pointer.ptr,
          length};
}

const std::string& word_of(const Vector& vector, std::size_t row, const Type& type) {
  switch (type.storage) {
    case DUCKDB_TYPE_UTINYINT:
      return type.words.at(vector.at<std::uint8_t>(row));
    case DUCKDB_TYPE_USMALLINT:
      return type.words.at(vector.at<std::uint16_t>(row));
    default:
      return type.words.at(vector.at<std::uint32_t>(row));
  }
}

std::optional<Way> way_of(duckdb_type type) {
  constexpr std::size_t number = pgwire::integer_bytes, real = pgwire::real_bytes,
                        moment = pgwire::timestamp_bytes;
  switch (type) {
    case DUCKDB_TYPE_BOOLEAN:
      return Way{Oid::boolean, boolean_text, 1, boolean_binary, 1};
    case DUCKDB_TYPE_TINYINT:
      return Way{Oid::int2, integer_text<std::int8_t>, number, int2_binary<std::int8_t>, 2};
    case DUCKDB_TYPE_SMALLINT:
      return Way{Oid::int2, integer_text<std::int16_t>, number, int2_binary<std::int16_t>, 2};
    case DUCKDB_TYPE_INTEGER:
      return Way{Oid::int4, integer_text<std::int32_t>, number, int4_binary<std::int32_t>, 4};
    case DUCKDB_TYPE_BIGINT:
      return Way{Oid::int8, integer_text<std::int64_t>, number, int8_binary<std::int64_t>, 8};
    case DUCKDB_TYPE_UTINYINT:
      return Way{Oid::int2, integer_text<std::uint8_t>, number, int2_binary<std::uint8_t>, 2};
    case DUCKDB_TYPE_USMALLINT:
      return Way{Oid::int4, integer_text<std::uint16_t>, number, int4_binary<std::uint16_t>, 4};
    case DUCKDB_TYPE_UINTEGER:
      return Way{Oid::oid, integer_text<std::uint32_t>, number, int4_binary<std::uint32_t>, 4};
    case DUCKDB_TYPE_UBIGINT:
      return Way{Oid::numeric, unsigned_text, number, numeric_binary, pgwire::binary_numeric_bytes};
    case DUCKDB_TYPE_HUGEINT:
      return Way{Oid::int8, bigint_text, number, bigint_binary, 8};
    case DUCKDB_TYPE_DECIMAL:
      return numeric_way();
    case DUCKDB_TYPE_FLOAT:
      return Way{Oid::float4, real_text<float>, real, float_binary, 4};
    case DUCKDB_TYPE_DOUBLE:
      return Way{Oid::float8, real_text<double>, real, double_binary, 8};
    case DUCKDB_TYPE_DATE:
      return Way{Oid::date, date_text, pgwire::date_bytes, date_binary, 4};
    case DUCKDB_TYPE_TIME:
    case DUCKDB_TYPE_TIME_NS:
      return Way{Oid::time, time_text, pgwire::time_bytes, micros_binary, 8};
    case DUCKDB_TYPE_TIME_TZ:
      return Way{Oid::timetz, timetz_text, moment, timetz_binary, 12};
    case DUCKDB_TYPE_TIMESTAMP:
    case DUCKDB_TYPE_TIMESTAMP_S:
    case DUCKDB_TYPE_TIMESTAMP_MS:
    case DUCKDB_TYPE_TIMESTAMP_NS:
      return Way{Oid::timestamp, timestamp_text, moment, timestamp_binary, 8};
    case DUCKDB_TYPE_TIMESTAMP_TZ:
      return Way{Oid::timestamptz, timestamptz_text, moment, timestamp_binary, 8};
    case DUCKDB_TYPE_INTERVAL:
      return Way{Oid::interval, interval_text, pgwire::interval_bytes, interval_binary, 16};
    case DUCKDB_TYPE_UUID:
      return Way{Oid::uuid, uuid_text, pgwire::uuid_bytes, uuid_binary, 16};
    case DUCKDB_TYPE_VARCHAR:
      return Way{Oid::varchar, bytes, 0, bytes, 0, 1};
    case DUCKDB_TYPE_BLOB:
      return Way{Oid::bytea, bytea_text, 2, bytes, 0, 2};
    default:
      return std::nullopt;
  }
}

}  // namespace sparkify::session
