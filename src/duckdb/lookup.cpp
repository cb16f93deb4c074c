#include "duckdb/lookup.hpp"

#include <cstring>

#include "base/error.hpp"

namespace sparkify::duckdb {
namespace {

/// As DuckDB holds texts: short ones within, longer ones by a prefix and a pointer.
duckdb_string_t string_of(std::string_view text) {
  duckdb_string_t string{};
  string.value.inlined.length = static_cast<std::uint32_t>(text.size());
  if (text.size() <= sizeof string.value.inlined.inlined) {
    std::memcpy(string.value.inlined.inlined, text.data(), text.size());
  } else {
    std::memcpy(string.value.pointer.prefix, text.data(), sizeof string.value.pointer.prefix);
    string.value.pointer.ptr = const_cast<char*>(text.data());
  }
  return string;
}

void look_up(duckdb_function_info info, duckdb_data_chunk input, duckdb_vector output) {
  const auto& lookup = *static_cast<const TextLookup*>(duckdb_scalar_function_get_extra_info(info));
  duckdb_vector codes = duckdb_data_chunk_get_vector(input, 0);
  const auto* code = static_cast<const std::int32_t*>(duckdb_vector_get_data(codes));
  std::uint64_t* valid = duckdb_vector_get_validity(codes);
  auto* text = static_cast<duckdb_string_t*>(duckdb_vector_get_data(output));
  idx_t count = duckdb_data_chunk_get_size(input);
  for (idx_t i = 0; i < count; ++i) {
    if (valid != nullptr && !duckdb_validity_row_is_valid(valid, i)) {
      text[i] = {};
      duckdb_vector_ensure_validity_writable(output);
      duckdb_validity_set_row_invalid(duckdb_vector_get_validity(output), i);
    } else {
      text[i] = string_of(lookup.text(code[i]));
    }
  }
}

}  // namespace

void register_lookup(Connection& connection, const std::string& name, const TextLookup& lookup) {
  duckdb_scalar_function function = duckdb_create_scalar_function();
  duckdb_scalar_function_set_name(function, name.c_str());
  duckdb_logical_type integer = duckdb_create_logical_type(DUCKDB_TYPE_INTEGER);
  duckdb_logical_type varchar = duckdb_create_logical_type(DUCKDB_TYPE_VARCHAR);
  duckdb_scalar_function_add_parameter(function, integer);
  duckdb_scalar_function_set_return_type(function, varchar);
  duckdb_destroy_logical_type(&integer);
  duckdb_destroy_logical_type(&varchar);
  duckdb_scalar_function_set_extra_info(function, const_cast<TextLookup*>(&lookup), nullptr);
  duckdb_scalar_function_set_function(function, look_up);
  duckdb_state state = duckdb_register_scalar_function(connection.get(), function);
  duckdb_destroy_scalar_function(&function);
  if (state != DuckDBSuccess) {
    throw base::Error(base::ErrorKind::internal, "cannot register " + name + " with DuckDB");
  }
}

}  // namespace sparkify::duckdb
