#include "duckdb/sql_state.hpp"

#include <array>
#include <span>

namespace sparkify::duckdb {
namespace {

/// An error is the first row whose words all occur; empty ones occur everywhere.
struct Row {
  std::string_view exception, subtype, type, message, state;
};

constexpr auto table = std::to_array<Row>({
    {"Parser", "", "", "", "42601"},
    {"Syntax", "", "", "", "42601"},
    {"Catalog", "MISSING_ENTRY", "Table Function", "", "42883"},
    {"Catalog", "MISSING_ENTRY", "Function", "", "42883"},
    {"Catalog", "MISSING_ENTRY", "Macro", "", "42883"},
    {"Catalog", "MISSING_ENTRY", "Schema", "", "3F000"},
    {"Catalog", "MISSING_ENTRY", "Column", "", "42703"},
    {"Catalog", "MISSING_ENTRY", "Table", "", "42P01"},
    {"Catalog", "MISSING_ENTRY", "View", "", "42P01"},
    {"Catalog", "MISSING_ENTRY", "Sequence", "", "42P01"},
    {"Catalog", "MISSING_ENTRY", "", "", "42704"},
    {"Catalog", "ENTRY_ALREADY_EXISTS", "Schema", "", "42P06"},
    {"Catalog", "ENTRY_ALREADY_EXISTS", "Function", "", "42723"},
    {"Catalog", "ENTRY_ALREADY_EXISTS", "Macro", "", "42723"},
    {"Catalog", "ENTRY_ALREADY_EXISTS", "Type", "", "42710"},
    {"Catalog", "ENTRY_ALREADY_EXISTS", "", "", "42P07"},
    {"Catalog", "", "", "Column with name", "42701"},
    {"Catalog", "", "", "Schema with name", "3F000"},
    {"Catalog", "", "", "Table with name", "42P01"},
    {"Catalog", "", "", "does not have a column", "42703"},
    {"Catalog", "", "", "is of type", "42809"},
    {"Catalog", "", "", "write-write conflict", "40001"},
    {"Catalog", "", "", "unrecognized configuration parameter", "42704"},
    {"Binder", "COLUMN_NOT_FOUND", "", "", "42703"},
    {"Binder", "", "", "Ambiguous reference", "42702"},
    {"Binder", "", "", "must appear in the GROUP BY", "42803"},
    {"Binder", "", "", "cannot contain aggregates", "42803"},
    {"Binder", "", "", "No function matches", "42883"},
    {"Binder", "", "", "does not have a column", "42703"},
    {"Binder", "", "", "Referenced table", "42P01"},
    {"Binder", "", "", "Duplicate alias", "42712"},
    {"Binder", "", "", "values were supplied", "42601"},
    {"Binder", "", "", "Cannot compare values", "42883"},
    {"Binder", "", "", "Cannot mix values", "42804"},
    {"Binder", "", "", "", "42601"},
    {"Mismatch Type", "", "", "", "42804"},
    {"Conversion", "", "", "date field value out of range", "22008"},
    {"Conversion", "", "", "timestamp field value out of range", "22008"},
    {"Conversion", "", "", "time field value out of range", "22008"},
    {"Conversion", "", "", "invalid date", "22007"},
    {"Conversion", "", "", "invalid timestamp", "22007"},
    {"Conversion", "", "", "invalid time", "22007"},
    {"Conversion", "", "", "out of range", "22003"},
    {"Conversion", "", "", "Could not cast value", "22003"},
    {"Conversion", "", "", "", "22P02"},
    {"Out of Range", "", "", "", "22003"},
    {"Divide by Zero", "", "", "", "22012"},
    {"Constraint", "", "", "NOT NULL", "23502"},
    {"Constraint", "", "", "uplicate key", "23505"},
    {"Constraint", "", "", "CHECK", "23514"},
    {"Constraint", "", "", "foreign key", "23503"},
    {"Constraint", "", "", "", "23000"},
    {"Transaction", "", "", "No space left", "53100"},
    {"Transaction", "", "", "Could not write", "58030"},
    {"Transaction", "", "", "onflict", "40001"},
    {"Transaction", "", "", "is aborted", "25P02"},
    {"Transaction", "", "", "within a transaction", "25001"},
    {"Transaction", "", "", "no transaction is active", "25P01"},
    {"Dependency", "", "", "", "2BP01"},
    {"Invalid Input", "", "", "More than one row returned", "21000"},
    {"Invalid Input", "", "", "division by zero", "22012"},
    {"Invalid Input", "", "", "", "22023"},
    {"Not implemented", "", "", "", "0A000"},
    {"Permission", "", "", "", "42501"},
    {"Sequence", "", "", "", "2200H"},
    {"Out of Memory", "", "", "", "53200"},
    {"IO", "", "", "No space left", "53100"},
    {"IO", "", "", "", "58030"},
    {"Interrupt", "", "", "", "57014"},
    {"INTERRUPT", "", "", "", "57014"},
    {"INTERNAL", "", "", "", "XX000"},
    {"FATAL", "", "", "", "XX000"},
});

bool holds(std::string_view text, std::string_view part) {
  return text.find(part) != std::string_view::npos;
}

}  // namespace

std::string sql_state_of(const ErrorWords& words) {
  for (const Row& row : table) {
    if (words.exception.starts_with(row.exception) && holds(words.subtype, row.subtype) &&
        holds(words.type, row.type) && holds(words.message, row.message)) {
      return std::string(row.state);
    }
  }
  return {};
}

}  // namespace sparkify::duckdb
