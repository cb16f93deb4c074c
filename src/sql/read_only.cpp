#include "sql/read_only.hpp"

#include <algorithm>
#include <array>
#include <string_view>

#include "sql/lexer.hpp"

namespace sparkify::sql {
namespace {

using Words = std::span<const std::string_view>;

constexpr std::array<std::string_view, 17> readers = {
    "select", "with",      "values", "show",  "describe", "desc",   "explain",  "from", "pragma",
    "table",  "summarize", "set",    "reset", "begin",    "commit", "rollback", "start"};

/// Words that make a writer of a statement that begins like a reader: `with ... insert`,
/// `explain analyze delete`, `select ... into`.
constexpr std::array<std::string_view, 12> writers = {"insert", "update",   "delete", "merge",
                                                      "into",   "create",   "drop",   "alter",
                                                      "copy",   "truncate", "attach", "nextval"};

/// DuckDB's pragmas that only tell something.
constexpr std::array<std::string_view, 8> telling_pragmas = {
    "table_info",    "show_tables",   "show_tables_expanded",
    "database_list", "database_size", "storage_info",
    "version",       "show"};

bool is_any(const Token& token, Words words) {
  return std::any_of(words.begin(), words.end(),
                     [&](std::string_view word) { return token.is_word(word); });
}

bool is_reader(const Statement& statement) {
  std::vector<Token> tokens = lex(statement.text);
  std::erase_if(tokens,
                [](const Token& token) { return !token.is_significant() || token.is_symbol("("); });
  if (tokens.empty() || !is_any(tokens.front(), readers)) return false;
  if (tokens.front().is_word("pragma")) {
    return tokens.size() > 1 && is_any(tokens[1], telling_pragmas);
  }
  return std::none_of(tokens.begin() + 1, tokens.end(),
                      [](const Token& token) { return is_any(token, writers); });
}

}  // namespace

bool is_query(const Statement& statement) {
  for (const Token& token : lex(statement.text, statement.literals)) {
    bool is_before = !token.is_significant() || token.is_symbol("(");
    if (!is_before)
      return is_any(token, std::array<std::string_view, 3>{"select", "with", "values"});
  }
  return false;
}

bool is_read_only(std::span<const Statement> statements) {
  return std::all_of(statements.begin(), statements.end(), is_reader);
}

}  // namespace sparkify::sql
