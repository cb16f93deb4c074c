#include "editor/reading.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>

#include "pgwire/types.hpp"

namespace sparkify::editor {
namespace {

using format::ValueKind;
using pgwire::Oid;

constexpr std::uint32_t is_null = 0xFFFF'FFFF;
/// Of texts and numerics: the modifier is that much more than what it says.
constexpr std::int32_t modifier_base = 4;

struct TypeName {
  ValueKind kind;
  std::string_view engine, redshift;
};

TypeName name_of(Oid oid) {
  switch (oid) {
    case Oid::boolean:
      return {ValueKind::boolean, "BOOLEAN", "boolean"};
    case Oid::int2:
      return {ValueKind::number, "SMALLINT", "smallint"};
    case Oid::int4:
      return {ValueKind::number, "INTEGER", "integer"};
    case Oid::int8:
    case Oid::oid:
      return {ValueKind::number, "BIGINT", "bigint"};
    case Oid::float4:
      return {ValueKind::number, "FLOAT", "real"};
    case Oid::float8:
      return {ValueKind::number, "DOUBLE", "double precision"};
    case Oid::date:
      return {ValueKind::text, "DATE", "date"};
    case Oid::time:
      return {ValueKind::text, "TIME", "time"};
    case Oid::timestamp:
      return {ValueKind::text, "TIMESTAMP", "timestamp"};
    case Oid::timestamptz:
      return {ValueKind::text, "TIMESTAMP WITH TIME ZONE", "timestamptz"};
    case Oid::varchar:
    case Oid::text:
    case Oid::bpchar:
    case Oid::name:
      return {ValueKind::text, "VARCHAR", "varchar"};
    default:
      return {ValueKind::text, "VARCHAR", ""};
  }
}

ResultColumn column_of(std::string name, std::uint32_t oid, std::int32_t modifier) {
  TypeName type = name_of(static_cast<Oid>(oid));
  ResultColumn found{{std::move(name), type.kind, std::string(type.engine)},
                     std::string(type.redshift)};
  if (static_cast<Oid>(oid) != Oid::numeric) return found;
  found.column.kind = ValueKind::number;
  found.redshift_type = "numeric";
  if (modifier >= modifier_base) {
    std::int32_t packed = modifier - modifier_base;
    std::string size = fmt::format("({},{})", packed >> 16, packed & 0xFFFF);
    found.column.type = "DECIMAL" + size;
    found.redshift_type += size;
  }
  return found;
}

}  // namespace

std::uint32_t Reading::number(std::size_t size) {
  std::uint32_t value = 0;
  for (char c : bytes(size)) value = value << 8 | static_cast<unsigned char>(c);
  return value;
}

std::string Reading::text() {
  std::string found(rest_.substr(0, rest_.find('\0')));
  rest_.remove_prefix(std::min(found.size() + 1, rest_.size()));
  return found;
}

std::string_view Reading::bytes(std::size_t size) {
  std::string_view found = rest_.substr(0, size);
  rest_.remove_prefix(found.size());
  return found;
}

std::vector<ResultColumn> columns_of(std::string_view body) {
  Reading reading(body);
  std::vector<ResultColumn> columns(reading.number16());
  for (ResultColumn& column : columns) {
    std::string name = reading.text();
    reading.bytes(6);  // the table it is of, which nobody told
    std::uint32_t oid = reading.number32();
    reading.number16();
    auto modifier = static_cast<std::int32_t>(reading.number32());
    reading.number16();
    column = column_of(std::move(name), oid, modifier);
  }
  return columns;
}

void read_row(std::string_view body, const std::vector<ResultColumn>& columns,
              std::vector<std::optional<std::string_view>>& values) {
  Reading reading(body);
  values.assign(reading.number16(), std::nullopt);
  for (std::size_t i = 0; i < values.size(); ++i) {
    std::uint32_t size = reading.number32();
    if (size == is_null) continue;
    values[i] = reading.bytes(size);
    bool is_boolean = i < columns.size() && columns[i].column.kind == ValueKind::boolean;
    if (is_boolean) values[i] = values[i] == "t" ? "true" : "false";
  }
}

Failure failure_of(std::string_view body) {
  Failure failure;
  for (Reading reading(body); !reading.is_over();) {
    std::string field = reading.text();
    if (field.empty()) break;
    std::string value = field.substr(1);
    switch (field.front()) {
      case 'M':
        failure.message = std::move(value);
        break;
      case 'D':
        failure.detail = std::move(value);
        break;
      case 'H':
        failure.hint = std::move(value);
        break;
      case 'C':
        failure.sql_state = std::move(value);
        break;
      case 'P':
        std::from_chars(value.data(), value.data() + value.size(), failure.position);
        break;
      default:
        break;
    }
  }
  return failure;
}

}  // namespace sparkify::editor
