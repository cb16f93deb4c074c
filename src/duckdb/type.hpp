#pragma once

#include <duckdb.h>

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

namespace sparkify::duckdb {

struct DestroyType {
  void operator()(duckdb_logical_type type) const { duckdb_destroy_logical_type(&type); }
};
using TypeHandle = std::unique_ptr<std::remove_pointer_t<duckdb_logical_type>, DestroyType>;

/// A column's type as a value.
struct Type {
  duckdb_type id = DUCKDB_TYPE_INVALID;
  std::string alias;                          ///< JSON, for one; empty: none
  std::uint8_t width = 0, scale = 0;          ///< of DECIMAL
  duckdb_type storage = DUCKDB_TYPE_INVALID;  ///< of DECIMAL and ENUM: their integers
  std::vector<std::string> words;             ///< of ENUM: values; STRUCT: field names
  std::vector<Type> children;  ///< of LIST, ARRAY (one), MAP (key, value), STRUCT, UNION
  std::size_t array_size = 0;

  static Type of(duckdb_logical_type type);
};

/// A stretch of values of one column, borrowed from a chunk.
struct Vector {
  const void* data = nullptr;
  const std::uint64_t* validity = nullptr;  ///< nullptr: no NULL
  std::vector<Vector> children;             ///< as the type's; of MAP: key and value

  Vector() = default;
  Vector(duckdb_vector vector, const Type& type);

  bool is_null(std::size_t row) const {
    return validity != nullptr && (validity[row / 64] >> (row % 64) & 1) == 0;
  }
  template <typename Value>
  const Value& at(std::size_t row) const {
    return static_cast<const Value*>(data)[row];
  }
};

}  // namespace sparkify::duckdb
