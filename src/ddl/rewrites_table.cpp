// Redshift's tables on an engine that has one machine and does not need to be told where rows go.

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <optional>
#include <set>
#include <utility>

#include "ddl/rewrites.hpp"

namespace sparkify::ddl {
namespace {

/// The parts of `create [temp] table [if not exists] name (columns) attributes [as query]`.
struct TableStatement {
  bool is_temporary = false;
  Range name;
  std::vector<Range> elements;  ///< columns and constraints
  Range attributes;
};

TableStatement parse_create(const Tokens& tokens) {
  TableStatement found;
  std::size_t i = 1;
  while (i < tokens.size() && !tokens.is_word(i, "table")) {
    found.is_temporary |= tokens.is_any(i++, {"temp", "temporary"});
  }
  i += tokens.are_words(i + 1, {"if", "not", "exists"}) ? 4 : 1;
  found.name = {i, tokens.end_of_name(i)};
  i = found.name.end;
  if (tokens.is_symbol(i, "(") && tokens.close(i) < tokens.size()) {
    found.elements = tokens.arguments(i);
    i = tokens.close(i) + 1;
  }
  found.attributes = {i, i};
  while (found.attributes.end < tokens.size() && !tokens.is_word(found.attributes.end, "as")) {
    found.attributes.end = tokens.next(found.attributes.end);
  }
  found.attributes.end = std::min(found.attributes.end, tokens.size());
  return found;
}

bool is_constraint(const Tokens& tokens, Range element) {
  std::size_t i = element.begin;
  if (tokens.is_word(i, "constraint") && tokens.is_name(i + 1)) i += 2;
  return tokens.are_words(i, {"primary", "key"}) || tokens.are_words(i, {"foreign", "key"}) ||
         (tokens.is_word(i, "unique") && tokens.is_symbol(i + 1, "("));
}

bool is_numeric_type(const Tokens& tokens, std::size_t i) {
  return tokens.is_any(i, {"numeric", "decimal", "dec"}) && !tokens.is_symbol(i + 1, "(");
}

std::string no_effect(std::string_view clause) {
  return fmt::format("{} has no effect here", clause);
}
std::string not_enforced(std::string_view clause) {
  return fmt::format("{} is not enforced, as on Redshift", clause);
}

/// Calls `visit(i)` for each token of a column's attributes that stands in no brackets. `visit`
/// returns where to go on.
template <typename Visit>
void for_each_attribute(const Tokens& tokens, Range column, Visit visit) {
  for (std::size_t i = column.begin + 2; i < column.end;) {
    i = std::max(visit(i), tokens.next(i));
  }
}

/// The columns a statement defines.
std::vector<Range> columns_of(const Tokens& tokens) {
  if (tokens.is_word(0, "alter")) {
    std::size_t i = 2;
    if (tokens.are_words(i, {"if", "exists"})) i += 2;
    i = tokens.end_of_name(i);
    if (!tokens.is_word(i, "add")) return {};
    i += tokens.is_word(i + 1, "column") ? 2 : 1;
    if (is_constraint(tokens, {i, tokens.size()})) return {};
    return {{i, tokens.size()}};
  }
  std::vector<Range> columns = parse_create(tokens).elements;
  std::erase_if(columns,
                [&](Range each) { return is_constraint(tokens, each) || each.size() < 2; });
  return columns;
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

/// The end of `references t (c) on delete ...`.
std::size_t end_of_reference(const Tokens& tokens, std::size_t i) {
  i = tokens.end_of_name(i + 1);
  if (tokens.is_symbol(i, "(")) i = tokens.next(i);
  if (tokens.is_word(i, "match")) i += 2;
  while (tokens.is_word(i, "on") && tokens.is_any(i + 1, {"delete", "update"})) {
    i += tokens.is_any(i + 2, {"set", "no"}) ? 4 : 3;
  }
  return i;
}

bool has_not_null(const Tokens& tokens, Range column) {
  bool found = false;
  for_each_attribute(tokens, column, [&](std::size_t i) {
    found |= tokens.are_words(i, {"not", "null"});
    return i + 1;
  });
  return found;
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

/// Seed and step of an identity column; both 1 where they are not given.
std::pair<long long, long long> identity_numbers(const Tokens& tokens, std::size_t open) {
  if (!tokens.is_symbol(open, "(")) return {1, 1};
  std::vector<long long> numbers;
  for (Range argument : tokens.arguments(open)) {
    std::string_view text = tokens.text(argument);
    long long number = 0;
    auto end = std::from_chars(text.data(), text.data() + text.size(), number);
    if (end.ec != std::errc() || end.ptr != text.data() + text.size()) {
      throw tokens.error(argument.begin, "identity needs whole numbers")
          .hint("identity(0, 1): the first value, then the step");
    }
    numbers.push_back(number);
  }
  if (numbers.size() != 2 || numbers[1] == 0) {
    throw tokens.error(open, "identity needs a first value and a step that is not 0")
        .hint("identity(0, 1)");
  }
  return {numbers[0], numbers[1]};
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
      std::size_t word = tokens.are_words(i, {"generated", "by", "default", "as"}) ? i + 4 : i;
      if (!tokens.is_word(word, "identity")) return i + 1;
      auto [seed, step] = identity_numbers(tokens, word + 1);
      std::string sequence = sequence_name(tokens, table.name, column.begin);
      edits.insert_before(
          0, {fmt::format("create {}sequence if not exists {} start {} increment {} {} {}; ",
                          table.is_temporary ? "temp " : "", sequence, seed, step,
                          step > 0 ? "minvalue" : "maxvalue", seed)});
      std::size_t end = tokens.is_symbol(word + 1, "(") ? tokens.next(word + 1) : word + 1;
      edits.replace({i, end}, {fmt::format("default nextval({})", rewrite::quoted_text(sequence))});
      return end;
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

/// The end of the layout clause at `i` and its name for people; nullopt when there is none.
/// Throws sql for a clause that has begun well and goes on badly.
std::optional<std::pair<std::size_t, std::string>> layout_clause(const Tokens& tokens,
                                                                 std::size_t i) {
  auto needs_columns = [&](std::size_t open, std::string_view clause) {
    if (tokens.is_symbol(open, "(") && tokens.close(open) < tokens.size()) return tokens.next(open);
    throw tokens.error(open - 1, fmt::format("{} needs columns in brackets", clause))
        .hint(fmt::format("{}(column)", clause));
  };
  if (tokens.is_word(i, "diststyle")) {
    if (!tokens.is_any(i + 1, {"auto", "even", "key", "all"})) {
      throw tokens.error(i + 1 < tokens.size() ? i + 1 : i, "unknown diststyle")
          .hint("auto, even, key or all");
    }
    return std::pair(i + 2, std::string("DISTSTYLE"));
  }
  if (tokens.is_word(i, "distkey")) return std::pair(needs_columns(i + 1, "distkey"), "DISTKEY");
  if (tokens.are_words(i, {"compound", "sortkey"}) ||
      tokens.are_words(i, {"interleaved", "sortkey"})) {
    return std::pair(needs_columns(i + 2, "sortkey"), "SORTKEY");
  }
  if (tokens.are_words(i, {"sortkey", "auto"})) return std::pair(i + 2, "SORTKEY");
  if (tokens.is_word(i, "sortkey")) return std::pair(needs_columns(i + 1, "sortkey"), "SORTKEY");
  if (tokens.are_words(i, {"encode", "auto"})) return std::pair(i + 2, "ENCODE");
  if (tokens.is_word(i, "backup")) {
    if (tokens.is_any(i + 1, {"yes", "no"})) return std::pair(i + 2, "BACKUP");
    throw tokens.error(i, "backup needs yes or no");
  }
  return std::nullopt;
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
    edits.remove({i, clause->first});
    edits.notice(no_effect(clause->second));
    i = clause->first;
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
      {"identity_to_sequence", {create_table}, identity_to_sequence},
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
