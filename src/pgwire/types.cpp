#include "pgwire/types.hpp"

#include <algorithm>
#include <array>

namespace sparkify::pgwire {
namespace {

struct Row {
  Oid oid;
  std::uint32_t array;
  std::int16_t size;
  std::string_view name;
};

constexpr auto table = std::to_array<Row>({
    {Oid::boolean, 1000, 1, "boolean"},     {Oid::bytea, 1001, -1, "blob"},
    {Oid::name, 1003, 64, "varchar"},       {Oid::int8, 1016, 8, "bigint"},
    {Oid::int2, 1005, 2, "smallint"},       {Oid::int4, 1007, 4, "integer"},
    {Oid::text, 1009, -1, "varchar"},       {Oid::oid, 1028, 4, "bigint"},
    {Oid::json, 199, -1, "varchar"},        {Oid::float4, 1021, 4, "float"},
    {Oid::float8, 1022, 8, "double"},       {Oid::untyped, 0, -2, ""},
    {Oid::bpchar, 1014, -1, "varchar"},     {Oid::varchar, 1015, -1, "varchar"},
    {Oid::date, 1182, 4, "date"},           {Oid::time, 1183, 8, "time"},
    {Oid::timestamp, 1115, 8, "timestamp"}, {Oid::timestamptz, 1185, 8, "timestamptz"},
    {Oid::interval, 1187, 16, "interval"},  {Oid::timetz, 1270, 12, "timetz"},
    {Oid::numeric, 1231, -1, "decimal"},    {Oid::uuid, 2951, 16, "uuid"},
});

const Row* find(std::uint32_t oid) {
  auto found = std::find_if(table.begin(), table.end(),
                            [&](const Row& row) { return number(row.oid) == oid; });
  return found == table.end() ? nullptr : &*found;
}

}  // namespace

std::int16_t size_of(Oid oid) {
  const Row* row = find(number(oid));
  return row == nullptr ? std::int16_t{-1} : row->size;
}

std::uint32_t array_of(Oid oid) {
  const Row* row = find(number(oid));
  return row == nullptr ? 0 : row->array;
}

std::string_view sql_name(std::uint32_t oid) {
  const Row* row = find(oid);
  return row == nullptr ? std::string_view() : row->name;
}

}  // namespace sparkify::pgwire
