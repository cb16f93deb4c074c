// Where Redshift's queries are written differently.

#include <fmt/format.h>

#include <array>
#include <utility>

#include "dialect/rewrites.hpp"
#include "rewrite/relations.hpp"

namespace sparkify::dialect {
namespace {

constexpr std::string_view numeric_scale = "(18, 0)";

/// VARCHAR(MAX) is VARCHAR without a length.
void varchar_max(const Tokens& tokens, Edits& edits) {
  for (std::size_t i = 1; i + 2 < tokens.size(); ++i) {
    if (tokens.is_symbol(i, "(") && tokens.is_word(i + 1, "max") && tokens.is_symbol(i + 2, ")") &&
        tokens.is_any(i - 1, {"varchar", "varying", "nvarchar", "text", "char", "bpchar"})) {
      edits.remove({i, i + 3});
    }
  }
}

/// x::numeric and cast(x as numeric) are (18, 0) on Redshift, (18, 3) on DuckDB.
void numeric_cast_scale(const Tokens& tokens, Edits& edits) {
  std::vector<std::size_t> open;
  for (std::size_t i = 0; i < tokens.size(); ++i) {
    if (tokens.is_symbol(i, "(")) open.push_back(i);
    if (tokens.is_symbol(i, ")") && !open.empty()) open.pop_back();
    if (i == 0 || !tokens.is_any(i, {"numeric", "decimal", "dec"})) continue;
    bool is_short = tokens.is_symbol(i - 1, "::") && !tokens.is_symbol(i + 1, "(");
    bool is_cast = tokens.is_word(i - 1, "as") && tokens.is_symbol(i + 1, ")") && !open.empty() &&
                   open.back() > 0 && tokens.is_any(open.back() - 1, {"cast", "try_cast"});
    if (is_short || is_cast) edits.insert_after(i, {std::string(numeric_scale)});
  }
}

/// Redshift's schema `public` is DuckDB's `main`.
void public_to_main(const Tokens& tokens, Edits& edits) {
  rewrite::RelationScan scan(tokens);
  for (std::size_t i = 0; i < tokens.size(); ++i) {
    bool is_relation = scan.is_relation(i);
    if (!tokens.is_name(i) || !tokens.is_symbol(i + 1, ".") || name_value(tokens[i]) != "public") {
      continue;
    }
    if (i > 0 && tokens.is_symbol(i - 1, ".")) continue;
    bool has_column = tokens.is_name(i + 2) && tokens.is_symbol(i + 3, ".");
    if (is_relation || has_column) edits.replace({i, i + 1}, {"main"});
  }
}

bool is_set_operator(const Tokens& tokens, std::size_t i) {
  if (tokens.is_any(i, {"union", "intersect", "except"})) return true;
  return tokens.is_word(i, "minus") &&
         (tokens.is_any(i + 1, {"select", "all", "distinct"}) || tokens.is_symbol(i + 1, "("));
}

/// The token behind the arm of a query whose `select` is at `i`: a closing bracket, a set operator,
/// `with no schema binding`, or the end.
std::size_t end_of_arm(const Tokens& tokens, std::size_t i) {
  for (i = tokens.next(i); i < tokens.size(); i = tokens.next(i)) {
    if (tokens.is_symbol(i, ")") || is_set_operator(tokens, i) || tokens.is_word(i, "select") ||
        tokens.are_words(i, {"with", "no", "schema"})) {
      break;
    }
  }
  return std::min(i, tokens.size());
}

/// select top n ... -> select ... limit n, in brackets where the query is an arm of a union.
void top_to_limit(const Tokens& tokens, Edits& edits) {
  for (std::size_t i = 0; i < tokens.size(); ++i) {
    if (!tokens.is_word(i, "select")) continue;
    std::size_t top = tokens.is_any(i + 1, {"all", "distinct"}) ? i + 2 : i + 1;
    bool has_bracket = tokens.is_symbol(top + 1, "(") && tokens.is_symbol(top + 3, ")");
    std::size_t count = top + (has_bracket ? 2 : 1);
    sql::TokenKind kind = tokens[count].kind;
    if (!tokens.is_word(top, "top")) continue;
    if (kind != sql::TokenKind::number && kind != sql::TokenKind::parameter) continue;
    std::size_t end = end_of_arm(tokens, i);
    bool is_last_arm =
        i > 0 &&
        (is_set_operator(tokens, i - 1) ||
         (i > 1 && tokens.is_any(i - 1, {"all", "distinct"}) && is_set_operator(tokens, i - 2)));
    bool is_arm = is_last_arm || is_set_operator(tokens, end);
    if (is_arm) {
      // The order of the last arm is the order of the whole.
      for (std::size_t k = i; k < end; k = tokens.next(k)) {
        if (tokens.is_any(k, {"order", "limit"})) end = k;
      }
      edits.insert_before(i, {"("});
    }
    edits.remove({top, count + (has_bracket ? 2 : 1)});
    edits.insert_after(end - 1, {" limit ", Range{count, count + 1}, is_arm ? ")" : ""},
                       Edits::Level::clause);
  }
}

/// The set operator MINUS is EXCEPT.
void minus_to_except(const Tokens& tokens, Edits& edits) {
  for (std::size_t i = 1; i < tokens.size(); ++i) {
    if (!tokens.is_word(i, "minus") || tokens.is_symbol(i - 1, ".")) continue;
    bool is_behind_query = tokens.is_name(i - 1) || tokens.is_symbol(i - 1, ")") ||
                           tokens.is_symbol(i - 1, "*") ||
                           tokens[i - 1].kind == sql::TokenKind::number ||
                           tokens[i - 1].kind == sql::TokenKind::text ||
                           tokens[i - 1].kind == sql::TokenKind::parameter;
    if (tokens.is_any(i - 1, {"select", "as", "where", "and", "or", "not", "on", "by", "when",
                              "then", "else", "having", "from", "join", "distinct"})) {
      is_behind_query = false;
    }
    std::size_t query = i + 1;
    while (tokens.is_symbol(query, "(")) ++query;
    if (is_behind_query && tokens.is_any(query, {"select", "all", "distinct", "with", "values"})) {
      edits.replace({i, i + 1}, {"except"});
    }
  }
}

/// An exact count is within what APPROXIMATE promises.
void approximate_to_exact(const Tokens& tokens, Edits& edits) {
  for (std::size_t i = 0; i + 1 < tokens.size(); ++i) {
    if (!tokens.is_word(i, "approximate") || !tokens.is_call(i + 1)) continue;
    edits.replace({i, i + 2}, {Range{i + 1, i + 2}});
  }
}

/// SYSDATE is a word, not a call: the start of the transaction, without time zone.
void sysdate(const Tokens& tokens, Edits& edits) {
  for (std::size_t i = 1; i < tokens.size(); ++i) {
    if (tokens.is_word(i, "sysdate") && !tokens.is_symbol(i - 1, ".") &&
        !tokens.is_word(i - 1, "as") && !tokens.is_symbol(i + 1, ".") &&
        !tokens.is_symbol(i + 1, "(")) {
      edits.replace({i, i + 1}, {"localtimestamp"});
    }
  }
}

/// select a into [temp] [table] t from ... -> create table t as select a from ...
void select_into(const Tokens& tokens, Edits& edits) {
  if (!tokens.is_any(0, {"select", "with"})) return;
  for (std::size_t i = 1; i < tokens.size(); i = tokens.next(i)) {
    if (tokens.is_any(i, {"from", "where", "union"})) {
      // In `with ... select` the select list comes late.
      if (!tokens.is_word(0, "with")) return;
    }
    if (!tokens.is_word(i, "into")) continue;
    std::size_t name = i + 1;
    bool is_temporary = tokens.is_any(name, {"temp", "temporary"});
    if (is_temporary) ++name;
    if (tokens.is_word(name, "table")) ++name;
    is_temporary |= tokens[name].text.starts_with('#');
    std::size_t end = tokens.end_of_name(name);
    if (end == name) return;
    edits.insert_before(
        0, {is_temporary ? "create temp table " : "create table ", Range{name, end}, " as "});
    edits.remove({i, end});
    return;
  }
}

/// delete t where ... -> delete from t where ...
void delete_from(const Tokens& tokens, Edits& edits) {
  if (tokens.is_word(0, "delete") && tokens.is_name(1) && !tokens.is_word(1, "from")) {
    edits.insert_after(0, {" from"});
  }
}

/// lag(x) ignore nulls over (...) -> lag(x ignore nulls) over (...)
void nulls_inside_call(const Tokens& tokens, Edits& edits) {
  for (std::size_t i = 1; i + 2 < tokens.size(); ++i) {
    if (!tokens.is_any(i, {"ignore", "respect"}) || !tokens.is_word(i + 1, "nulls")) continue;
    if (!tokens.is_symbol(i - 1, ")") || !tokens.is_word(i + 2, "over")) continue;
    edits.insert_before(i - 1, {tokens.is_word(i, "ignore") ? " ignore nulls" : " respect nulls"});
    edits.remove({i, i + 2});
  }
}

/// Names on Redshift that are words of DuckDB's own syntax.
void words_as_names(const Tokens& tokens, Edits& edits) {
  for (std::size_t i = 1; i < tokens.size(); ++i) {
    if (!tokens.is_any(i, {"anti", "asof", "at", "describe", "glob", "lambda", "pivot_longer",
                           "pivot_wider", "positional", "semi", "show", "summarize", "unpack"})) {
      continue;
    }
    bool is_syntax = tokens.is_word(i + 1, "join") || tokens.is_word(i + 1, "time") ||
                     tokens.is_symbol(i + 2, ":") || tokens.is_symbol(i + 1, "(") ||
                     tokens.is_symbol(i - 1, ".") || tokens.is_symbol(i - 1, "(");
    // Behind `as` and `(` anything is a name, and a bracket may open a statement: (show tables).
    bool is_column = tokens.is_symbol(i - 1, "(") &&
                     (tokens.is_symbol(i + 1, ",") || tokens.is_symbol(i + 1, ")") ||
                      tokens.is_any(i + 1, {"int", "integer", "bigint", "varchar", "char", "text",
                                            "date", "timestamp", "numeric", "boolean"}));
    if (is_syntax && !is_column) continue;
    edits.replace({i, i + 1}, {fmt::format("\"{}\"", tokens[i].text)});
  }
}

/// explain verbose select ...
void explain_verbose(const Tokens& tokens, Edits& edits) {
  if (tokens.are_words(0, {"explain", "verbose"})) edits.remove({1, 2});
}

/// merge into t using s on ... remove duplicates: matched rows are replaced.
void merge_remove_duplicates(const Tokens& tokens, Edits& edits) {
  std::size_t i = tokens.size() - 2;
  if (tokens.size() < 8 || !tokens.are_words(i, {"remove", "duplicates"})) return;
  edits.replace({i, tokens.size()}, {"when matched then update when not matched then insert"});
}

/// DuckDB's views are bound late anyway.
void drop_no_schema_binding(const Tokens& tokens, Edits& edits) {
  if (tokens.size() < 4) return;
  std::size_t i = tokens.size() - 4;
  if (!tokens.are_words(i, {"with", "no", "schema", "binding"})) return;
  edits.remove({i, tokens.size()});
  edits.notice("WITH NO SCHEMA BINDING has no effect here");
}

}  // namespace

std::span<const StatementRewrite> query_rewrites() {
  static const auto rewrites = std::to_array<StatementRewrite>({
      {"varchar_max", {}, varchar_max},
      {"numeric_cast_scale", {}, numeric_cast_scale},
      {"public_to_main", {}, public_to_main},
      {"top_to_limit", {}, top_to_limit},
      {"minus_to_except", {}, minus_to_except},
      {"approximate_to_exact", {}, approximate_to_exact},
      {"sysdate", {}, sysdate},
      {"drop_no_schema_binding", {StatementKind::create_view}, drop_no_schema_binding},
      {"select_into", {StatementKind::other}, select_into},
      {"delete_from", {StatementKind::other}, delete_from},
      {"nulls_inside_call", {}, nulls_inside_call},
      {"words_as_names", {}, words_as_names, Where::served},
      {"explain_verbose", {StatementKind::other}, explain_verbose},
      {"merge_remove_duplicates", {StatementKind::merge}, merge_remove_duplicates},
  });
  return rewrites;
}

}  // namespace sparkify::dialect
