#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "sql/script.hpp"
#include "warehouse/warehouse.hpp"

namespace sparkify::report {

/// What a result column means: its unit, its range, what NULL says.
struct Column {
  std::string name;
  std::string meaning;
};

/// A question and its SQL: a file of sql/report, the same for every engine and every place where
/// its answer is shown. The header of the file says what it means:
///
///   -- Plays by day of the week.
///   -- metric: M19
///   -- title: Plays by weekday
///   -- unit: plays
///   -- grain: one weekday
///   -- parameters: from, to, level
///   -- shape: plays
///   -- column weekday: 0 is Sunday
///   -- caveat: UTC, not the listener's time.
///
/// Lines before the first key are the definition; three blanks continue a value. Only metric,
/// parameters, shape and caveat may be missing.
struct Report {
  std::string name;        ///< of its file: plays_by_weekday
  std::string metric;      ///< its number in the catalogue of metrics; empty: none
  std::string title;       ///< a few words
  std::string definition;  ///< a sentence
  std::string unit;        ///< of its main figure
  std::string grain;       ///< what one row is
  std::string caveat;      ///< how it may mislead; may be empty
  std::string shape;       ///< the column whose figures are worth a picture; may be empty
  std::vector<std::string> parameters;  ///< of from, to, level, top
  std::vector<Column> columns;          ///< as in the result
  sql::Statement statement;

  bool takes(std::string_view parameter) const;
};

/// Reads a file of sql/report. Throws internal, with its path, when the header breaks the rules
/// above or the text is not one statement.
Report parse(std::string_view path, std::string_view text);

/// All of them: metrics in order of their numbers, then the others, by name.
std::span<const Report> reports();
/// Throws usage for an unknown name, with the nearest one.
const Report& report(std::string_view name);

/// Which part of the data a report covers.
struct Filter {
  std::optional<std::string> from, to;  ///< first and last day, `2018-11-01`, UTC
  std::optional<std::string> level;     ///< free or paid; absent: all
  std::optional<std::int64_t> top;      ///< rows of a ranking; absent: 20
};

/// The values of its parameters. Throws usage for a filter it does not take, a day that is none, a
/// period that ends before it begins, an unknown level, fewer rows than one.
sql::Parameters parameters_of(const Report& report, const Filter& filter);
/// Its rows. Throws as parameters_of() and the warehouse do.
std::unique_ptr<warehouse::Rows> run(warehouse::Warehouse& warehouse, const Report& report,
                                     const Filter& filter);

}  // namespace sparkify::report
