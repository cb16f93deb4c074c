// Redshift's tables on an engine that has one machine and does not need to be told where rows go.

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <set>
#include <utility>

#include "ddl/definition.hpp"
#include "rewrite/operands.hpp"

namespace sparkify::ddl {
namespace {

bool is_numeric_type(const Tokens& tokens, std::size_t i) {
  return tokens.is_any(i, {"numeric", "decimal", "dec"}) && !tokens.is_symbol(i + 1, "(");
}

std::string no_effect(std::string_view clause) {
  return fmt::format("{} has no effect here", clause);
}
std::string not_enforced(std::string_view clause) {
  return fmt::format("{} is not enforced, as on Redshift", clause);
}

// Column attributes.

/// distkey, sortkey, encode x.
void drop_column_layout(const Tokens& tokens, Edits& edits) {
  for (Range column : columns_of(tokens)) {
    for_each_attribute(tokens, column, [&](std::size_t i) {
      if (tokens.is_symbol(i + 1, "(")) return i + 1;
      if (tokens.is_any(i, {"distkey", "sortkey"})) {
        edits.remove({i, i + 1});
        edits.notice(no_effect(tokens.is_word(i, "distkey") ? "DISTKEY" : "SORTKEY"));
      }
      if (!tokens.is_word(i, "encode") || i + 1 >= column.end) return i + 1;
      edits.remove({i, i + 2});
      edits.notice(no_effect("ENCODE"));
      return i + 2;
    });
  }
}

/// Keys are not enforced on Redshift, but a primary key's columns are not null.
void drop_column_keys(const Tokens& tokens, Edits& edits) {
  for (Range column : columns_of(tokens)) {
    bool is_not_null = has_not_null(tokens, column);
    for_each_attribute(tokens, column, [&](std::size_t i) {
      std::size_t key = tokens.is_word(i, "constraint") && tokens.is_name(i + 1) ? i + 2 : i;
      if (tokens.are_words(key, {"primary", "key"})) {
        if (is_not_null)
          edits.remove({i, key + 2});
        else
          edits.replace({i, key + 2}, {"not null"});
        is_not_null = true;
        edits.notice(not_enforced("PRIMARY KEY"));
        return key + 2;
      }
      if (tokens.is_word(key, "unique")) {
        edits.remove({i, key + 1});
        edits.notice(not_enforced("UNIQUE"));
      } else if (tokens.is_word(key, "references") && tokens.is_name(key + 1)) {
        std::size_t end = std::min(end_of_reference(tokens, key), column.end);
        edits.remove({i, end});
        edits.notice(not_enforced("REFERENCES"));
        return end;
      }
      return i + 1;
    });
  }
}

/// `schema.table_column_seq`, quoted where it must be.
std::string sequence_name(const Tokens& tokens, Range table, std::size_t column) {
  std::string name;
  for (std::size_t i = table.begin; i + 1 < table.end; i += 2) {
    std::string schema = rewrite::name_value(tokens[i]);
    name += rewrite::quoted_name(schema == "public" ? "main" : schema) + ".";
  }
  return name + rewrite::quoted_name(rewrite::name_value(tokens[table.end - 1]) + "_" +
                                     rewrite::name_value(tokens[column]) + "_seq");
}

/// An identity column takes its values from a sequence, made before the table.
void identity_to_sequence(const Tokens& tokens, Edits& edits) {
  TableStatement table = parse_create(tokens);
  if (table.name.size() == 0) return;
  for (Range column : columns_of(tokens)) {
    for_each_attribute(tokens, column, [&](std::size_t i) {
      auto identity = identity_at(tokens, i);
      if (!identity) return i + 1;
      auto [seed, step] = std::pair(identity->seed, identity->step);
      std::string sequence = sequence_name(tokens, table.name, column.begin);
      edits.insert_before(
          0, {fmt::format("create {}sequence if not exists {} start {} increment {} {} {}; ",
                          table.is_temporary ? "temp " : "", sequence, seed, step,
                          step > 0 ? "minvalue" : "maxvalue", seed)});
      edits.replace({i, identity->end},
                    {fmt::format("default nextval({})", rewrite::quoted_text(sequence))});
      return identity->end;
    });
  }
}

/// NUMERIC alone is (18, 0) on Redshift, (18, 3) on DuckDB.
void numeric_column_scale(const Tokens& tokens, Edits& edits) {
  for (Range column : columns_of(tokens)) {
    std::size_t type = column.begin + 1;
    if (is_numeric_type(tokens, type)) edits.insert_after(type, {"(18, 0)"});
  }
}

/// SUPER is JSON, VARBYTE a blob, FLOAT has 64 bits.
void type_names(const Tokens& tokens, Edits& edits) {
  for (Range column : columns_of(tokens)) {
    std::size_t type = column.begin + 1;
    std::size_t end = rewrite::end_of_type(tokens, type);
    if (tokens.is_word(type, "super")) edits.replace({type, type + 1}, {"json"});
    if (tokens.is_word(type, "float") && !tokens.is_symbol(type + 1, "(")) {
      edits.replace({type, type + 1}, {"double"});
    }
    if (tokens.are_words(type, {"binary", "varying"}) ||
        tokens.is_any(type, {"varbyte", "varbinary"})) {
      if (tokens.is_word(type, "binary")) end = type + 2;
      if (tokens.is_symbol(end, "(")) end = tokens.next(end);
      edits.replace({type, end}, {"blob"});
    }
    for (std::string_view name : {"geometry", "geography", "hllsketch"}) {
      if (!tokens.is_word(type, name)) continue;
      throw tokens.error(type, fmt::format("the type {} is not supported here", name))
          .sql_state("0A000");
    }
  }
}

/// collate case_insensitive, or ci
void collations(const Tokens& tokens, Edits& edits) {
  for (Range column : columns_of(tokens)) {
    for_each_attribute(tokens, column, [&](std::size_t i) {
      if (!tokens.is_word(i, "collate")) return i + 1;
      if (tokens.is_any(i + 1, {"case_insensitive", "ci"})) {
        edits.replace({i + 1, i + 2}, {"nocase"});
      } else if (tokens.is_any(i + 1, {"case_sensitive", "cs"})) {
        edits.remove({i, i + 2});
      }
      return i + 2;
    });
  }
}

/// create table t (like other): the engine has no such clause, but may copy a query's columns.
void like_to_query(const Tokens& tokens, Edits& edits) {
  TableStatement table = parse_create(tokens);
  if (table.elements.size() != 1 || !tokens.is_word(table.elements[0].begin, "like")) return;
  std::size_t begin = table.elements[0].begin + 1, end = tokens.end_of_name(begin);
  edits.replace({table.name.end, tokens.next(table.name.end)},
                {"as select * from ", Range{begin, end}, " limit 0"});
}

// Table attributes.

/// The columns named in the brackets at `open` are not null.
void require_not_null(const Tokens& tokens, std::size_t open, Edits& edits) {
  std::set<std::string> names;
  for (Range key : tokens.arguments(open)) names.insert(rewrite::name_value(tokens[key.begin]));
  for (Range column : columns_of(tokens)) {
    if (!names.contains(rewrite::name_value(tokens[column.begin])) || has_not_null(tokens, column))
      continue;
    bool has_key = false;
    for_each_attribute(tokens, column, [&](std::size_t i) {
      has_key |= tokens.are_words(i, {"primary", "key"});
      return i + 1;
    });
    if (!has_key) edits.insert_after(column.end - 1, {" not null"});
  }
}

/// primary key (...), unique (...), foreign key (...) references ... among the columns.
void drop_table_keys(const Tokens& tokens, Edits& edits) {
  std::vector<Range> elements = parse_create(tokens).elements;
  bool has_kept = false, has_primary_key = false;
  for (Range element : elements) {
    if (!is_constraint(tokens, element)) {
      has_kept = true;
      continue;
    }
    bool has_comma = tokens.is_symbol(element.end, ",");
    if (has_kept)
      edits.remove({element.begin - 1, element.end});
    else
      edits.remove({element.begin, element.end + (has_comma ? 1 : 0)});
    std::size_t key = element.begin;
    if (tokens.is_word(key, "constraint")) key += 2;
    if (tokens.is_word(key, "primary")) {
      edits.notice(not_enforced("PRIMARY KEY"));
      if (!std::exchange(has_primary_key, true)) require_not_null(tokens, key + 2, edits);
    } else {
      edits.notice(not_enforced(tokens.is_word(key, "unique") ? "UNIQUE" : "FOREIGN KEY"));
    }
  }
}

/// diststyle, distkey(...), sortkey(...), encode auto, backup no: behind the columns, in any order.
void drop_table_layout(const Tokens& tokens, Edits& edits) {
  Range attributes = parse_create(tokens).attributes;
  for (std::size_t i = attributes.begin; i < attributes.end;) {
    auto clause = layout_clause(tokens, i);
    if (!clause) {
      i = tokens.next(i);
      continue;
    }
    edits.remove({i, clause->end});
    edits.notice(no_effect(clause->name));
    i = clause->end;
  }
}

/// DuckDB drops one table at a time.
void drop_tables_one_by_one(const Tokens& tokens, Edits& edits) {
  bool has_if = tokens.are_words(2, {"if", "exists"});
  std::string cascade;
  if (std::size_t last = tokens.size() - 1; tokens.is_any(last, {"cascade", "restrict"})) {
    cascade = " " + rewrite::lower(tokens[last].text);
  }
  for (std::size_t i = 2; i < tokens.size(); ++i) {
    if (!tokens.is_symbol(i, ",")) continue;
    edits.replace({i, i + 1},
                  {fmt::format("{}; drop table{}", cascade, has_if ? " if exists" : "")});
  }
}

}  // namespace

std::span<const StatementRewrite> table_rewrites() {
  using enum StatementKind;
  static const auto rewrites = std::to_array<StatementRewrite>({
      {"identity_to_sequence", {create_table}, identity_to_sequence, Where::unserved},
      {"like_to_query", {create_table}, like_to_query, Where::unserved},
      {"type_names", {create_table, alter_table}, type_names},
      {"collations", {create_table, alter_table}, collations},
      {"drop_column_layout", {create_table, alter_table}, drop_column_layout},
      {"drop_column_keys", {create_table, alter_table}, drop_column_keys},
      {"numeric_column_scale", {create_table, alter_table}, numeric_column_scale},
      {"drop_table_keys", {create_table}, drop_table_keys},
      {"drop_table_layout", {create_table}, drop_table_layout},
      {"drop_tables_one_by_one", {drop_table}, drop_tables_one_by_one},
  });
  return rewrites;
}

}  // namespace sparkify::ddl
