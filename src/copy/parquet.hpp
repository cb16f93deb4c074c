#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "load/environment.hpp"
#include "load/table.hpp"

namespace sparkify::copy {

/// Loads Parquet files by position, by the engine's reader; they lie in the scratch folder one
/// after another. Returns the rows. Throws bad_data with SQLSTATE XX000 (no Parquet, another number
/// of columns, a value too long or missing; the last two are in stl_load_errors).
std::int64_t load_parquet(load::Environment& environment, const transfer::CopyStatement& copy,
                          const load::Table& table, base::ObjectStore& store,
                          const std::vector<base::ObjectEntry>& files);

}  // namespace sparkify::copy
