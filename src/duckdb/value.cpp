#include "duckdb/value.hpp"

#include <fmt/format.h>

#include <cmath>
#include <cstdint>
#include <cstdlib>
#include <functional>

namespace sparkify::duckdb {
namespace {

__extension__ using Int128 = __int128;
__extension__ using Uint128 = unsigned __int128;

template <typename Number>
std::string integer_text(const void* data, std::size_t row) {
  return fmt::format("{}", static_cast<const Number*>(data)[row]);
}

/// The shortest text that reads back as the same number; whole numbers keep `.0` as DuckDB does.
template <typename Real>
std::string real_text(const void* data, std::size_t row) {
  Real value = static_cast<const Real*>(data)[row];
  if (std::isnan(value)) return "nan";
  if (std::isinf(value)) return value < 0 ? "-inf" : "inf";
  std::string text = fmt::format("{}", value);
  if (text.find_first_of(".e") == std::string::npos) text += ".0";
  return text;
}

/// A 128-bit integer with `scale` digits after the point.
std::string scaled_text(Int128 value, unsigned scale) {
  bool is_negative = value < 0;
  Uint128 rest = is_negative ? -static_cast<Uint128>(value) : static_cast<Uint128>(value);
  std::string digits;
  do {
    digits.insert(digits.begin(), static_cast<char>('0' + static_cast<int>(rest % 10)));
    rest /= 10;
  } while (rest != 0 || digits.size() <= scale);
  if (scale > 0) digits.insert(digits.size() - scale, ".");
  return is_negative ? "-" + digits : digits;
}

Int128 wide(const duckdb_hugeint& value) {
  return (static_cast<Int128>(value.upper) << 64) | value.lower;
}

std::string decimal_text(const void* data, std::size_t row, duckdb_logical_type type) {
  unsigned scale = duckdb_decimal_scale(type);
  switch (duckdb_decimal_internal_type(type)) {
    case DUCKDB_TYPE_SMALLINT:
      return scaled_text(static_cast<const std::int16_t*>(data)[row], scale);
    case DUCKDB_TYPE_INTEGER:
      return scaled_text(static_cast<const std::int32_t*>(data)[row], scale);
    case DUCKDB_TYPE_BIGINT:
      return scaled_text(static_cast<const std::int64_t*>(data)[row], scale);
    default:
      return scaled_text(wide(static_cast<const duckdb_hugeint*>(data)[row]), scale);
  }
}

std::string date_text(duckdb_date date) {
  if (date.days == INT32_MAX) return "infinity";
  if (date.days == -INT32_MAX) return "-infinity";
  duckdb_date_struct parts = duckdb_from_date(date);
  return fmt::format("{:04}-{:02}-{:02}", parts.year, static_cast<int>(parts.month),
                     static_cast<int>(parts.day));
}

std::string time_text(std::int64_t micros) {
  std::int64_t seconds = micros / 1'000'000, fraction = micros % 1'000'000;
  std::string text =
      fmt::format("{:02}:{:02}:{:02}", seconds / 3600, seconds / 60 % 60, seconds % 60);
  if (fraction == 0) return text;
  std::string digits = fmt::format(".{:06}", fraction);
  digits.erase(digits.find_last_not_of('0') + 1);
  return text + digits;
}

std::string timestamp_text(std::int64_t micros) {
  if (micros == INT64_MAX) return "infinity";
  if (micros == -INT64_MAX) return "-infinity";
  constexpr std::int64_t day = 86'400'000'000;
  std::int64_t days = micros / day - (micros % day < 0 ? 1 : 0);
  return date_text({static_cast<std::int32_t>(days)}) + " " + time_text(micros - days * day);
}

std::string varchar_text(const void* data, std::size_t row) {
  auto value = static_cast<const duckdb_string_t*>(data)[row];
  return {duckdb_string_t_data(&value), duckdb_string_t_length(value)};
}

std::string value_text(const void* data, std::size_t row, duckdb_logical_type type,
                       duckdb_type id) {
  switch (id) {
    case DUCKDB_TYPE_BOOLEAN:
      return static_cast<const bool*>(data)[row] ? "true" : "false";
    case DUCKDB_TYPE_TINYINT:
      return integer_text<std::int8_t>(data, row);
    case DUCKDB_TYPE_SMALLINT:
      return integer_text<std::int16_t>(data, row);
    case DUCKDB_TYPE_INTEGER:
      return integer_text<std::int32_t>(data, row);
    case DUCKDB_TYPE_BIGINT:
      return integer_text<std::int64_t>(data, row);
    case DUCKDB_TYPE_UTINYINT:
      return integer_text<std::uint8_t>(data, row);
    case DUCKDB_TYPE_USMALLINT:
      return integer_text<std::uint16_t>(data, row);
    case DUCKDB_TYPE_UINTEGER:
      return integer_text<std::uint32_t>(data, row);
    case DUCKDB_TYPE_UBIGINT:
      return integer_text<std::uint64_t>(data, row);
    case DUCKDB_TYPE_HUGEINT:
      return scaled_text(wide(static_cast<const duckdb_hugeint*>(data)[row]), 0);
    case DUCKDB_TYPE_FLOAT:
      return real_text<float>(data, row);
    case DUCKDB_TYPE_DOUBLE:
      return real_text<double>(data, row);
    case DUCKDB_TYPE_DECIMAL:
      return decimal_text(data, row, type);
    case DUCKDB_TYPE_DATE:
      return date_text(static_cast<const duckdb_date*>(data)[row]);
    case DUCKDB_TYPE_TIME:
      return time_text(static_cast<const std::int64_t*>(data)[row]);
    case DUCKDB_TYPE_TIMESTAMP:
      return timestamp_text(static_cast<const std::int64_t*>(data)[row]);
    default:
      return varchar_text(data, row);
  }
}

}  // namespace

bool is_printable(duckdb_type type) {
  switch (type) {
    case DUCKDB_TYPE_BOOLEAN:
    case DUCKDB_TYPE_TINYINT:
    case DUCKDB_TYPE_SMALLINT:
    case DUCKDB_TYPE_INTEGER:
    case DUCKDB_TYPE_BIGINT:
    case DUCKDB_TYPE_UTINYINT:
    case DUCKDB_TYPE_USMALLINT:
    case DUCKDB_TYPE_UINTEGER:
    case DUCKDB_TYPE_UBIGINT:
    case DUCKDB_TYPE_HUGEINT:
    case DUCKDB_TYPE_FLOAT:
    case DUCKDB_TYPE_DOUBLE:
    case DUCKDB_TYPE_DECIMAL:
    case DUCKDB_TYPE_DATE:
    case DUCKDB_TYPE_TIME:
    case DUCKDB_TYPE_TIMESTAMP:
    case DUCKDB_TYPE_VARCHAR:
      return true;
    default:
      return false;
  }
}

void column_text(duckdb_vector vector, duckdb_logical_type type, std::size_t row_count,
                 std::vector<std::optional<std::string>>& out) {
  const void* data = duckdb_vector_get_data(vector);
  std::uint64_t* validity = duckdb_vector_get_validity(vector);
  duckdb_type id = duckdb_get_type_id(type);
  for (std::size_t row = 0; row < row_count; ++row) {
    if (validity && !duckdb_validity_row_is_valid(validity, row)) {
      out.emplace_back();
    } else {
      out.emplace_back(value_text(data, row, type, id));
    }
  }
}

}  // namespace sparkify::duckdb
