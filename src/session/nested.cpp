// Values that hold others: lists, structs, maps; and enums, which are words.

#include <algorithm>

#include "base/text.hpp"
#include "pgwire/values.hpp"
#include "session/values.hpp"

namespace sparkify::session {
namespace {

using duckdb::Type;
using duckdb::Vector;

/// Where a list's elements stand in its child.
struct Stretch {
  std::size_t begin = 0, end = 0;
};

Stretch stretch_of(const Vector& vector, std::size_t row, const Type& type) {
  if (type.id == DUCKDB_TYPE_ARRAY) return {row * type.array_size, (row + 1) * type.array_size};
  const auto& entry = vector.at<duckdb_list_entry>(row);
  return {entry.offset, entry.offset + entry.length};
}

void append_flat(const Vector& vector, std::size_t row, const Type& type, bool is_binary,
                 std::string& out) {
  if (type.id == DUCKDB_TYPE_ENUM) {
    out += word_of(vector, row, type);
    return;
  }
  auto way = way_of(type.id);
  if (!way) return;
  std::size_t size = out.size();
  std::size_t room = is_binary ? way->binary_bytes : way->text_bytes;
  if (way->text_factor > 0) room += way->text_factor * text_of(vector, row).size();
  out.resize(size + room);
  char* end = (is_binary ? way->binary : way->text)(vector, row, type, out.data() + size);
  out.resize(static_cast<std::size_t>(end - out.data()));
}

bool needs_quotes(std::string_view text) {
  return text.empty() || text.find_first_of("{},\"\\ \t\n\r\v\f") != std::string_view::npos ||
         base::to_lower(text) == "null";
}

/// `{1,NULL,"a b"}`.
void append_array(const Vector& vector, std::size_t row, const Type& type, std::string& out) {
  Stretch stretch = stretch_of(vector, row, type);
  out += '{';
  std::string element;
  for (std::size_t i = stretch.begin; i < stretch.end; ++i) {
    if (i > stretch.begin) out += ',';
    if (vector.children[0].is_null(i)) {
      out += "NULL";
      continue;
    }
    element.clear();
    append_flat(vector.children[0], i, type.children[0], false, element);
    if (!needs_quotes(element)) {
      out += element;
      continue;
    }
    out += '"';
    for (char c : element) {
      if (c == '"' || c == '\\') out += '\\';
      out += c;
    }
    out += '"';
  }
  out += '}';
}

void append_number(std::string& out, std::uint32_t value) {
  std::size_t size = out.size();
  out.resize(size + 4);
  pgwire::put_int32(out.data() + size, value);
}

/// Dimensions, whether there are NULLs, the elements' type; then for each its length and bytes.
void append_binary_array(const Vector& vector, std::size_t row, const Type& type,
                         std::string& out) {
  Stretch stretch = stretch_of(vector, row, type);
  const Type& element = type.children[0];
  bool has_nulls = false;
  for (std::size_t i = stretch.begin; i < stretch.end; ++i) {
    has_nulls |= vector.children[0].is_null(i);
  }
  bool is_empty = stretch.begin == stretch.end;
  append_number(out, is_empty ? 0 : 1);
  append_number(out, has_nulls ? 1 : 0);
  append_number(out, pgwire::number(element_oid(element)));
  if (is_empty) return;
  append_number(out, static_cast<std::uint32_t>(stretch.end - stretch.begin));
  append_number(out, 1);  // the first index
  for (std::size_t i = stretch.begin; i < stretch.end; ++i) {
    std::size_t head = out.size();
    append_number(out, 0xFFFF'FFFF);
    if (vector.children[0].is_null(i)) continue;
    append_flat(vector.children[0], i, element, true, out);
    pgwire::put_int32(out.data() + head, static_cast<std::uint32_t>(out.size() - head - 4));
  }
}

void append_json(const Vector& vector, std::size_t row, const Type& type, std::string& out);

void append_json_list(const Vector& vector, std::size_t row, const Type& type, std::string& out) {
  Stretch stretch = stretch_of(vector, row, type);
  out += '[';
  for (std::size_t i = stretch.begin; i < stretch.end; ++i) {
    if (i > stretch.begin) out += ',';
    append_json(vector.children[0], i, type.children[0], out);
  }
  out += ']';
}

void append_json_struct(const Vector& vector, std::size_t row, const Type& type, std::string& out) {
  out += '{';
  for (std::size_t i = 0; i < type.children.size(); ++i) {
    if (i > 0) out += ',';
    base::append_json_text(type.words[i], out);
    out += ':';
    append_json(vector.children[i], row, type.children[i], out);
  }
  out += '}';
}

void append_json_map(const Vector& vector, std::size_t row, const Type& type, std::string& out) {
  const auto& entry = vector.at<duckdb_list_entry>(row);
  out += '{';
  std::string key;
  for (std::size_t i = entry.offset; i < entry.offset + entry.length; ++i) {
    if (i > entry.offset) out += ',';
    key.clear();
    append_text(vector.children[0], i, type.children[0], key);
    base::append_json_text(key, out);
    out += ':';
    append_json(vector.children[1], i, type.children[1], out);
  }
  out += '}';
}

bool is_json_number(duckdb_type type) {
  auto way = way_of(type);
  if (!way) return false;
  switch (way->oid) {
    case pgwire::Oid::int2:
    case pgwire::Oid::int4:
    case pgwire::Oid::int8:
    case pgwire::Oid::numeric:
      return true;
    default:
      return false;
  }
}

void append_json(const Vector& vector, std::size_t row, const Type& type, std::string& out) {
  if (vector.is_null(row)) {
    out += "null";
    return;
  }
  switch (type.id) {
    case DUCKDB_TYPE_LIST:
    case DUCKDB_TYPE_ARRAY:
      return append_json_list(vector, row, type, out);
    case DUCKDB_TYPE_STRUCT:
      return append_json_struct(vector, row, type, out);
    case DUCKDB_TYPE_MAP:
      return append_json_map(vector, row, type, out);
    case DUCKDB_TYPE_BOOLEAN:
      out += vector.at<bool>(row) ? "true" : "false";
      return;
    default:
      break;
  }
  std::string text;
  append_flat(vector, row, type, false, text);
  bool is_finite_real = (type.id == DUCKDB_TYPE_DOUBLE || type.id == DUCKDB_TYPE_FLOAT) &&
                        text.find_first_of("NI") == std::string::npos;
  if (is_finite_real || is_json_number(type.id)) {
    out += text;
  } else {
    base::append_json_text(text, out);
  }
}

}  // namespace

pgwire::Oid element_oid(const Type& type) {
  auto way = way_of(type.id);
  bool is_text = !way || way->oid == pgwire::Oid::varchar;
  return is_text ? pgwire::Oid::text : way->oid;
}

bool is_array(const Type& type) {
  if (type.id != DUCKDB_TYPE_LIST && type.id != DUCKDB_TYPE_ARRAY) return false;
  duckdb_type element = type.children[0].id;
  return element == DUCKDB_TYPE_ENUM || way_of(element).has_value();
}

void append_text(const Vector& vector, std::size_t row, const Type& type, std::string& out) {
  if (is_array(type)) return append_array(vector, row, type, out);
  if (type.id == DUCKDB_TYPE_ENUM || way_of(type.id)) {
    return append_flat(vector, row, type, false, out);
  }
  append_json(vector, row, type, out);
}

void append_binary(const Vector& vector, std::size_t row, const Type& type, std::string& out) {
  if (is_array(type)) return append_binary_array(vector, row, type, out);
  if (type.id == DUCKDB_TYPE_ENUM || way_of(type.id)) {
    return append_flat(vector, row, type, true, out);
  }
  append_json(vector, row, type, out);
}

}  // namespace sparkify::session
