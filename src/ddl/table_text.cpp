#include "ddl/table_text.hpp"

#include <fmt/format.h>

namespace sparkify::ddl {

using rewrite::quoted_name;
using rewrite::quoted_text;

rewrite::TableFacts existing_table(const Tokens& tokens, Range name, const Session& session) {
  RelationName relation = relation_name(tokens, name);
  auto table = session.table(relation.schema, relation.name);
  if (table) return *std::move(table);
  throw tokens.error(name.begin, fmt::format("relation \"{}\" does not exist", tokens.text(name)))
      .sql_state("42P01");
}

RelationName name_of(const rewrite::TableFacts& table) {
  // Temporary tables have a schema that cannot be named together with their kind.
  return {table.is_temporary ? "" : table.schema, table.name};
}

std::string column_text(const rewrite::ColumnFacts& column, const Layout& layout,
                        bool has_default) {
  std::string text = quoted_name(column.name) + " " + column.type;
  if (has_default && !column.default_text.empty()) text += " default " + column.default_text;
  if (column.is_not_null) text += " not null";
  auto kept = layout.columns.find(column.name);
  if (kept != layout.columns.end()) text += length_check(column.name, kept->second.type);
  return text;
}

std::string keep_text(const RelationName& table, const Layout& layout) {
  std::string text = layout.text();
  return fmt::format("; comment on table {} is {}", text_of(table),
                     text.empty() ? "null" : quoted_text(text));
}

std::string rebuild_text(const rewrite::TableFacts& table,
                         const std::vector<rewrite::ColumnFacts>& columns, const Layout& layout,
                         const std::vector<std::string>& values) {
  RelationName name = name_of(table);
  RelationName altered{name.schema, name.name + "__altered"};
  std::string definitions, selected;
  for (std::size_t i = 0; i < columns.size(); ++i) {
    std::string_view comma = i == 0 ? "" : ", ";
    definitions += fmt::format("{}{}", comma, column_text(columns[i], layout));
    selected += fmt::format("{}{}", comma, values[i]);
  }
  std::string text = fmt::format("; create {}table {} ({})", table.is_temporary ? "temp " : "",
                                 text_of(altered), definitions);
  text +=
      fmt::format("; insert into {} select {} from {}", text_of(altered), selected, text_of(name));
  text += fmt::format("; drop table {}; alter table {} rename to {}", text_of(name),
                      text_of(altered), quoted_name(name.name));
  return text + keep_text(name, layout);
}

std::string sequence_of(const rewrite::ColumnFacts& column) {
  constexpr std::string_view begin = "nextval('", end = "')";
  std::string_view text = column.default_text;
  if (!text.starts_with(begin) || !text.ends_with(end)) return "";
  text = text.substr(begin.size(), text.size() - begin.size() - end.size());
  auto value = rewrite::text_value(sql::Token{
      sql::TokenKind::text, std::string_view(column.default_text).substr(8, text.size() + 2), 0});
  return value.value_or("");
}

}  // namespace sparkify::ddl
