#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "warehouse/warehouse.hpp"

namespace sparkify::warehouse {

using TextRow = std::vector<std::optional<std::string>>;

/// A statement of ours that fits on a line, for messages called after what it does.
sql::Statement statement(std::string_view text);

/// All rows of a short result.
std::vector<TextRow> rows_of(Warehouse& warehouse, const sql::Statement& statement,
                             const sql::Parameters& parameters = {});

/// The first row's first column; 0 when NULL or no row.
std::int64_t number_of(Warehouse& warehouse, std::string_view text);

/// Runs every statement of an embedded file; errors point into the file.
void run_file(Warehouse& warehouse, std::string_view path, const sql::Parameters& parameters = {});

}  // namespace sparkify::warehouse
