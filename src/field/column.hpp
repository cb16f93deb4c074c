#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace sparkify::field {

/// Redshift's types that can be loaded from text.
enum class Type {
  boolean,
  int2,
  int4,
  int8,
  numeric,  ///< precision, scale
  float4,
  float8,
  varchar,    ///< max_bytes
  character,  ///< max_bytes, of ASCII
  date,
  time,
  timetz,
  timestamp,
  timestamptz,
  super,    ///< any JSON value, as text
  varbyte,  ///< max_bytes; hexadecimal in files
};

struct Column {
  std::string name;  ///< in lower case
  Type type = Type::varchar;
  std::size_t max_bytes = 0;
  unsigned precision = 0, scale = 0;
  bool is_required = false;  ///< NOT NULL
};

/// As stl_load_errors says it: `int4`, `varchar`, `timestamp`.
std::string_view type_name(Type type);
/// Likewise: `256`, `18, 0`, `0` where a type has no length.
std::string length_text(const Column& column);

}  // namespace sparkify::field
