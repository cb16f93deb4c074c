#pragma once

#include <string>

#include "etl/load.hpp"
#include "format/writer.hpp"

namespace sparkify::terminal {

/// What a load did, for people.
void print_summary(const etl::LoadSummary& summary, const format::Output& output);
/// The same in a line, without its end, for who loads again and again.
std::string summary_line(const etl::LoadSummary& summary);
/// The same for programs; field names as in LoadSummary, and rows_per_second, bytes_per_second.
std::string summary_as_json(const etl::LoadSummary& summary);
/// On one line.
std::string summary_as_json_line(const etl::LoadSummary& summary);

/// Rows of tables as a table: name, rows, and with `has_added` what a load added.
void print_tables(const std::vector<etl::TableCount>& tables, bool has_added,
                  const format::Output& output);

}  // namespace sparkify::terminal
