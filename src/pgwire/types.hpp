#pragma once

#include <cstdint>
#include <string_view>

namespace sparkify::pgwire {

/// The types that clients know by number. Source: PostgreSQL's pg_type.dat.
enum class Oid : std::uint32_t {
  unknown = 0,
  boolean = 16,
  bytea = 17,
  name = 19,
  int8 = 20,
  int2 = 21,
  int4 = 23,
  text = 25,
  oid = 26,
  json = 114,
  float4 = 700,
  float8 = 701,
  untyped = 705,  ///< PostgreSQL's type "unknown", of literals
  bpchar = 1042,
  varchar = 1043,
  date = 1082,
  time = 1083,
  timestamp = 1114,
  timestamptz = 1184,
  interval = 1186,
  timetz = 1266,
  numeric = 1700,
  uuid = 2950,
};

constexpr std::uint32_t number(Oid oid) { return static_cast<std::uint32_t>(oid); }

/// Bytes of a value, -1: varies.
std::int16_t size_of(Oid oid);
/// Of arrays of `oid`; 0: there is none.
std::uint32_t array_of(Oid oid);
/// The modifier of numeric(precision, scale).
constexpr std::int32_t numeric_modifier(unsigned precision, unsigned scale) {
  return static_cast<std::int32_t>((precision << 16 | scale) + 4);
}
/// The type's name in SQL that DuckDB understands: `integer`; empty for an unknown number.
std::string_view sql_name(std::uint32_t oid);

}  // namespace sparkify::pgwire
