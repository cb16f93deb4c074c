#include "duckdb/lookup.hpp"

#include <fmt/format.h>

#include <atomic>
#include <cstring>
#include <mutex>
#include <shared_mutex>

#include "base/error.hpp"
#include "base/random.hpp"

namespace sparkify::duckdb {

/// What the registered function looks into; DuckDB keeps one reference, the LookupFunction another.
struct LookupFunction::Slot {
  std::shared_mutex mutex;
  const TextLookup* lookup = nullptr;  ///< guarded by mutex; null once it is gone
  std::int64_t key = 0;
};

namespace {

using LookupSlot = std::shared_ptr<LookupFunction::Slot>;

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
  auto& slot = **static_cast<LookupSlot*>(duckdb_scalar_function_get_extra_info(info));
  std::shared_lock lock(slot.mutex);
  duckdb_vector keys = duckdb_data_chunk_get_vector(input, 1);
  if (slot.lookup == nullptr ||
      *static_cast<const std::int64_t*>(duckdb_vector_get_data(keys)) != slot.key) {
    duckdb_scalar_function_set_error(info, "this function belongs to a load");
    return;
  }
  const TextLookup& lookup = *slot.lookup;
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

std::string unused_lookup_name() {
  static std::atomic<unsigned> count{0};
  return fmt::format("staged_text_{}", ++count);
}

void add_parameter(duckdb_scalar_function function, duckdb_type type) {
  duckdb_logical_type logical = duckdb_create_logical_type(type);
  duckdb_scalar_function_add_parameter(function, logical);
  duckdb_destroy_logical_type(&logical);
}

}  // namespace

LookupFunction::LookupFunction(Connection& connection, const TextLookup& lookup)
    : name_(unused_lookup_name()), slot_(std::make_shared<Slot>()) {
  slot_->lookup = &lookup;
  slot_->key = static_cast<std::int64_t>(base::random_number() >> 1);
  duckdb_scalar_function function = duckdb_create_scalar_function();
  duckdb_scalar_function_set_name(function, name_.c_str());
  add_parameter(function, DUCKDB_TYPE_INTEGER);
  add_parameter(function, DUCKDB_TYPE_BIGINT);
  duckdb_logical_type varchar = duckdb_create_logical_type(DUCKDB_TYPE_VARCHAR);
  duckdb_scalar_function_set_return_type(function, varchar);
  duckdb_destroy_logical_type(&varchar);
  auto extra = std::make_unique<LookupSlot>(slot_);
  duckdb_scalar_function_set_extra_info(function, extra.release(), [](void* data) {
    std::default_delete<LookupSlot>()(static_cast<LookupSlot*>(data));
  });
  duckdb_scalar_function_set_function(function, look_up);
  duckdb_state state = duckdb_register_scalar_function(connection.get(), function);
  duckdb_destroy_scalar_function(&function);
  if (state != DuckDBSuccess) {
    throw base::Error(base::ErrorKind::internal, "cannot register " + name_ + " with DuckDB");
  }
}

LookupFunction::~LookupFunction() {
  std::lock_guard lock(slot_->mutex);
  slot_->lookup = nullptr;
}

std::string LookupFunction::of(std::string_view column) const {
  return fmt::format("{}({}, {})", name_, column, slot_->key);
}

}  // namespace sparkify::duckdb
