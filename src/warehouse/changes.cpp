#include "warehouse/changes.hpp"

#include "duckdb/changes.hpp"

namespace sparkify::warehouse {

std::optional<std::uint64_t> settled_state() { return duckdb::settled_state(); }

}  // namespace sparkify::warehouse
