#include "session/diagnosis.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "base/text.hpp"
#include "catalog/catalog.hpp"
#include "duckdb/prepared.hpp"
#include "sql/lexer.hpp"

namespace sparkify::session {
namespace {

using base::Error;

/// The text with blanks instead of the names of overloaded macros, of the same length: what stands
/// in their parentheses is then looked at by itself.
std::string without_overloads(std::string text) {
  for (std::string_view name : {"summand", "truncated", "as_date", "\"number\""}) {
    std::string whole = fmt::format("{}.main.{}", catalog::database, name);
    for (std::size_t at = text.find(whole + "("); at != std::string::npos;
         at = text.find(whole + "(", at)) {
      text.replace(at, whole.size(), whole.size(), ' ');
    }
  }
  return text;
}

bool concerns_names(const Error& error) {
  constexpr auto states = std::to_array<std::string_view>({"42703", "42702", "42P01", "42883"});
  return std::find(states.begin(), states.end(), error.sql_state_text()) != states.end();
}

/// `column "a" referenced that exists in the SELECT clause - but ...`
Error missing_column(const Error& found, const sql::Statement& source) {
  constexpr std::string_view head = "column \"";
  std::size_t end = found.message().find('"', head.size());
  std::string name = found.message().substr(head.size(), end - head.size());
  Error error(found.kind(), fmt::format("column \"{}\" does not exist", name));
  error.sql_state("42703");
  for (const sql::Token& token : sql::lex(source.text, source.literals)) {
    std::string text = base::to_lower(token.text);
    if (text != name && text != '"' + name + '"') continue;
    error.at(source.place(token.offset));
    break;
  }
  return error;
}

}  // namespace

Error diagnose(const Error& found, duckdb::Connection& connection, const std::string& text,
               const duckdb::Locate& locate, const sql::Statement& source) {
  std::string_view message = found.message();
  if (message.find("referenced that exists in the SELECT clause") != std::string_view::npos) {
    return missing_column(found, source);
  }
  if (message.find("has multiple overloads") == std::string_view::npos) return found;
  std::string plain = without_overloads(text);
  if (plain == text) return found;
  try {
    duckdb::Prepared probe(connection, plain, locate);
  } catch (const Error& error) {
    if (concerns_names(error)) return error;
  }
  return found;
}

}  // namespace sparkify::session
