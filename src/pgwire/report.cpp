#include "pgwire/report.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "base/text.hpp"

namespace sparkify::pgwire {
namespace {

using base::ErrorKind;

/// Characters from the text's start to the place, counted from 1; 0 when it is not in the text.
std::size_t position_of(const base::Place& place, std::string_view text) {
  std::size_t begin = 0;
  for (std::size_t line = 1; line < place.line; ++line) {
    begin = text.find('\n', begin);
    if (begin == std::string_view::npos) return 0;
    ++begin;
  }
  if (place.line == 0 || place.column == 0) return 0;
  std::size_t end = std::min(begin + place.column - 1, text.size());
  auto is_start = [](char byte) { return !base::is_utf8_tail(byte); };
  return 1 + static_cast<std::size_t>(std::count_if(
                 text.begin(), text.begin() + static_cast<std::ptrdiff_t>(end), is_start));
}

}  // namespace

std::string_view sql_state_of(ErrorKind kind) {
  switch (kind) {
    case ErrorKind::sql:
      return "42000";
    case ErrorKind::denied:
      return "42501";
    case ErrorKind::interrupted:
      return "57014";
    case ErrorKind::unavailable:
      return "58030";
    case ErrorKind::locked:
      return "55006";
    case ErrorKind::not_found:
      return "58P01";
    default:
      return "XX000";
  }
}

Report report_of(const base::Error& error, std::string_view file, std::string_view text) {
  Report report;
  report.sql_state = error.sql_state_text();
  if (report.sql_state.empty()) report.sql_state = sql_state_of(error.kind());
  if (report.sql_state == "57P01") report.severity = "FATAL";
  report.message = error.message();
  report.hint = error.hint_text();
  report.context = error.during_text();
  const auto& place = error.place();
  if (!place) return report;
  if (place->file == file) {
    report.position = position_of(*place, text);
  } else if (!place->file.empty()) {
    report.detail = place->line > 0
                        ? fmt::format("{}:{}:{}", place->file, place->line, place->column)
                        : place->file;
  }
  return report;
}

}  // namespace sparkify::pgwire
