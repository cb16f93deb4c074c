#pragma once

#include <cstddef>
#include <memory>
#include <string>

#include "format/writer.hpp"

namespace sparkify::format {

/// Rows of a sheet that a spreadsheet program takes, and characters (UTF-16) of a text in a cell.
inline constexpr std::size_t sheet_rows = 1'048'576;
inline constexpr std::size_t cell_characters = 32'767;

struct XlsxFile {
  std::string path;    ///< made anew
  std::string folder;  ///< for files on the way, about as large as the rows as XML, twice
  std::string sheet;   ///< name of the first sheet, at most 20 characters of letters, digits and _
  std::size_t rows_per_sheet = sheet_rows;  ///< with the header, which each sheet has
};

/// Rows as a workbook, whole after end(). What does not fit on a sheet goes on on the next,
/// `name (2)`. Cells have the types of the columns, see Column::type:
///
/// - Numbers are numbers, of the 15 digits that spreadsheet programs calculate with. One with more
///   before the point is text, so that keys stay as they are; so are nan and inf.
/// - Dates, times and timestamps are serial numbers with a format, timestamps with a time zone in
///   UTC. Before 1900 and after 9999 they are text.
/// - All else is text, never a formula. NULL and empty text are empty cells.
///
/// Memory: one row, and what the library needs for a sheet. Throws bad_data (a text is longer than
/// a cell takes, with its row), usage (more columns than a sheet takes), unavailable (disk full).
std::unique_ptr<Writer> make_xlsx_writer(XlsxFile file);

}  // namespace sparkify::format
