#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace sparkify::pgwire {

__extension__ using Int128 = __int128;

/// PostgreSQL counts from 2000-01-01, the engine from 1970.
inline constexpr std::int32_t epoch_days = 10'957;
inline constexpr std::int64_t day_micros = 86'400'000'000;

/// Values as PostgreSQL 15 writes them. Each function writes at `out`, where there must be room for
/// as many bytes as its constant says, and returns the end. None allocates.
/// Source: PostgreSQL's "Data Types", datetime and numeric output with DateStyle `ISO, MDY`,
/// IntervalStyle `postgres`, extra_float_digits 1.

constexpr std::size_t integer_bytes = 20, real_bytes = 32, numeric_bytes = 44, date_bytes = 16,
                      time_bytes = 24, timestamp_bytes = 40, interval_bytes = 96, uuid_bytes = 36;

char* write_integer(char* out, std::int64_t value);
char* write_unsigned(char* out, std::uint64_t value);
/// The shortest text that reads back as the same number.
char* write_real(char* out, double value);
char* write_real(char* out, float value);
/// `value` / 10^scale, with all `scale` digits.
char* write_numeric(char* out, Int128 value, unsigned scale);
/// Days since 1970-01-01; `2018-11-01`, `0044-03-15 BC`, `infinity`.
char* write_date(char* out, std::int32_t days);
/// Microseconds of a day; `21:01:46.796`.
char* write_time(char* out, std::int64_t micros);
/// Microseconds since 1970-01-01 00:00.
char* write_timestamp(char* out, std::int64_t micros);
/// The same as an instant in UTC: `2018-11-01 21:01:46.796+00`.
char* write_timestamptz(char* out, std::int64_t micros);
char* write_timetz(char* out, std::int64_t micros, std::int32_t offset_seconds);
/// `1 year 2 mons 3 days 04:05:06.7`.
char* write_interval(char* out, std::int32_t months, std::int32_t days, std::int64_t micros);
/// From the 128 bits, most significant first.
char* write_uuid(char* out, std::uint64_t upper, std::uint64_t lower);
/// `\x4869`: 2 + 2 bytes for each.
char* write_bytea(char* out, std::string_view bytes);

// The same in binary; multi-byte numbers are big-endian.

constexpr std::size_t binary_numeric_bytes = 8 + 2 * 14;

char* put_int16(char* out, std::uint16_t value);
char* put_int32(char* out, std::uint32_t value);
char* put_int64(char* out, std::uint64_t value);
char* put_numeric(char* out, Int128 value, unsigned scale);
char* put_date(char* out, std::int32_t days);
char* put_timestamp(char* out, std::int64_t micros);
char* put_interval(char* out, std::int32_t months, std::int32_t days, std::int64_t micros);

/// A parameter in binary, as the text that SQL's cast understands.
/// Throws bad_data (SQLSTATE 22P03): not a value of that type, or a type without a binary format.
std::string text_of_binary(std::uint32_t oid, std::string_view bytes);

/// bytea's text (`\x4869` or with escapes) as the one that DuckDB's cast to BLOB understands.
/// Throws bad_data (SQLSTATE 22P02).
std::string blob_literal(std::string_view bytea);

}  // namespace sparkify::pgwire
