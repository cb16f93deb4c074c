// insert in a served session: what values without a list of columns are for.

#include <fmt/format.h>

#include <array>

#include "ddl/definition.hpp"
#include "ddl/table_text.hpp"
#include "rewrite/operands.hpp"

namespace sparkify::ddl {
namespace {

/// The number of columns of the query at `select`; nullopt where stars stand for some.
std::optional<std::size_t> count_selected(const Tokens& tokens, std::size_t select) {
  std::size_t count = 1;
  std::size_t i = select + 1;
  if (tokens.is_any(i, {"distinct", "all"})) ++i;
  for (; i < tokens.size() && !tokens.is_symbol(i, ")"); i = tokens.next(i)) {
    if (tokens.is_any(i, {"from", "where", "union", "except", "intersect", "minus", "order",
                          "limit", "group", "having"})) {
      break;
    }
    if (tokens.is_symbol(i, ",")) ++count;
    bool is_star =
        tokens.is_symbol(i, "*") && (tokens.is_symbol(i - 1, ".") || tokens.is_symbol(i - 1, ",") ||
                                     tokens.is_any(i - 1, {"select", "distinct", "all"}));
    if (is_star) return std::nullopt;
  }
  return count;
}

/// The number of values an insert gives, without a list of columns; nullopt where it cannot be
/// seen.
std::optional<std::size_t> count_values(const Tokens& tokens, std::size_t i) {
  while (tokens.is_symbol(i, "(")) ++i;
  if (tokens.is_word(i, "values") && tokens.is_symbol(i + 1, "(")) {
    return tokens.arguments(i + 1).size();
  }
  if (tokens.is_word(i, "with")) {
    // The query behind the named ones.
    for (; i < tokens.size() && !tokens.is_word(i, "select"); i = tokens.next(i)) {
    }
  }
  return tokens.is_word(i, "select") ? count_selected(tokens, i) : std::nullopt;
}

/// Values fill identity columns only where there are enough; fewer are for the first columns.
void name_inserted_columns(const Tokens& tokens, const Session& session, Edits& edits) {
  Range name{2, tokens.end_of_name(2)};
  if (name.size() == 0) return;
  auto count = count_values(tokens, name.end);
  if (!count) return;
  RelationName relation = relation_name(tokens, name);
  auto columns = session.column_count(relation.schema, relation.name);
  if (!columns || *count >= *columns) return;
  auto table = session.table(relation.schema, relation.name);
  if (!table) return;
  std::string first, without_identity;
  std::size_t listed = 0, plain = 0;
  for (const auto& column : table->columns) {
    std::string text = rewrite::quoted_name(column.name);
    if (listed++ < *count) first += (first.empty() ? "" : ", ") + text;
    if (!sequence_of(column).empty()) continue;
    without_identity += (without_identity.empty() ? "" : ", ") + text;
    ++plain;
  }
  edits.insert_after(name.end - 1,
                     {fmt::format(" ({})", plain == *count ? without_identity : first)});
}

}  // namespace

std::span<const SessionRewrite> insert_rewrites() {
  static const auto rewrites = std::to_array<SessionRewrite>({
      {"name_inserted_columns", {StatementKind::insert}, name_inserted_columns},
  });
  return rewrites;
}

}  // namespace sparkify::ddl
