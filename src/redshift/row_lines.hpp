#pragma once

#include <cstddef>
#include <span>
#include <string>

#include "duckdb/source.hpp"
#include "duckdb/travelling_chunk.hpp"

namespace sparkify::redshift {

/// Appends rows as lines of JSON for COPY ... JSON 'auto': keys are the columns' names, NULL is
/// null, times are milliseconds since 1970, doubles read back as they are.
void append_lines(const duckdb::TravellingChunk& rows, std::size_t row_count,
                  std::span<const duckdb::Source::Column> columns, std::string& lines);

}  // namespace sparkify::redshift
