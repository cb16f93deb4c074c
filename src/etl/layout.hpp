#pragma once

#include <optional>
#include <span>
#include <string>
#include <vector>

#include "warehouse/warehouse.hpp"

namespace sparkify::etl {

/// How a table lies on Redshift, as svv_table_info tells. Nothing: it does not say.
struct TableLayout {
  std::string table;
  std::string diststyle;  ///< `AUTO(ALL)`, `EVEN`, `ALL`, `KEY(song_id)`
  std::string sortkey;    ///< its first column, `AUTO(SORTKEY)`, or nothing
  double row_count = 0;
  std::optional<double> unsorted_percent;
  std::optional<double> stats_off_percent;  ///< how far statistics are from the rows
  std::optional<double> skew_rows;  ///< rows of the fullest slice over those of the emptiest
};

/// What is wrong with a table and the statement that mends it.
struct LayoutAdvice {
  std::string table, finding, remedy;
};

/// The star's tables that hold rows. Throws usage: the warehouse is no Redshift; not_found: it has
/// no tables.
std::vector<TableLayout> table_layouts(warehouse::Warehouse& warehouse);

/// Uneven slices, unsorted rows, old statistics, and joins of songplays with its dimensions for
/// which rows travel or sorts differ. Nothing: all is well.
std::vector<LayoutAdvice> advise(std::span<const TableLayout> tables);

}  // namespace sparkify::etl
