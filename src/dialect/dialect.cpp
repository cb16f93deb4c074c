#include "dialect/dialect.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <map>
#include <type_traits>

#include "ddl/rewrites.hpp"
#include "dialect/rewrites.hpp"
#include "functions/rewrites.hpp"
#include "functions/templates.hpp"

namespace sparkify::dialect {
namespace {

enum class Engine { duckdb, redshift };

/// A character that is not in the text, as UTF-8: one of those for private use.
std::string absent_character(std::string_view text) {
  std::string found;
  for (unsigned code = 0xE000;; ++code) {
    found = {static_cast<char>(0xE0 | code >> 12), static_cast<char>(0x80 | (code >> 6 & 0x3F)),
             static_cast<char>(0x80 | (code & 0x3F))};
    if (code == 0xF8FF || text.find(found) == std::string_view::npos) return found;
  }
}

/// Redshift reads a backslash in a literal as an escape, DuckDB does not; chr(92) is one on both.
/// One call, however many there are: engines bound how deep an expression may be.
std::string text_literal(std::string_view text) {
  if (text.find('\\') == std::string_view::npos) return quoted_text(text);
  std::string mark = absent_character(text), marked;
  for (char c : text) {
    c == '\\' ? marked += mark : marked += c;
  }
  return fmt::format("replace({}, {}, chr(92))", quoted_text(marked), quoted_text(mark));
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

/// A blank where a value would run into its neighbour, for `e:a` is no escape string and `:a:b` are
/// two texts. The token at `left` is followed by the one at `right`, if there are such.
std::string gap(const Tokens& tokens, std::size_t left, std::size_t right) {
  auto is_apart = [&](std::size_t i) {
    return i >= tokens.size() || tokens[i].kind == sql::TokenKind::symbol;
  };
  if (is_apart(left) || is_apart(right)) return {};
  return tokens.end_byte(left) == tokens.begin_byte(right) ? " " : "";
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
    edits.replace({i, i + 1}, {gap(tokens, i - 1, i) + literal_of(found->second, engine) +
                               gap(tokens, i, i + 1)});
  }
}

const std::map<std::string_view, const rewrite::CallRewrite*>& call_table() {
  static const auto table = [] {
    std::map<std::string_view, const rewrite::CallRewrite*> rows;
    for (const auto& rewrite : functions::text_rewrites()) rows.emplace(rewrite.function, &rewrite);
    for (const auto& rewrite : functions::date_rewrites()) rows.emplace(rewrite.function, &rewrite);
    for (const auto& rewrite : functions::regexp_rewrites())
      rows.emplace(rewrite.function, &rewrite);
    return rows;
  }();
  return table;
}

void rewrite_calls(const Tokens& tokens, Edits& edits) {
  constexpr std::size_t longest_name = 32;
  for (std::size_t i = 0; i < tokens.size(); ++i) {
    if (!tokens.is_symbol(i + 1, "(") || tokens[i].text.size() > longest_name) continue;
    std::string name = lower(tokens[i].text);
    auto found = call_table().find(name);
    bool is_custom = found != call_table().end();
    if ((!is_custom && !functions::has_template(name)) || !tokens.is_call(i)) continue;
    rewrite::Call call{i, tokens.close(i + 1), tokens.arguments(i + 1)};
    if (is_custom)
      found->second->apply(tokens, call, edits);
    else
      functions::expand_template(tokens, call, edits);
  }
}

/// Whether a rewrite for statements of `kinds` concerns one of `kind`; none named are all.
bool is_about(const std::vector<StatementKind>& kinds, StatementKind kind) {
  return kinds.empty() || std::find(kinds.begin(), kinds.end(), kind) != kinds.end();
}

void rewrite_statement(const Tokens& tokens, std::span<const StatementRewrite> rewrites,
                       const Session* session, Edits& edits) {
  StatementKind kind = rewrite::classify(tokens);
  for (const StatementRewrite& each : rewrites) {
    bool is_here = each.where == Where::everywhere || (each.where == Where::served) == !!session;
    if (is_here && is_about(each.kinds, kind)) each.apply(tokens, edits);
  }
}

void rewrite_for_session(const Tokens& tokens, const Session& session, Edits& edits) {
  StatementKind kind = rewrite::classify(tokens);
  for (auto rewrites : {ddl::create_rewrites(), ddl::alter_rewrites(), ddl::insert_rewrites()}) {
    for (const rewrite::SessionRewrite& each : rewrites) {
      if (is_about(each.kinds, kind)) each.apply(tokens, session, edits);
    }
  }
}

}  // namespace

Translated to_duckdb(const sql::Statement& statement, const sql::Parameters& parameters,
                     const Session* session) {
  Tokens tokens(statement, session ? rewrite::Names::folded : rewrite::Names::kept);
  Edits edits;
  bind_parameters(tokens, parameters, Engine::duckdb, edits);
  if (session) rewrite_for_session(tokens, *session, edits);
  rewrite_statement(tokens, ddl::command_rewrites(), session, edits);
  rewrite_statement(tokens, ddl::table_rewrites(), session, edits);
  for (auto rewrites : {query_rewrites(), cast_rewrites(), operator_rewrites(), name_rewrites(),
                        result_rewrites()}) {
    rewrite_statement(tokens, rewrites, session, edits);
  }
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
