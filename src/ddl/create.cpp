// What create and drop table do besides in a served session: layouts are kept, lengths enforced.

#include <fmt/format.h>

#include <array>

#include "ddl/definition.hpp"
#include "ddl/table_text.hpp"

namespace sparkify::ddl {
namespace {

using rewrite::name_value;
using rewrite::quoted_text;

Range whole(const Tokens& tokens) { return {0, tokens.size()}; }

/// `create table if not exists` of a table that exists: nothing is run, nothing kept.
bool is_skipped(const Tokens& tokens, const TableStatement& table, const Session& session) {
  if (!table.has_if_not_exists) return false;
  RelationName name = relation_name(tokens, table.name);
  return session.column_count(name.schema, name.name).has_value();
}

void skip_existing_table(const Tokens& tokens, const Session& session, Edits& edits) {
  TableStatement table = parse_create(tokens);
  if (!is_skipped(tokens, table, session)) return;
  edits.replace(whole(tokens), {});
  edits.notice(fmt::format("relation \"{}\" already exists and will be skipped",
                           name_value(tokens[table.name.end - 1])));
}

/// CHAR(n), VARCHAR(n) and TEXT hold n bytes and no more.
void limit_lengths(const Tokens& tokens, const Session&, Edits& edits) {
  if (parse_create(tokens).name.size() == 0) return;
  for (Range column : columns_of(tokens)) {
    std::string check =
        length_check(name_value(tokens[column.begin]), declared_type(tokens, column.begin + 1));
    if (!check.empty()) edits.insert_after(column.end - 1, {check});
  }
}

/// What the clauses say is kept in the table's comment.
void keep_layout(const Tokens& tokens, const Session& session, Edits& edits) {
  TableStatement table = parse_create(tokens);
  if (table.name.size() == 0 || is_skipped(tokens, table, session)) return;
  std::string text = read_layout(tokens, table).text();
  if (text.empty()) return;
  edits.insert_after(tokens.size() - 1,
                     {"; comment on table ", table.name, " is " + quoted_text(text)},
                     Edits::Level::statement);
}

/// A sequence's name that is free: a renamed table keeps the one it was made with.
std::string free_sequence(const RelationName& table, const std::string& column,
                          const Session& session) {
  std::string name = fmt::format("{}_{}_seq", table.name, column);
  std::string free = name;
  for (int number = 1; session.has_sequence(table.schema, free); ++number) {
    free = fmt::format("{}{}", name, number);
  }
  return text_of({table.schema, free});
}

/// An identity column takes its values from a sequence of its own.
void identity_to_own_sequence(const Tokens& tokens, const Session& session, Edits& edits) {
  TableStatement table = parse_create(tokens);
  if (table.name.size() == 0 || is_skipped(tokens, table, session)) return;
  for (Range column : columns_of(tokens)) {
    bool is_not_null = has_not_null(tokens, column);
    for_each_attribute(tokens, column, [&](std::size_t i) {
      is_not_null |= tokens.are_words(i, {"primary", "key"});
      return i + 1;
    });
    for_each_attribute(tokens, column, [&](std::size_t i) {
      auto identity = identity_at(tokens, i);
      if (!identity) return i + 1;
      std::string sequence = free_sequence(relation_name(tokens, table.name),
                                           name_value(tokens[column.begin]), session);
      edits.insert_before(
          0,
          {fmt::format("create {}sequence {} start {} increment {} {} {}; ",
                       table.is_temporary ? "temp " : "", sequence, identity->seed, identity->step,
                       identity->step > 0 ? "minvalue" : "maxvalue", identity->seed)});
      edits.replace({i, identity->end}, {fmt::format("default nextval({}){}", quoted_text(sequence),
                                                     is_not_null ? "" : " not null")});
      return identity->end;
    });
  }
}

/// create table t (like other [including defaults])
void like_to_columns(const Tokens& tokens, const Session& session, Edits& edits) {
  TableStatement table = parse_create(tokens);
  if (table.elements.size() != 1 || !tokens.is_word(table.elements[0].begin, "like")) return;
  if (is_skipped(tokens, table, session)) return;
  std::size_t begin = table.elements[0].begin, end = tokens.end_of_name(begin + 1);
  rewrite::TableFacts other = existing_table(tokens, {begin + 1, end}, session);
  bool has_defaults = tokens.are_words(end, {"including", "defaults"});
  Layout layout = Layout::parse(other.comment);
  std::string definitions;
  for (const auto& column : other.columns) {
    definitions += definitions.empty() ? "" : ", ";
    definitions += column_text(column, layout, has_defaults && sequence_of(column).empty());
  }
  edits.replace(table.elements[0], {definitions});
  layout.primary_key.reset();
  layout.unique.clear();
  layout.foreign_keys.clear();
  layout.comment.clear();
  for (auto& [name, column] : layout.columns) column.identity.reset();
  if (std::string text = layout.text(); !text.empty()) {
    edits.insert_after(tokens.size() - 1,
                       {"; comment on table ", table.name, " is " + quoted_text(text)},
                       Edits::Level::statement);
  }
}

/// A table takes the sequences of its identity columns along.
void drop_sequences(const Tokens& tokens, const Session& session, Edits& edits) {
  bool has_if = tokens.are_words(2, {"if", "exists"});
  std::string drops;
  for (std::size_t i = has_if ? 4 : 2; tokens.is_name(i);) {
    Range name{i, tokens.end_of_name(i)};
    RelationName relation = relation_name(tokens, name);
    if (auto table = session.table(relation.schema, relation.name)) {
      for (const auto& column : table->columns) {
        std::string sequence = sequence_of(column);
        if (!sequence.empty()) drops += "; drop sequence if exists " + sequence;
      }
    } else if (has_if) {
      edits.notice(
          fmt::format("table \"{}\" does not exist and will be skipped", tokens.text(name)));
    }
    if (!tokens.is_symbol(name.end, ",")) break;
    i = name.end + 1;
  }
  if (!drops.empty()) edits.insert_after(tokens.size() - 1, {drops}, Edits::Level::statement);
}

/// comment on table t is '...': beside the layout.
void comment_beside_layout(const Tokens& tokens, const Session& session, Edits& edits) {
  if (!tokens.is_word(2, "table")) return;
  Range name{3, tokens.end_of_name(3)};
  std::size_t value = name.end + 1;
  auto text = tokens.text_value(value);
  if (!tokens.is_word(name.end, "is") || (!text && !tokens.is_word(value, "null"))) return;
  RelationName relation = relation_name(tokens, name);
  auto table = session.table(relation.schema, relation.name);
  if (!table) return;
  Layout layout = Layout::parse(table->comment);
  layout.comment = text.value_or("");
  std::string comment = layout.text();
  edits.replace({value, value + 1}, {comment.empty() ? "null" : quoted_text(comment)});
}

}  // namespace

std::span<const SessionRewrite> create_rewrites() {
  using enum StatementKind;
  static const auto rewrites = std::to_array<SessionRewrite>({
      {"skip_existing_table", {create_table}, skip_existing_table},
      {"like_to_columns", {create_table}, like_to_columns},
      {"identity_to_own_sequence", {create_table}, identity_to_own_sequence},
      {"limit_lengths", {create_table}, limit_lengths},
      {"keep_layout", {create_table}, keep_layout},
      {"drop_sequences", {drop_table}, drop_sequences},
      {"comment_beside_layout", {comment}, comment_beside_layout},
  });
  return rewrites;
}

}  // namespace sparkify::ddl
