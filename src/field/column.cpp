#include "field/column.hpp"

#include <fmt/format.h>

namespace sparkify::field {

std::string_view type_name(Type type) {
  switch (type) {
    case Type::boolean:
      return "bool";
    case Type::int2:
      return "int2";
    case Type::int4:
      return "int4";
    case Type::int8:
      return "int8";
    case Type::numeric:
      return "numeric";
    case Type::float4:
      return "float4";
    case Type::float8:
      return "float8";
    case Type::varchar:
      return "varchar";
    case Type::character:
      return "char";
    case Type::date:
      return "date";
    case Type::time:
      return "time";
    case Type::timetz:
      return "timetz";
    case Type::timestamp:
      return "timestamp";
    case Type::timestamptz:
      return "timestamptz";
    case Type::super:
      return "super";
    case Type::varbyte:
      return "varbyte";
  }
  return "";
}

std::string length_text(const Column& column) {
  if (column.type == Type::numeric) return fmt::format("{}, {}", column.precision, column.scale);
  bool has_length = column.type == Type::varchar || column.type == Type::character ||
                    column.type == Type::varbyte;
  return has_length ? fmt::format("{}", column.max_bytes) : "0";
}

}  // namespace sparkify::field
