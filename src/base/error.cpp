#include "base/error.hpp"

#include <fmt/format.h>

#include <cerrno>
#include <cstring>
#include <utility>

#include "base/text.hpp"

namespace sparkify::base {
namespace {

constexpr std::size_t excerpt_bytes = 100;

/// The part of `line` around byte `column` (from 1), and how many characters precede the caret.
std::pair<std::string, std::size_t> window(std::string_view line, std::size_t column) {
  std::size_t caret = column > 0 ? std::min(column - 1, line.size()) : 0;
  std::size_t begin =
      caret > excerpt_bytes / 2 && line.size() > excerpt_bytes ? caret - excerpt_bytes / 2 : 0;
  while (begin > 0 && is_utf8_tail(line[begin])) --begin;
  std::size_t end = std::min(line.size(), begin + excerpt_bytes);
  while (end < line.size() && is_utf8_tail(line[end])) ++end;
  std::string text;
  std::size_t before = 0;
  for (std::size_t i = begin; i < end; ++i) {
    auto byte = static_cast<unsigned char>(line[i]);
    text += byte < 0x20 || byte == 0x7F ? ' ' : line[i];
    if (i < caret && !is_utf8_tail(line[i])) ++before;
  }
  return {text, before};
}

}  // namespace

int exit_code(ErrorKind kind) {
  switch (kind) {
    case ErrorKind::usage:
    case ErrorKind::config:
      return 2;
    case ErrorKind::check_failed:
      return 3;
    case ErrorKind::too_many_rejects:
      return 4;
    case ErrorKind::unavailable:
    case ErrorKind::in_doubt:
      return 5;
    case ErrorKind::denied:
      return 6;
    case ErrorKind::locked:
      return 7;
    case ErrorKind::interrupted:
      return 130;
    case ErrorKind::internal:
      return 70;
    case ErrorKind::bad_data:
    case ErrorKind::sql:
    case ErrorKind::not_found:
      return 1;
  }
  return 70;
}

Error::Error(ErrorKind kind, std::string message) : kind_(kind), message_(std::move(message)) {}

Error& Error::at(Place place) & {
  place_ = std::move(place);
  return *this;
}
Error&& Error::at(Place place) && { return std::move(at(std::move(place))); }

Error& Error::hint(std::string text) & {
  hint_ = std::move(text);
  return *this;
}
Error&& Error::hint(std::string text) && { return std::move(hint(std::move(text))); }

Error& Error::during(std::string text) & {
  if (!during_.empty()) during_ += ", ";
  during_ += text;
  return *this;
}
Error&& Error::during(std::string text) && { return std::move(during(std::move(text))); }

Error& Error::sql_state(std::string code) & {
  sql_state_ = std::move(code);
  return *this;
}
Error&& Error::sql_state(std::string code) && { return std::move(sql_state(std::move(code))); }

std::string render(const Error& error) {
  std::string text;
  if (const auto& place = error.place(); place && !place->file.empty()) {
    text += place->file;
    if (place->line > 0) text += fmt::format(":{}", place->line);
    if (place->line > 0 && place->column > 0) text += fmt::format(":{}", place->column);
  } else {
    text += "sparkify";
  }
  text += fmt::format(": error: {}\n", error.message());
  if (const auto& place = error.place(); place && !place->excerpt.empty()) {
    auto [line, before] = window(place->excerpt, place->column);
    text += fmt::format("  {}\n", line);
    if (place->column > 0) text += fmt::format("  {}^\n", std::string(before, ' '));
  }
  if (!error.hint_text().empty()) text += fmt::format("  hint: {}\n", error.hint_text());
  if (!error.during_text().empty()) text += fmt::format("  during: {}\n", error.during_text());
  return text;
}

Error system_error(int error_number, std::string_view action, std::string_view path) {
  ErrorKind kind = ErrorKind::unavailable;
  if (error_number == EACCES || error_number == EPERM) kind = ErrorKind::denied;
  if (error_number == ENOENT || error_number == ENOTDIR) kind = ErrorKind::not_found;
  std::string reason = std::strerror(error_number);
  if (!reason.empty()) reason[0] = static_cast<char>(std::tolower(reason[0]));
  return Error(kind, fmt::format("cannot {}: {}", action, reason))
      .at({std::string(path), 0, 0, {}});
}

}  // namespace sparkify::base
