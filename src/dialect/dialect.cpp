#include "dialect/dialect.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <map>
#include <type_traits>

#include "dialect/edits.hpp"
#include "dialect/rewrites.hpp"
#include "dialect/tokens.hpp"

namespace sparkify::dialect {
namespace {

enum class Engine { duckdb, redshift };

/// Redshift reads a backslash in a literal as an escape, DuckDB does not; chr(92) is one on both.
std::string text_literal(std::string_view text) {
  std::string result;
  for (std::size_t at = 0;;) {
    std::size_t end = std::min(text.find('\\', at), text.size());
    result += quoted_text(text.substr(at, end - at));
    if (end == text.size()) break;
    result += " || chr(92) || ";
    at = end + 1;
  }
  return text.find('\\') == std::string_view::npos ? result : "(" + result + ")";
}

std::string literal_of(const sql::Value& value, Engine engine) {
  if (std::holds_alternative<std::monostate>(value)) return "null";
  if (const bool* truth = std::get_if<bool>(&value)) return *truth ? "true" : "false";
  if (const auto* number = std::get_if<std::int64_t>(&value)) {
    // Its absolute value is no bigint.
    if (*number == std::numeric_limits<std::int64_t>::min()) {
      return fmt::format("cast('{}' as bigint)", *number);
    }
    return *number < 0 ? fmt::format("({})", *number) : fmt::format("{}", *number);
  }
  if (const double* number = std::get_if<double>(&value)) {
    // A bare 0.1 would be a decimal; as text every double comes back as it was.
    return fmt::format("cast('{}' as double precision)", *number);
  }
  const std::string& text = std::get<std::string>(value);
  return engine == Engine::redshift ? text_literal(text) : quoted_text(text);
}

void bind_parameters(const Tokens& tokens, const sql::Parameters& parameters, Engine engine,
                     Edits& edits) {
  for (std::size_t i = 0; i < tokens.size(); ++i) {
    if (tokens[i].kind != sql::TokenKind::parameter) continue;
    auto found = parameters.find(tokens[i].text.substr(1));
    if (found == parameters.end()) {
      auto error = tokens.error(i, fmt::format("no value for the parameter {}", tokens[i].text));
      if (parameters.empty()) throw error;
      std::string names;
      for (const auto& [name, value] : parameters) names += fmt::format(" :{}", name);
      throw error.hint("known are" + names);
    }
    const auto* text = std::get_if<std::string>(&found->second);
    if (text && text->find('\0') != std::string::npos) {
      throw tokens.error(i, fmt::format("the value of {} holds a zero byte", tokens[i].text));
    }
    edits.replace({i, i + 1}, {literal_of(found->second, engine)});
  }
}

const std::map<std::string_view, const CallRewrite*>& call_table() {
  static const auto table = [] {
    std::map<std::string_view, const CallRewrite*> rows;
    for (const auto& rewrite : function_rewrites()) rows.emplace(rewrite.function, &rewrite);
    for (const auto& rewrite : date_rewrites()) rows.emplace(rewrite.function, &rewrite);
    return rows;
  }();
  return table;
}

void rewrite_calls(const Tokens& tokens, Edits& edits) {
  constexpr std::size_t longest_name = 32;
  for (std::size_t i = 0; i < tokens.size(); ++i) {
    if (!tokens.is_symbol(i + 1, "(") || tokens[i].text.size() > longest_name) continue;
    auto found = call_table().find(lower(tokens[i].text));
    if (found == call_table().end() || !tokens.is_call(i)) continue;
    found->second->apply(tokens, {i, tokens.close(i + 1), tokens.arguments(i + 1)}, edits);
  }
}

void rewrite_statement(const Tokens& tokens, std::span<const StatementRewrite> rewrites,
                       Edits& edits) {
  StatementKind kind = classify(tokens);
  for (const StatementRewrite& rewrite : rewrites) {
    bool is_concerned =
        rewrite.kinds.empty() ||
        std::find(rewrite.kinds.begin(), rewrite.kinds.end(), kind) != rewrite.kinds.end();
    if (is_concerned) rewrite.apply(tokens, edits);
  }
}

}  // namespace

StatementKind classify(const Tokens& tokens) {
  if (tokens.are_words(0, {"drop", "table"})) return StatementKind::drop_table;
  if (tokens.are_words(0, {"alter", "table"})) return StatementKind::alter_table;
  if (!tokens.is_word(0, "create")) return StatementKind::other;
  std::size_t i = 1;
  while (tokens.is_any(i, {"or", "replace", "local", "global", "temp", "temporary", "unlogged",
                           "materialized", "external"})) {
    ++i;
  }
  if (tokens.is_word(i, "table")) return StatementKind::create_table;
  return tokens.is_word(i, "view") ? StatementKind::create_view : StatementKind::other;
}

std::size_t Translated::origin(std::size_t offset) const {
  auto next =
      std::upper_bound(stretches.begin(), stretches.end(), offset,
                       [](std::size_t at, const Stretch& stretch) { return at < stretch.offset; });
  if (next == stretches.begin()) return offset;
  const Stretch& stretch = *std::prev(next);
  return stretch.is_copied ? stretch.origin + (offset - stretch.offset) : stretch.origin;
}

Translated to_duckdb(const sql::Statement& statement, const sql::Parameters& parameters) {
  Tokens tokens(statement);
  Edits edits;
  bind_parameters(tokens, parameters, Engine::duckdb, edits);
  rewrite_statement(tokens, table_rewrites(), edits);
  rewrite_statement(tokens, query_rewrites(), edits);
  rewrite_calls(tokens, edits);
  return edits.render(tokens);
}

Translated to_redshift(const sql::Statement& statement, const sql::Parameters& parameters) {
  Tokens tokens(statement);
  Edits edits;
  bind_parameters(tokens, parameters, Engine::redshift, edits);
  return edits.render(tokens);
}

}  // namespace sparkify::dialect
