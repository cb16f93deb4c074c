#include "session/columns.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "pgwire/values.hpp"

namespace sparkify::session {

using duckdb::Type;
using duckdb::Vector;
using pgwire::Format;
using pgwire::Oid;

WireType wire_type(const Type& type) {
  if (is_array(type)) return {pgwire::array_of(element_oid(type.children[0])), -1, -1};
  auto way = way_of(type.id);
  Oid oid = way ? way->oid : Oid::varchar;
  if (type.id == DUCKDB_TYPE_SQLNULL) oid = Oid::text;
  std::int32_t modifier = -1;
  if (type.id == DUCKDB_TYPE_DECIMAL) modifier = pgwire::numeric_modifier(type.width, type.scale);
  if (type.id == DUCKDB_TYPE_UBIGINT) modifier = pgwire::numeric_modifier(20, 0);
  return {pgwire::number(oid), pgwire::size_of(oid), modifier};
}

bool is_writable(const Type& type) {
  switch (type.id) {
    case DUCKDB_TYPE_ENUM:
    case DUCKDB_TYPE_SQLNULL:
      return true;
    case DUCKDB_TYPE_LIST:
    case DUCKDB_TYPE_ARRAY:
    case DUCKDB_TYPE_STRUCT:
    case DUCKDB_TYPE_MAP:
      return std::all_of(type.children.begin(), type.children.end(), is_writable);
    default:
      return way_of(type.id).has_value();
  }
}

void apply_formats(std::vector<pgwire::Field>& fields, std::span<const Format> formats) {
  if (formats.size() > 1 && formats.size() != fields.size()) {
    throw base::Error(base::ErrorKind::sql, fmt::format("{} result formats for {} columns",
                                                        formats.size(), fields.size()))
        .sql_state("08P01");
  }
  for (std::size_t i = 0; i < fields.size(); ++i) {
    fields[i].format = formats.empty() ? Format::text : formats[formats.size() == 1 ? 0 : i];
  }
}

RowWriter::RowWriter(std::span<const duckdb::ResultColumn> columns, std::span<const Format> formats)
    : fixed_bytes_(7 + 4 * columns.size()) {
  for (std::size_t i = 0; i < columns.size(); ++i) {
    Column column;
    column.type = &columns[i].type;
    if (!formats.empty()) column.format = formats.size() == 1 ? formats[0] : formats[i];
    bool is_binary = column.format == Format::binary;
    if (auto way = way_of(column.type->id)) {
      column.write = is_binary ? way->binary : way->text;
      column.text_factor = is_binary ? std::min(way->text_factor, 1U) : way->text_factor;
      fixed_bytes_ += is_binary ? way->binary_bytes : way->text_bytes;
    } else {
      is_nested_ |= column.type->id != DUCKDB_TYPE_SQLNULL;
    }
    columns_.push_back(column);
  }
}

void RowWriter::write_flat(std::span<const Vector> vectors, std::size_t row,
                           pgwire::Output& output) const {
  std::size_t most_bytes = fixed_bytes_;
  for (std::size_t i = 0; i < columns_.size(); ++i) {
    unsigned factor = columns_[i].text_factor;
    if (factor > 0 && !vectors[i].is_null(row)) {
      most_bytes += factor * text_of(vectors[i], row).size();
    }
  }
  char* const start = output.room(most_bytes);
  *start = 'D';
  char* out = pgwire::put_int16(start + 5, static_cast<std::uint16_t>(columns_.size()));
  for (std::size_t i = 0; i < columns_.size(); ++i) {
    if (vectors[i].is_null(row)) {
      out = pgwire::put_int32(out, 0xFFFF'FFFF);
      continue;
    }
    char* end = columns_[i].write(vectors[i], row, *columns_[i].type, out + 4);
    pgwire::put_int32(out, static_cast<std::uint32_t>(end - out - 4));
    out = end;
  }
  pgwire::put_int32(start + 1, static_cast<std::uint32_t>(out - start - 1));
  output.advance_to(out);
}

void RowWriter::write_nested(std::span<const Vector> vectors, std::size_t row,
                             pgwire::Output& output) const {
  // A value that cannot be written must leave no part of a message behind.
  constexpr std::size_t length_bytes = 4;
  std::string fields;
  for (std::size_t i = 0; i < columns_.size(); ++i) {
    std::size_t head = fields.size();
    fields.append(length_bytes, '\xFF');
    if (vectors[i].is_null(row)) continue;
    if (columns_[i].format == Format::binary) {
      append_binary(vectors[i], row, *columns_[i].type, fields);
    } else {
      append_text(vectors[i], row, *columns_[i].type, fields);
    }
    pgwire::put_int32(fields.data() + head,
                      static_cast<std::uint32_t>(fields.size() - head - length_bytes));
  }
  output.begin('D');
  output.put_int16(static_cast<std::uint16_t>(columns_.size()));
  output.put_bytes(fields);
  output.end();
}

}  // namespace sparkify::session
