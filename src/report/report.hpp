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

enum class KeyKind { text, number, day };

/// A value of the clicked row that a query of sql/report/rows takes: its column in the report.
struct Key {
  std::string name;
  KeyKind kind = KeyKind::text;
};

/// Which query of sql/report/rows finds the rows that a column's figures count.
struct Drill {
  std::string column;
  std::string query;
  sql::Parameters values;  ///< of its keys, those that the row does not give
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
///   -- rows plays: weekday_plays
///   -- rows listeners: listeners days=7 page='Roll Advert'
///
/// Lines before the first key are the definition; three blanks continue a value. Only metric,
/// parameters, shape, caveat and rows may be missing.
///
/// A file of sql/report/rows says in the same way what lies behind a figure, with
///
///   -- keys: weekday number, page text, day date
///   -- order: start_time, session_id
///
/// and the keys as parameters of its text, which leaves the order to who asks.
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
  std::vector<Drill> drills;            ///< what lies behind its figures, the main one first
  std::vector<Key> keys;                ///< of sql/report/rows alone
  std::string order;                    ///< of sql/report/rows alone
  sql::Statement statement;

  bool takes(std::string_view parameter) const;
};

/// Reads a file of sql/report or of sql/report/rows. Throws internal, with its path, when the
/// header breaks the rules above or the text is not one statement.
Report parse(std::string_view path, std::string_view text);

/// All of them: metrics in order of their numbers, then the others, by name.
std::span<const Report> reports();
/// Throws usage for an unknown name, with the nearest one.
const Report& report(std::string_view name);

/// A file of sql/report/rows. Throws internal when there is none of that name.
const Report& rows_query(std::string_view name);

/// Whether that is a day of the calendar, `2018-11-30`.
bool is_day(std::string_view text);

/// Which part of the data a report covers.
struct Filter {
  std::optional<std::string> from, to;  ///< first and last day, `2018-11-01`, UTC
  std::optional<std::string> level;     ///< free or paid; absent: all
  std::optional<std::int64_t> top;      ///< rows of a ranking; absent: 20
};

/// What of a filter the report takes: for several reports at once each is given what it knows.
Filter part_for(const Report& report, Filter filter);
/// The values of its parameters. Throws usage for a filter it does not take, a day that is none, a
/// period that ends before it begins, an unknown level, fewer rows than one.
sql::Parameters parameters_of(const Report& report, const Filter& filter);
/// Its rows. Throws as parameters_of() and the warehouse do.
std::unique_ptr<warehouse::Rows> run(warehouse::Warehouse& warehouse, const Report& report,
                                     const Filter& filter);

}  // namespace sparkify::report
