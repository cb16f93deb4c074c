#include "duckdb/source.hpp"

#include <atomic>
#include <exception>
#include <mutex>
#include <utility>

namespace sparkify::duckdb {

/// What the registered function reads from; DuckDB keeps one reference, the SourceFunction another.
struct SourceFunction::Slot {
  std::mutex mutex;
  Source* source = nullptr;  ///< owned by SourceFunction's caller; null once that is gone
  std::exception_ptr failure;

  void keep(std::exception_ptr exception) {
    std::lock_guard lock(mutex);
    if (!failure) failure = std::move(exception);
  }
};

namespace {

using SourceSlot = std::shared_ptr<SourceFunction::Slot>;

SourceFunction::Slot& slot_of(void* extra) { return **static_cast<SourceSlot*>(extra); }

void bind(duckdb_bind_info info) {
  auto& slot = slot_of(duckdb_bind_get_extra_info(info));
  if (!slot.source) {
    duckdb_bind_set_error(info, "this source is closed");
    return;
  }
  for (const auto& column : slot.source->columns()) {
    bool is_decimal = column.type == DUCKDB_TYPE_DECIMAL;
    duckdb_logical_type type = is_decimal ? duckdb_create_decimal_type(column.width, column.scale)
                                          : duckdb_create_logical_type(column.type);
    duckdb_bind_add_result_column(info, column.name.c_str(), type);
    duckdb_destroy_logical_type(&type);
  }
}

void init(duckdb_init_info info) {
  duckdb_init_set_max_threads(info,
                              slot_of(duckdb_init_get_extra_info(info)).source->max_threads());
}

void init_thread(duckdb_init_info info) {
  auto& slot = slot_of(duckdb_init_get_extra_info(info));
  try {
    auto reader = slot.source->open_reader();
    duckdb_init_set_init_data(info, reader.release(), [](void* data) {
      std::default_delete<SourceReader>()(static_cast<SourceReader*>(data));
    });
  } catch (const std::exception& error) {
    slot.keep(std::current_exception());
    duckdb_init_set_error(info, error.what());
  }
}

void fill(duckdb_function_info info, duckdb_data_chunk output) {
  auto& slot = slot_of(duckdb_function_get_extra_info(info));
  try {
    auto* reader = static_cast<SourceReader*>(duckdb_function_get_local_init_data(info));
    Chunk chunk(output);
    duckdb_data_chunk_set_size(output, reader->fill(chunk));
  } catch (const std::exception& error) {
    slot.keep(std::current_exception());
    duckdb_function_set_error(info, error.what());
  }
}

std::string unused_source_name() {
  static std::atomic<unsigned> count{0};
  return "source_" + std::to_string(++count);
}

}  // namespace

SourceFunction::SourceFunction(Connection& connection, Source& source)
    : name_(unused_source_name()), slot_(std::make_shared<Slot>()) {
  slot_->source = &source;
  duckdb_table_function function = duckdb_create_table_function();
  duckdb_table_function_set_name(function, name_.c_str());
  auto extra = std::make_unique<SourceSlot>(slot_);
  duckdb_table_function_set_extra_info(function, extra.release(), [](void* data) {
    std::default_delete<SourceSlot>()(static_cast<SourceSlot*>(data));
  });
  duckdb_table_function_set_bind(function, bind);
  duckdb_table_function_set_init(function, init);
  duckdb_table_function_set_local_init(function, init_thread);
  duckdb_table_function_set_function(function, fill);
  duckdb_state state = duckdb_register_table_function(connection.get(), function);
  duckdb_destroy_table_function(&function);
  if (state != DuckDBSuccess) {
    throw base::Error(base::ErrorKind::internal, "cannot register " + name_ + " with DuckDB");
  }
}

SourceFunction::~SourceFunction() { slot_->source = nullptr; }

void SourceFunction::rethrow() const {
  if (slot_->failure) std::rethrow_exception(slot_->failure);
}

}  // namespace sparkify::duckdb
