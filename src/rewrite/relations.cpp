#include "rewrite/relations.hpp"

#include <utility>

#include "rewrite/rewrites.hpp"

namespace sparkify::rewrite {

bool RelationScan::is_relation(std::size_t i) {
  bool is_start = std::exchange(is_next_, false);
  if (tokens_.is_symbol(i, "(")) levels_.push_back(false);
  if (tokens_.is_symbol(i, ")") && levels_.size() > 1) levels_.pop_back();
  if (tokens_.is_symbol(i, ",")) is_next_ = levels_.back();
  // `drop table if exists t` and the like.
  if (tokens_.is_word(i, "exists") && i > 0 && !tokens_.is_symbol(i + 1, "(")) is_next_ = true;
  if (tokens_.is_any(i, {"if", "not", "only"})) is_next_ = is_start;
  if (tokens_.is_any(i, {"from", "join", "using", "table", "into", "update", "view", "truncate",
                         "references", "analyze", "vacuum", "copy", "describe"})) {
    levels_.back() = is_next_ = true;
  } else if (tokens_.is_any(i, {"where", "select", "group", "order", "on", "set", "having", "limit",
                                "values", "qualify", "window"})) {
    levels_.back() = false;
  }
  return is_start;
}

StatementKind classify(const Tokens& tokens) {
  using enum StatementKind;
  if (tokens.are_words(0, {"drop", "table"})) return drop_table;
  if (tokens.are_words(0, {"alter", "table"})) return alter_table;
  if (tokens.are_words(0, {"insert", "into"})) return insert;
  if (tokens.are_words(0, {"merge", "into"})) return merge;
  if (tokens.are_words(0, {"comment", "on"})) return comment;
  if (!tokens.is_word(0, "create")) return other;
  std::size_t i = 1;
  while (tokens.is_any(i, {"or", "replace", "local", "global", "temp", "temporary", "unlogged",
                           "materialized", "external"})) {
    ++i;
  }
  if (tokens.is_word(i, "table")) return create_table;
  return tokens.is_word(i, "view") ? create_view : other;
}

bool is_stored(const Tokens& tokens) { return classify(tokens) == StatementKind::create_view; }

}  // namespace sparkify::rewrite
