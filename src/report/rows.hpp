#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "report/report.hpp"
#include "sql/script.hpp"
#include "warehouse/warehouse.hpp"

namespace sparkify::report {

/// A figure of a report, as somebody points at it.
struct Figure {
  std::string column;  ///< of the report; empty: the first one that has rows behind it
  /// The row's values that the query takes, by column; days as text, `2018-11-30`.
  sql::Parameters row;
};

/// The rows that a figure counts: as many as it says, those below zero being counted downwards. The
/// report's file says which query of sql/report/rows finds them. All values are bound.
class Behind {
 public:
  /// Throws usage: nothing lies behind that column, a value is missing, of another kind or not
  /// asked for, a filter is not one of the query's.
  Behind(const Report& report, const Figure& figure, const Filter& filter);

  std::int64_t count(warehouse::Warehouse& warehouse) const;
  /// In the query's order; at most filter.top of them, all when absent.
  std::unique_ptr<warehouse::Rows> rows(warehouse::Warehouse& warehouse) const;

 private:
  sql::Statement around(const std::string& head, const std::string& tail) const;

  const Report* query_;
  sql::Parameters parameters_;
};

}  // namespace sparkify::report
