#include "duckdb/type.hpp"

namespace sparkify::duckdb {
namespace {

struct Free {
  void operator()(char* text) const { duckdb_free(text); }
};

std::string taken(char* text) {
  std::unique_ptr<char, Free> owner(text);
  return owner ? owner.get() : "";
}

Type child_of(duckdb_logical_type child) { return Type::of(TypeHandle(child).get()); }

void add_fields(Type& type, duckdb_logical_type handle) {
  for (idx_t i = 0; i < duckdb_struct_type_child_count(handle); ++i) {
    type.words.push_back(taken(duckdb_struct_type_child_name(handle, i)));
    type.children.push_back(child_of(duckdb_struct_type_child_type(handle, i)));
  }
}

}  // namespace

Type Type::of(duckdb_logical_type handle) {
  Type type;
  type.id = duckdb_get_type_id(handle);
  type.alias = taken(duckdb_logical_type_get_alias(handle));
  switch (type.id) {
    case DUCKDB_TYPE_DECIMAL:
      type.width = duckdb_decimal_width(handle);
      type.scale = duckdb_decimal_scale(handle);
      type.storage = duckdb_decimal_internal_type(handle);
      break;
    case DUCKDB_TYPE_ENUM:
      type.storage = duckdb_enum_internal_type(handle);
      for (idx_t i = 0; i < duckdb_enum_dictionary_size(handle); ++i) {
        type.words.push_back(taken(duckdb_enum_dictionary_value(handle, i)));
      }
      break;
    case DUCKDB_TYPE_LIST:
      type.children.push_back(child_of(duckdb_list_type_child_type(handle)));
      break;
    case DUCKDB_TYPE_ARRAY:
      type.children.push_back(child_of(duckdb_array_type_child_type(handle)));
      type.array_size = duckdb_array_type_array_size(handle);
      break;
    case DUCKDB_TYPE_MAP:
      type.children.push_back(child_of(duckdb_map_type_key_type(handle)));
      type.children.push_back(child_of(duckdb_map_type_value_type(handle)));
      break;
    case DUCKDB_TYPE_STRUCT:
      add_fields(type, handle);
      break;
    default:
      break;
  }
  return type;
}

Vector::Vector(duckdb_vector vector, const Type& type)
    : data(duckdb_vector_get_data(vector)), validity(duckdb_vector_get_validity(vector)) {
  switch (type.id) {
    case DUCKDB_TYPE_LIST:
      children.emplace_back(duckdb_list_vector_get_child(vector), type.children[0]);
      break;
    case DUCKDB_TYPE_ARRAY:
      children.emplace_back(duckdb_array_vector_get_child(vector), type.children[0]);
      break;
    case DUCKDB_TYPE_MAP: {
      // A map is a list of structs of key and value.
      duckdb_vector entries = duckdb_list_vector_get_child(vector);
      for (std::size_t i = 0; i < 2; ++i) {
        children.emplace_back(duckdb_struct_vector_get_child(entries, i), type.children[i]);
      }
      break;
    }
    case DUCKDB_TYPE_STRUCT:
      for (std::size_t i = 0; i < type.children.size(); ++i) {
        children.emplace_back(duckdb_struct_vector_get_child(vector, i), type.children[i]);
      }
      break;
    default:
      break;
  }
}

}  // namespace sparkify::duckdb
