#include "etl/layout.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "base/error.hpp"
#include "etl/schema.hpp"
#include "warehouse/query.hpp"

namespace sparkify::etl {
namespace {

/// Source: svv_table_info, "skew_rows"; AWS's table inspector flags four times.
constexpr double most_skew = 4;
/// Source: VACUUM, whose threshold is 95 percent sorted.
constexpr double most_unsorted = 5;
/// Source: ANALYZE, whose threshold is 10 percent of the rows.
constexpr double most_stats_off = 10;
/// A copy on every node pays up to some millions of rows. Source: "Choose the best distribution
/// style", which asks for small, slowly changing tables; the number is ours.
constexpr double most_copied_rows = 5e6;

struct Join {
  std::string_view dimension, column;
};

/// On which songplays meets its dimensions, whose primary keys they are.
constexpr Join joins[] = {
    {"users", "user_id"}, {"songs", "song_id"}, {"artists", "artist_id"}, {"time", "start_time"}};

std::optional<double> number_in(const std::optional<std::string>& text) {
  if (!text) return std::nullopt;
  return std::stod(*text);
}

bool is_on_every_node(const TableLayout& table) {
  return table.diststyle == "ALL" || table.diststyle == "AUTO(ALL)";
}

/// The column that a table is distributed by; empty when none.
std::string_view key_of(const TableLayout& table) {
  std::string_view style = table.diststyle;
  std::size_t begin = style.find("KEY(");
  if (begin == std::string_view::npos) return {};
  style.remove_prefix(begin + 4);
  return style.substr(0, style.find(')'));
}

void judge_upkeep(const TableLayout& table, std::vector<LayoutAdvice>& advice) {
  if (table.skew_rows.value_or(0) > most_skew) {
    advice.push_back({table.table,
                      fmt::format("the fullest slice holds {:.1f} times the rows of the emptiest",
                                  *table.skew_rows),
                      fmt::format("alter table {} alter diststyle auto", table.table)});
  }
  if (table.unsorted_percent.value_or(0) > most_unsorted) {
    advice.push_back({table.table,
                      fmt::format("{:.0f} % of its rows are not sorted", *table.unsorted_percent),
                      fmt::format("vacuum {}", table.table)});
  }
  if (table.stats_off_percent.value_or(0) > most_stats_off) {
    advice.push_back({table.table,
                      fmt::format("its statistics are {:.0f} % off", *table.stats_off_percent),
                      fmt::format("analyze {}", table.table)});
  }
}

void judge_join(const TableLayout& fact, const TableLayout& dimension, std::string_view column,
                std::vector<LayoutAdvice>& advice) {
  bool is_together = key_of(fact) == column && key_of(dimension) == column;
  bool is_small = dimension.row_count <= most_copied_rows;
  if (!is_on_every_node(dimension) && !is_together) {
    advice.push_back({dimension.table,
                      fmt::format("rows travel when songplays is joined with it on {}", column),
                      is_small ? fmt::format("alter table {} alter diststyle all", dimension.table)
                               : fmt::format("alter table {} alter diststyle key distkey {}",
                                             dimension.table, column)});
  }
  if (is_together && fact.sortkey == column && dimension.sortkey != column) {
    advice.push_back({dimension.table,
                      fmt::format("songplays is sorted by {}, this is not: no merge join", column),
                      fmt::format("alter table {} alter sortkey ({})", dimension.table, column)});
  }
}

}  // namespace

std::vector<TableLayout> table_layouts(warehouse::Warehouse& warehouse) {
  if (warehouse.engine() != "redshift") {
    throw base::Error(base::ErrorKind::usage,
                      "only tables on Redshift have a layout, this warehouse is a file")
        .hint("--warehouse redshift://user@host:5439/database");
  }
  require_schema(warehouse);
  // By itself: Redshift refuses this function in a query of a system view.
  auto schema = warehouse::rows_of(warehouse, warehouse::statement("select current_schema()"));
  auto rows = warehouse::rows_of(
      warehouse,
      warehouse::statement("select \"table\", diststyle, sortkey1, tbl_rows, unsorted, stats_off, "
                           "skew_rows from svv_table_info where \"schema\" = :schema "
                           "and tbl_rows > 0 order by \"table\""),
      {{"schema", schema.at(0).at(0).value_or("")}});
  std::vector<TableLayout> tables;
  for (const auto& row : rows) {
    tables.push_back({row.at(0).value_or(""), row.at(1).value_or(""), row.at(2).value_or(""),
                      number_in(row.at(3)).value_or(0), number_in(row.at(4)), number_in(row.at(5)),
                      number_in(row.at(6))});
  }
  return tables;
}

std::vector<LayoutAdvice> advise(std::span<const TableLayout> tables) {
  std::vector<LayoutAdvice> advice;
  for (const TableLayout& table : tables) judge_upkeep(table, advice);
  auto find = [&](std::string_view name) {
    return std::find_if(tables.begin(), tables.end(),
                        [&](const TableLayout& table) { return table.table == name; });
  };
  auto fact = find("songplays");
  if (fact == tables.end() || is_on_every_node(*fact)) return advice;
  for (const Join& join : joins) {
    auto dimension = find(join.dimension);
    if (dimension != tables.end()) judge_join(*fact, *dimension, join.column, advice);
  }
  return advice;
}

}  // namespace sparkify::etl
