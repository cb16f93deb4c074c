#include "redshift/load_history.hpp"

#include <algorithm>
#include <chrono>
#include <thread>

#include "base/error.hpp"
#include "event/json.hpp"
#include "sql/files.hpp"

namespace sparkify::redshift {
namespace {

using base::ErrorKind;
using event::Reason;

sql::Statement embedded_query(std::string_view path) {
  const sql::File& file = sql::file(path);
  return sql::split(file.text, file.path).at(0);
}

/// Redshift's error codes. Source: "Load error reference" of its documentation.
Reason reason_of(const LoadError& error) {
  bool is_nested = error.raw_field.starts_with('{') || error.raw_field.starts_with('[');
  switch (error.code) {
    case 1204:
      return error.reason.find("length") == std::string::npos ? Reason::out_of_range
                                                              : Reason::text_too_long;
    case 1213:
      return Reason::missing_value;
    case 1216:
      return error.reason.find("JSONPath") == std::string::npos ? Reason::malformed_json
                                                                : Reason::not_an_object;
    case 1218:
      return Reason::nul_byte;
    case 1219:
    case 1220:
    case 1221:
      return Reason::invalid_utf8;
    default:
      if (error.column.empty()) return Reason::malformed_json;
      return is_nested ? Reason::nested_value : Reason::wrong_type;
  }
}

/// Where the value of a key begins in a record, from 1; 1 when the key is not there.
std::uint64_t place_of_value(std::string_view record, std::string_view key) {
  std::string quoted = '"' + std::string(key) + '"';
  std::size_t at = record.find(quoted);
  if (at == std::string_view::npos) return 1;
  at += quoted.size();
  auto skip_blanks = [&] {
    while (at < record.size() && event::is_blank(record[at])) ++at;
  };
  skip_blanks();
  if (at == record.size() || record[at] != ':') return 1;
  ++at;
  skip_blanks();
  return at + 1;
}

}  // namespace

std::vector<LoadError> LoadHistory::errors(const Whose& whose) const {
  sql::Parameters values = {
      {"session", whose.session}, {"after", whose.after}, {"since", whose.since}};
  std::vector<warehouse::TextRow> rows;
  try {
    rows = ask_(embedded_query("sql/direct/load_errors.sql"), values);
  } catch (const base::Error& error) {
    bool is_refused = error.kind() == ErrorKind::sql || error.kind() == ErrorKind::denied;
    if (!is_refused) throw;
    // Serverless has no such table.
    rows = ask_(embedded_query("sql/direct/load_errors_serverless.sql"), values);
  }
  std::vector<LoadError> errors;
  for (const warehouse::TextRow& row : rows) {
    auto text = [&](std::size_t i) { return row.at(i).value_or(""); };
    errors.push_back({text(0), std::stoull(row.at(1).value_or("0")), text(2),
                      std::stoi(row.at(3).value_or("0")), text(4), text(5), text(6)});
  }
  return errors;
}

std::map<std::string, std::uint64_t> LoadHistory::lines(std::int64_t query,
                                                        std::size_t file_count) const {
  // What happened is written down beside the COPY, not by it.
  constexpr int most_tries = 30;
  std::map<std::string, std::uint64_t> lines;
  for (int tries = 1;; ++tries) {
    for (const auto& row : ask_(embedded_query("sql/direct/lines.sql"), {{"query", query}})) {
      lines[row.at(0).value_or("")] = std::stoull(row.at(1).value_or("0"));
    }
    if (lines.size() >= file_count || tries == most_tries) return lines;
    std::this_thread::sleep_for(std::chrono::seconds(1));
  }
}

event::Reject reject_of(const LoadError& error, const event::Mapping& mapping) {
  event::Reject reject;
  reject.line = error.line;
  reject.column = 1;
  reject.reason = reason_of(error);
  reject.raw = error.raw_line;
  reject.raw_bytes = error.raw_line.size();
  for (std::size_t i = 0; i < mapping.columns.size(); ++i) {
    if (mapping.columns[i].name != error.column) continue;
    reject.column_name = mapping.columns[i].name;
    reject.column = place_of_value(error.raw_line, mapping.paths[i].back().key);
  }
  return reject;
}

}  // namespace sparkify::redshift
