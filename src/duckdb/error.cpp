#include <fmt/format.h>

#include <cctype>
#include <optional>
#include <utility>

#include "base/json.hpp"
#include "duckdb/connection.hpp"
#include "duckdb/sql_state.hpp"

namespace sparkify::duckdb {
namespace {

using base::Error;
using base::ErrorKind;

bool contains(const std::string& text, std::string_view part) {
  return text.find(part) != std::string::npos;
}

ErrorKind kind_of(duckdb_error_type type, const std::string& message) {
  // While a statement is prepared the type is not told, only the text.
  bool is_interrupt = type == DUCKDB_ERROR_INTERRUPT || contains(message, "INTERRUPT Error") ||
                      contains(message, R"("exception_type":"INTERRUPT")") ||
                      contains(message, R"("exception_type":"Interrupt")");
  if (is_interrupt) return ErrorKind::interrupted;
  if (contains(message, "Could not set lock on file")) return ErrorKind::locked;
  if (contains(message, "not a valid DuckDB database file") ||
      contains(message, "different version of DuckDB") || contains(message, "storage version") ||
      contains(message, "exists, but it is not a valid") || contains(message, "checksum")) {
    return ErrorKind::bad_data;
  }
  if (contains(message, "Permission denied")) return ErrorKind::denied;
  if (contains(message, "No space left") || contains(message, "Out of Memory") ||
      contains(message, "could not allocate") || contains(message, "failed to write") ||
      contains(message, "Could not write") || contains(message, "failed to allocate")) {
    return ErrorKind::unavailable;
  }
  if (type == DUCKDB_ERROR_INTERNAL || type == DUCKDB_ERROR_FATAL) return ErrorKind::internal;
  return ErrorKind::sql;
}

/// DuckDB's sentence in our form: first line, lower case, no full stop or exclamation mark.
std::string sentence(std::string text) {
  text = text.substr(0, text.find('\n'));
  while (!text.empty() && (text.back() == '!' || text.back() == '.')) text.pop_back();
  bool is_name = text.size() > 1 && std::isupper(static_cast<unsigned char>(text[1]));
  if (!text.empty() && !is_name) {
    text[0] = static_cast<char>(std::tolower(static_cast<unsigned char>(text[0])));
  }
  return text;
}

struct Details {
  std::string exception, message, subtype, name, type, candidates;
  std::optional<std::size_t> position;
};

/// Reads the JSON form (some messages carry a prefix before it); plain text is the message.
Details details(const std::string& text) {
  Details found{{}, text, {}, {}, {}, {}, {}};
  std::size_t brace = text.find("{\"exception_type\"");
  if (brace == std::string::npos) {
    if (std::size_t colon = text.find(" Error: "); colon != std::string::npos && colon < 30) {
      found.exception = text.substr(0, colon);
      found.message = text.substr(colon + 8);
    }
    return found;
  }
  auto json = base::Json::parse(text.substr(brace), nullptr, false);
  if (json.is_discarded()) return found;
  auto get = [&](const char* key) { return json.value(key, std::string()); };
  found = {get("exception_type"),
           get("exception_message"),
           get("error_subtype"),
           get("name"),
           get("type"),
           get("candidates"),
           {}};
  if (std::string at = get("position"); !at.empty()) found.position = std::stoull(at);
  return found;
}

std::string message_of(const Details& found) {
  if (found.subtype == "COLUMN_NOT_FOUND" && !found.name.empty()) {
    return fmt::format("column \"{}\" does not exist", found.name);
  }
  if (found.subtype == "MISSING_ENTRY" && !found.name.empty()) {
    std::string type = found.type.empty() ? "relation" : sentence(found.type);
    return fmt::format("{} \"{}\" does not exist", type, found.name);
  }
  return sentence(found.message);
}

/// `Conflicting lock is held in PROGRAM (PID 12)` as a sentence of ours.
Error locked_error(const std::string& text) {
  auto between = [&](std::string_view open, char close) -> std::string {
    std::size_t begin = text.find(open);
    if (begin == std::string::npos) return {};
    begin += open.size();
    return text.substr(begin, text.find(close, begin) - begin);
  };
  std::string holder = between("held in ", '(');
  while (!holder.empty() && holder.back() == ' ') holder.pop_back();
  std::string pid = between("(PID ", ')');
  std::string who = pid.empty() ? "another process" : fmt::format("process {}", pid);
  if (!holder.empty()) who += fmt::format(" ({})", holder);
  return Error(ErrorKind::locked, fmt::format("the warehouse is held by {}", who))
      .hint("wait for it to end, or give --wait SECONDS");
}

}  // namespace

Error error_from(duckdb_error_type type, const std::string& text, const Locate& locate) {
  Details found = details(text);
  ErrorKind kind = kind_of(type, text);
  if (kind == ErrorKind::locked) return locked_error(text);
  if (kind == ErrorKind::interrupted) return Error(kind, "interrupted").sql_state("57014");
  Error error(kind, message_of(found));
  error.sql_state(sql_state_of({found.exception, found.subtype, found.type, found.message}));
  if (locate && found.position) error.at(locate(*found.position));
  if (!found.candidates.empty()) {
    std::string nearest = found.candidates.substr(0, found.candidates.find(','));
    error.hint(fmt::format("did you mean \"{}\"?", nearest));
  }
  if (kind == ErrorKind::unavailable && contains(text, "No space left")) {
    error.hint("free some space; nothing of the load was kept");
  }
  if (kind == ErrorKind::internal) error.hint("please report this, with the command you ran");
  return error;
}

}  // namespace sparkify::duckdb
