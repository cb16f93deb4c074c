// alter table in a served session: the layout follows, and what DuckDB cannot alter is made anew.

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "ddl/definition.hpp"
#include "ddl/table_text.hpp"
#include "rewrite/operands.hpp"

namespace sparkify::ddl {
namespace {

using rewrite::name_value;
using rewrite::quoted_name;

/// One alter statement, its table and its table's layout.
struct Alteration {
  const Tokens& tokens;
  Edits& edits;
  AlterStatement statement;
  rewrite::TableFacts table;
  Layout layout;

  RelationName name() const { return name_of(table); }
  std::size_t last() const { return tokens.size() - 1; }
  /// The statement is only about the layout.
  void replace_by_layout() {
    edits.replace({0, tokens.size()}, {keep_text(name(), layout).substr(2)});
  }
  /// The layout changes with the statement.
  void keep_layout() {
    if (layout.text() != table.comment) {
      edits.insert_after(last(), {keep_text(name(), layout)}, Edits::Level::statement);
    }
  }
};

base::Error refusal(const Tokens& tokens, std::size_t i, const std::string& what) {
  return tokens.error(i, what).sql_state("0A000");
}

rewrite::ColumnFacts& column_of(Alteration& alteration, std::size_t i) {
  std::string name = name_value(alteration.tokens[i]);
  for (auto& column : alteration.table.columns) {
    if (column.name == name) return column;
  }
  throw alteration.tokens
      .error(i, fmt::format("column \"{}\" of relation \"{}\" does not exist", name,
                            alteration.table.name))
      .sql_state("42703");
}

std::vector<std::string> own_values(const std::vector<rewrite::ColumnFacts>& columns) {
  std::vector<std::string> values;
  for (const auto& column : columns) values.push_back(quoted_name(column.name));
  return values;
}

/// add [column] name type [default x] [encode x] [not null]
void add_column(Alteration& alteration, std::size_t i) {
  const Tokens& tokens = alteration.tokens;
  Range column{i, tokens.size()};
  if (column.size() < 2) return;
  read_column(tokens, column, alteration.table.name, alteration.layout);
  std::string name = name_value(tokens[i]);
  bool is_not_null = false;
  for_each_attribute(tokens, column, [&](std::size_t at) {
    if (identity_at(tokens, at)) {
      throw refusal(tokens, at,
                    "ALTER TABLE ADD COLUMN does not support columns with type IDENTITY");
    }
    if (tokens.are_words(at, {"not", "null"})) {
      is_not_null = true;
      alteration.edits.remove({at, at + 2});
      return at + 2;
    }
    if (tokens.is_word(at, "null") && !tokens.is_word(at - 1, "default")) {
      alteration.edits.remove({at, at + 1});
    }
    return at + 1;
  });
  std::string more;
  if (is_not_null) {
    more = fmt::format("; alter table {} alter column {} set not null", text_of(alteration.name()),
                       quoted_name(name));
  }
  if (length_check(name, alteration.layout.columns[name].type).empty()) {
    if (!more.empty()) {
      alteration.edits.insert_after(alteration.last(), {more}, Edits::Level::statement);
    }
    return alteration.keep_layout();
  }
  // The engine adds it with its default; then the table is made anew with the length.
  auto columns = alteration.table.columns;
  columns.push_back({name, "varchar", "", is_not_null});
  for_each_attribute(tokens, column, [&](std::size_t at) {
    if (!tokens.is_word(at, "default")) return at + 1;
    std::size_t end = rewrite::end_of_operand(tokens, at + 1);
    columns.back().default_text = tokens.text({at + 1, end});
    return std::max(end, at + 1);
  });
  alteration.edits.insert_after(
      alteration.last(),
      {rebuild_text(alteration.table, columns, alteration.layout, own_values(columns))},
      Edits::Level::statement);
}

/// drop [column] name, drop constraint name
void drop(Alteration& alteration, std::size_t i) {
  const Tokens& tokens = alteration.tokens;
  Layout& layout = alteration.layout;
  if (tokens.is_word(i, "constraint")) {
    std::string name = name_value(tokens[i + 1]);
    bool has_primary = layout.primary_key && layout.primary_key->name == name;
    if (has_primary) layout.primary_key.reset();
    auto gone = std::erase_if(layout.unique, [&](const Key& key) { return key.name == name; }) +
                std::erase_if(layout.foreign_keys,
                              [&](const ForeignKey& key) { return key.key.name == name; });
    if (!has_primary && gone == 0) {
      throw tokens
          .error(i + 1, fmt::format("constraint \"{}\" of relation \"{}\" does not exist", name,
                                    alteration.table.name))
          .sql_state("42704");
    }
    return alteration.replace_by_layout();
  }
  if (tokens.is_word(i, "column")) ++i;
  const auto& column = column_of(alteration, i);
  if (layout.places_by(column.name)) {
    throw refusal(
        tokens, i,
        layout.distkey == column.name ? "cannot drop distkey column" : "cannot drop sortkey column")
        .hint("alter the key first: ALTER TABLE ... ALTER SORTKEY NONE");
  }
  layout.drop_column(column.name);
  std::string sequence = sequence_of(column);
  alteration.keep_layout();
  if (!sequence.empty()) {
    alteration.edits.insert_after(alteration.last(), {"; drop sequence if exists " + sequence},
                                  Edits::Level::statement);
  }
}

/// rename to name, rename [column] a to b
void rename(Alteration& alteration, std::size_t i) {
  const Tokens& tokens = alteration.tokens;
  if (tokens.is_word(i, "to")) return;
  if (tokens.is_word(i, "column")) ++i;
  if (!tokens.is_word(i + 1, "to") || !tokens.is_name(i + 2)) return;
  alteration.layout.rename_column(name_value(tokens[i]), name_value(tokens[i + 2]));
  alteration.keep_layout();
}

/// alter column name type x, alter column name encode x
void alter_column(Alteration& alteration, std::size_t i) {
  const Tokens& tokens = alteration.tokens;
  rewrite::ColumnFacts& column = column_of(alteration, i);
  ColumnLayout& kept = alteration.layout.columns[column.name];
  if (tokens.is_word(i + 1, "encode")) {
    kept.encode = name_value(tokens[i + 2]);
    return;
  }
  std::size_t type = i + 1;
  if (tokens.are_words(type, {"set", "data"})) type += 2;
  if (!tokens.is_word(type, "type")) return;
  std::string declared = declared_type(tokens, type + 1);
  bool has_length = byte_limit(kept.type) || byte_limit(declared);
  kept.type = declared;
  if (!has_length) return alteration.keep_layout();
  auto columns = alteration.table.columns;
  auto values = own_values(columns);
  std::size_t end = rewrite::end_of_type(tokens, type + 1);
  for (std::size_t k = 0; k < columns.size(); ++k) {
    if (columns[k].name != column.name) continue;
    columns[k].type = byte_limit(declared) ? "varchar" : tokens.text({type + 1, end});
    values[k] = fmt::format("cast({} as {})", values[k], columns[k].type);
  }
  std::string text = rebuild_text(alteration.table, columns, alteration.layout, values);
  alteration.edits.replace({0, tokens.size()}, {text.substr(2)});
}

/// alter diststyle ..., alter distkey c, alter [compound] sortkey (...), alter encode auto
void alter_layout(Alteration& alteration, std::size_t i) {
  const Tokens& tokens = alteration.tokens;
  Layout& layout = alteration.layout;
  if (tokens.is_word(i, "diststyle")) {
    layout.diststyle = rewrite::lower(tokens[i + 1].text);
    if (layout.diststyle != "key") layout.distkey.clear();
    i += 2;
  }
  if (tokens.is_word(i, "distkey")) {
    layout.diststyle = "key";
    layout.distkey = column_of(alteration, i + 1).name;
  }
  bool is_compound = tokens.is_word(i, "compound");
  if (is_compound) ++i;
  if (tokens.is_word(i, "sortkey")) {
    layout.sortkey.clear();
    layout.sortstyle = tokens.is_word(i + 1, "auto") ? "auto" : "";
    for (Range name : tokens.arguments(i + 1)) {
      layout.sortstyle = "compound";
      layout.sortkey.push_back(column_of(alteration, name.begin).name);
    }
  }
}

void alter(Alteration& alteration, std::size_t i) {
  const Tokens& tokens = alteration.tokens;
  bool is_layout = tokens.is_any(i, {"diststyle", "distkey", "sortkey", "compound", "encode"});
  if (is_layout) {
    alter_layout(alteration, i);
    return alteration.replace_by_layout();
  }
  if (!tokens.is_word(i, "column")) return;
  bool has_encode = tokens.is_word(i + 2, "encode");
  for (std::size_t at = i; tokens.is_word(at, "column");) {
    alter_column(alteration, at + 1);
    if (!has_encode) return;
    // alter column a encode x, alter column b encode y
    at = tokens.is_symbol(at + 4, ",") && tokens.is_word(at + 5, "alter") ? at + 6 : tokens.size();
  }
  alteration.replace_by_layout();
}

/// append from other: its rows move.
void append(Alteration& alteration, std::size_t i, const Session& session) {
  const Tokens& tokens = alteration.tokens;
  Range name{i + 1, tokens.end_of_name(i + 1)};
  rewrite::TableFacts other = existing_table(tokens, name, session);
  bool ignores_extra = tokens.is_word(name.end, "ignoreextra");
  bool fills_target = tokens.is_word(name.end, "filltarget");
  std::string columns;
  std::size_t shared = 0;
  for (const auto& column : alteration.table.columns) {
    bool is_there = std::any_of(other.columns.begin(), other.columns.end(),
                                [&](const auto& each) { return each.name == column.name; });
    if (!is_there) continue;
    columns += (shared++ == 0 ? "" : ", ") + quoted_name(column.name);
  }
  if (shared < other.columns.size() && !ignores_extra) {
    throw refusal(tokens, name.begin, "the source table has columns that the target has not")
        .hint("IGNOREEXTRA");
  }
  if (shared < alteration.table.columns.size() && !fills_target) {
    throw refusal(tokens, name.begin, "the target table has columns that the source has not")
        .hint("FILLTARGET");
  }
  alteration.edits.replace(
      {0, tokens.size()},
      {fmt::format("insert into {0} ({1}) select {1} from {2}; delete from {2}",
                   text_of(alteration.name()), columns, text_of(name_of(other)))});
}

/// add [constraint name] primary key (...): remembered.
void add(Alteration& alteration, std::size_t i) {
  const Tokens& tokens = alteration.tokens;
  if (!is_constraint(tokens, {i, tokens.size()})) {
    return add_column(alteration, tokens.is_word(i, "column") ? i + 1 : i);
  }
  read_constraint(tokens, {i, tokens.size()}, alteration.table.name, alteration.layout);
  alteration.replace_by_layout();
}

void alter_table(const Tokens& tokens, const Session& session, Edits& edits) {
  AlterStatement statement = parse_alter(tokens);
  std::size_t i = statement.change;
  if (statement.name.size() == 0 || i >= tokens.size()) return;
  RelationName relation = relation_name(tokens, statement.name);
  auto table = session.table(relation.schema, relation.name);
  // A view, for whose name the engine has its own statement, or nothing: the engine knows.
  if (!table && tokens.are_words(i, {"rename", "to"})) edits.replace({1, 2}, {"view"});
  if (!table && tokens.is_any(i, {"rename", "owner"})) return;
  Alteration alteration{
      tokens, edits, statement, existing_table(tokens, statement.name, session), {}};
  alteration.layout = Layout::parse(alteration.table.comment);
  if (tokens.is_word(i, "add")) return add(alteration, i + 1);
  if (tokens.is_word(i, "drop")) return drop(alteration, i + 1);
  if (tokens.is_word(i, "rename")) return rename(alteration, i + 1);
  if (tokens.is_word(i, "alter")) return alter(alteration, i + 1);
  if (tokens.are_words(i, {"append", "from"})) return append(alteration, i + 1, session);
}

}  // namespace

std::span<const SessionRewrite> alter_rewrites() {
  static const auto rewrites = std::to_array<SessionRewrite>({
      {"alter_table", {StatementKind::alter_table}, alter_table},
  });
  return rewrites;
}

}  // namespace sparkify::ddl
