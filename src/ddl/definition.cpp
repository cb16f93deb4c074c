#include "ddl/definition.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>

#include "rewrite/operands.hpp"

namespace sparkify::ddl {
namespace {

using rewrite::name_value;
using rewrite::quoted_name;

/// The number that is all of an argument.
std::optional<long long> whole_number(const Tokens& tokens, Range argument) {
  std::string_view text = tokens.text(argument);
  long long number = 0;
  auto end = std::from_chars(text.data(), text.data() + text.size(), number);
  if (end.ec != std::errc() || end.ptr != text.data() + text.size()) return std::nullopt;
  return number;
}

/// Names in the brackets at `open`.
std::vector<std::string> names_in(const Tokens& tokens, std::size_t open) {
  std::vector<std::string> names;
  for (Range each : tokens.arguments(open)) names.push_back(name_value(tokens[each.begin]));
  return names;
}

/// The name a constraint gets when it has none: `songs_pkey`, `plays_user_id_fkey`.
std::string constraint_name(const std::string& table, const std::vector<std::string>& columns,
                            std::string_view suffix) {
  std::string name = table;
  for (const std::string& column : columns) name += "_" + column;
  return fmt::format("{}_{}", name, suffix);
}

ForeignKey foreign_key(const Tokens& tokens, std::size_t references) {
  ForeignKey key;
  std::size_t end = tokens.end_of_name(references + 1);
  RelationName other = relation_name(tokens, {references + 1, end});
  key.schema = other.schema;
  key.table = other.name;
  if (tokens.is_symbol(end, "(")) key.referenced = names_in(tokens, end);
  return key;
}

/// What one clause behind the columns says.
void read_clause(const Tokens& tokens, std::size_t i, Layout& layout) {
  using rewrite::lower;
  if (tokens.is_word(i, "diststyle")) {
    layout.diststyle = lower(tokens[i + 1].text);
  } else if (tokens.is_word(i, "distkey")) {
    auto names = names_in(tokens, i + 1);
    if (!names.empty()) layout.distkey = names[0];
    if (layout.diststyle.empty()) layout.diststyle = "key";
  } else if (tokens.are_words(i, {"sortkey", "auto"})) {
    layout.sortstyle = "auto";
  } else if (tokens.is_word(i, "sortkey")) {
    layout.sortstyle = "compound";
    layout.sortkey = names_in(tokens, i + 1);
  } else if (tokens.is_word(i + 1, "sortkey")) {
    layout.sortstyle = lower(tokens[i].text);
    layout.sortkey = names_in(tokens, i + 2);
  } else if (tokens.are_words(i, {"backup", "no"})) {
    layout.has_backup = false;
  }
}

/// The length in the brackets behind a type, or what it is without.
std::size_t length_of(const Tokens& tokens, std::size_t open, std::size_t otherwise,
                      std::size_t most, std::string_view type) {
  if (!tokens.is_symbol(open, "(")) return otherwise;
  auto arguments = tokens.arguments(open);
  if (arguments.size() == 1 && tokens.is_word(arguments[0].begin, "max")) return most;
  auto length = arguments.size() == 1 ? whole_number(tokens, arguments[0]) : std::nullopt;
  if (!length || *length < 1) {
    throw tokens.error(open, fmt::format("length for type {} must be at least 1", type))
        .sql_state("22023");
  }
  if (static_cast<unsigned long long>(*length) > most) {
    throw tokens.error(open, fmt::format("length for type {} cannot exceed {}", type, most))
        .sql_state("22023");
  }
  return static_cast<std::size_t>(*length);
}

}  // namespace

TableStatement parse_create(const Tokens& tokens) {
  TableStatement found;
  std::size_t i = 1;
  while (i < tokens.size() && !tokens.is_word(i, "table")) {
    found.is_temporary |= tokens.is_any(i++, {"temp", "temporary"});
  }
  found.has_if_not_exists = tokens.are_words(i + 1, {"if", "not", "exists"});
  i += found.has_if_not_exists ? 4 : 1;
  found.name = {i, tokens.end_of_name(i)};
  found.is_temporary |= tokens[i].text.starts_with('#');
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
  found.has_query = tokens.is_word(found.attributes.end, "as");
  return found;
}

RelationName relation_name(const Tokens& tokens, Range name) {
  RelationName found;
  if (name.size() == 0) return found;
  found.name = name_value(tokens[name.end - 1]);
  if (name.size() >= 3) found.schema = name_value(tokens[name.end - 3]);
  if (found.schema == "public") found.schema = "main";
  return found;
}

std::string text_of(const RelationName& name) {
  if (name.schema.empty()) return quoted_name(name.name);
  return quoted_name(name.schema) + "." + quoted_name(name.name);
}

AlterStatement parse_alter(const Tokens& tokens) {
  std::size_t i = tokens.are_words(2, {"if", "exists"}) ? 4 : 2;
  std::size_t end = tokens.end_of_name(i);
  return {{i, end}, end};
}

bool is_constraint(const Tokens& tokens, Range element) {
  std::size_t i = element.begin;
  if (tokens.is_word(i, "constraint") && tokens.is_name(i + 1)) i += 2;
  return tokens.are_words(i, {"primary", "key"}) || tokens.are_words(i, {"foreign", "key"}) ||
         (tokens.is_word(i, "unique") && tokens.is_symbol(i + 1, "("));
}

std::vector<Range> columns_of(const Tokens& tokens) {
  if (tokens.is_word(0, "alter")) {
    std::size_t i = parse_alter(tokens).change;
    if (!tokens.is_word(i, "add")) return {};
    i += tokens.is_word(i + 1, "column") ? 2 : 1;
    if (is_constraint(tokens, {i, tokens.size()})) return {};
    return {{i, tokens.size()}};
  }
  std::vector<Range> columns = parse_create(tokens).elements;
  std::erase_if(columns, [&](Range each) {
    return is_constraint(tokens, each) || each.size() < 2 || tokens.is_word(each.begin, "like");
  });
  return columns;
}

bool has_not_null(const Tokens& tokens, Range column) {
  bool found = false;
  for_each_attribute(tokens, column, [&](std::size_t i) {
    found |= tokens.are_words(i, {"not", "null"});
    return i + 1;
  });
  return found;
}

std::size_t end_of_reference(const Tokens& tokens, std::size_t i) {
  i = tokens.end_of_name(i + 1);
  if (tokens.is_symbol(i, "(")) i = tokens.next(i);
  if (tokens.is_word(i, "match")) i += 2;
  while (tokens.is_word(i, "on") && tokens.is_any(i + 1, {"delete", "update"})) {
    i += tokens.is_any(i + 2, {"set", "no"}) ? 4 : 3;
  }
  return i;
}

std::optional<Identity> identity_at(const Tokens& tokens, std::size_t i) {
  Identity found;
  if (tokens.are_words(i, {"generated", "by", "default", "as"})) {
    found.is_default = true;
    i += 4;
  } else if (tokens.are_words(i, {"generated", "always", "as"})) {
    i += 3;
  }
  if (!tokens.is_word(i, "identity")) return std::nullopt;
  found.end = i + 1;
  if (!tokens.is_symbol(i + 1, "(")) return found;
  std::vector<long long> numbers;
  for (Range argument : tokens.arguments(i + 1)) {
    auto number = whole_number(tokens, argument);
    if (!number) {
      throw tokens.error(argument.begin, "identity needs whole numbers")
          .hint("identity(0, 1): the first value, then the step")
          .sql_state("42601");
    }
    numbers.push_back(*number);
  }
  if (numbers.size() != 2 || numbers[1] == 0) {
    throw tokens.error(i + 1, "identity needs a first value and a step that is not 0")
        .hint("identity(0, 1)")
        .sql_state("42601");
  }
  found.end = tokens.next(i + 1);
  found.seed = numbers[0];
  found.step = numbers[1];
  return found;
}

std::optional<LayoutClause> layout_clause(const Tokens& tokens, std::size_t i) {
  auto with_columns = [&](std::size_t open, std::string_view clause, std::string name) {
    if (tokens.is_symbol(open, "(") && tokens.close(open) < tokens.size()) {
      return LayoutClause{tokens.next(open), std::move(name)};
    }
    throw tokens.error(open - 1, fmt::format("{} needs columns in brackets", clause))
        .hint(fmt::format("{}(column)", clause))
        .sql_state("42601");
  };
  if (tokens.is_word(i, "diststyle")) {
    if (tokens.is_any(i + 1, {"auto", "even", "key", "all"}))
      return LayoutClause{i + 2, "DISTSTYLE"};
    throw tokens.error(i + 1 < tokens.size() ? i + 1 : i, "unknown diststyle")
        .hint("auto, even, key or all")
        .sql_state("42601");
  }
  if (tokens.is_word(i, "distkey")) return with_columns(i + 1, "distkey", "DISTKEY");
  if (tokens.are_words(i, {"compound", "sortkey"})) {
    return with_columns(i + 2, "sortkey", "SORTKEY");
  }
  if (tokens.are_words(i, {"interleaved", "sortkey"})) {
    return with_columns(i + 2, "sortkey", "INTERLEAVED SORTKEY");
  }
  if (tokens.are_words(i, {"sortkey", "auto"})) return LayoutClause{i + 2, "SORTKEY"};
  if (tokens.is_word(i, "sortkey")) return with_columns(i + 1, "sortkey", "SORTKEY");
  if (tokens.are_words(i, {"encode", "auto"})) return LayoutClause{i + 2, "ENCODE"};
  if (tokens.is_word(i, "backup")) {
    if (tokens.is_any(i + 1, {"yes", "no"})) return LayoutClause{i + 2, "BACKUP"};
    throw tokens.error(i, "backup needs yes or no").sql_state("42601");
  }
  return std::nullopt;
}

void read_column(const Tokens& tokens, Range column, const std::string& table, Layout& layout) {
  std::string name = name_value(tokens[column.begin]);
  ColumnLayout& kept = layout.columns[name];
  kept.type = declared_type(tokens, column.begin + 1);
  for_each_attribute(tokens, column, [&](std::size_t i) {
    if (tokens.is_symbol(i + 1, "(") && !tokens.is_word(i, "identity")) return i + 1;
    std::size_t key = i;
    std::string given;
    if (tokens.is_word(i, "constraint") && tokens.is_name(i + 1)) {
      given = name_value(tokens[i + 1]);
      key = i + 2;
    }
    if (tokens.is_word(i, "distkey")) {
      layout.distkey = name;
      if (layout.diststyle.empty()) layout.diststyle = "key";
    } else if (tokens.is_word(i, "sortkey")) {
      layout.sortstyle = "compound";
      layout.sortkey.push_back(name);
    } else if (tokens.is_word(i, "encode")) {
      kept.encode = name_value(tokens[i + 1]);
      return i + 2;
    } else if (tokens.is_word(i, "collate")) {
      kept.collate = name_value(tokens[i + 1]);
      return i + 2;
    } else if (auto identity = identity_at(tokens, i)) {
      kept.identity = {identity->seed, identity->step};
      kept.is_identity_default = identity->is_default;
      return identity->end;
    } else if (tokens.are_words(key, {"primary", "key"})) {
      layout.primary_key = Key{given.empty() ? table + "_pkey" : given, {name}};
      return key + 2;
    } else if (tokens.is_word(key, "unique")) {
      layout.unique.push_back(
          {given.empty() ? constraint_name(table, {name}, "key") : given, {name}});
      return key + 1;
    } else if (tokens.is_word(key, "references") && tokens.is_name(key + 1)) {
      ForeignKey reference = foreign_key(tokens, key);
      reference.key = {given.empty() ? constraint_name(table, {name}, "fkey") : given, {name}};
      layout.foreign_keys.push_back(std::move(reference));
      return std::min(end_of_reference(tokens, key), column.end);
    }
    return i + 1;
  });
}

void read_constraint(const Tokens& tokens, Range element, const std::string& table,
                     Layout& layout) {
  std::size_t i = element.begin;
  std::string given;
  if (tokens.is_word(i, "constraint") && tokens.is_name(i + 1)) {
    given = name_value(tokens[i + 1]);
    i += 2;
  }
  std::size_t open = tokens.is_word(i, "unique") ? i + 1 : i + 2;
  Key key{given, names_in(tokens, open)};
  if (tokens.is_word(i, "primary")) {
    if (given.empty()) key.name = table + "_pkey";
    layout.primary_key = std::move(key);
  } else if (tokens.is_word(i, "unique")) {
    if (given.empty()) key.name = constraint_name(table, key.columns, "key");
    layout.unique.push_back(std::move(key));
  } else if (std::size_t references = tokens.next(open); tokens.is_word(references, "references")) {
    ForeignKey reference = foreign_key(tokens, references);
    if (given.empty()) key.name = constraint_name(table, key.columns, "fkey");
    reference.key = std::move(key);
    layout.foreign_keys.push_back(std::move(reference));
  }
}

Layout read_layout(const Tokens& tokens, const TableStatement& table) {
  Layout layout;
  std::string name = table.name.size() == 0 ? "" : name_value(tokens[table.name.end - 1]);
  for (Range element : table.elements) {
    if (is_constraint(tokens, element))
      read_constraint(tokens, element, name, layout);
    else if (element.size() > 1 && !tokens.is_word(element.begin, "like"))
      read_column(tokens, element, name, layout);
  }
  for (std::size_t i = table.attributes.begin; i < table.attributes.end;) {
    auto clause = layout_clause(tokens, i);
    if (clause) read_clause(tokens, i, layout);
    i = clause ? clause->end : tokens.next(i);
  }
  return layout;
}

std::string declared_type(const Tokens& tokens, std::size_t i) {
  constexpr std::size_t varchar_bytes = 65535, char_bytes = 4096;
  std::size_t open = i + 1;
  while (tokens.is_any(open, {"varying", "character"})) ++open;
  bool is_varying = tokens.is_word(open - 1, "varying") && open > i + 1;
  if (is_varying || tokens.is_any(i, {"varchar", "nvarchar", "text"})) {
    if (tokens.is_word(i, "binary")) return "binary varying";
    return fmt::format("character varying({})",
                       length_of(tokens, open, 256, varchar_bytes, "varchar"));
  }
  if (tokens.is_any(i, {"char", "character", "nchar", "bpchar"})) {
    std::size_t bytes = tokens.is_word(i, "bpchar") ? 256 : 1;
    return fmt::format("character({})", length_of(tokens, open, bytes, char_bytes, "char"));
  }
  if (tokens.is_word(i, "super")) return "super";
  if (tokens.is_any(i, {"varbyte", "varbinary"})) return "binary varying";
  return "";
}

std::string length_check(const std::string& column, const std::string& type) {
  auto limit = byte_limit(type);
  if (!limit) return "";
  std::string name = quoted_name(column);
  // Blanks beyond the length are no error on Redshift; of CHAR they never count. length_error()
  // knows these texts.
  if (is_padded(type)) return fmt::format(" check (strlen(rtrim({}, ' ')) <= {})", name, *limit);
  return fmt::format(
      " check (case when strlen({0}) <= {1} then true else strlen(rtrim({0}, ' ')) <= {1} end)",
      name, *limit);
}

std::optional<base::Error> length_error(const base::Error& error) {
  constexpr std::string_view failed = "CHECK constraint failed on table ", check = "CHECK(";
  std::string_view text = error.message();
  std::size_t begin = text.find(check);
  if (!text.starts_with(failed) || begin == std::string_view::npos) return std::nullopt;
  auto tokens = sql::lex(text.substr(begin));
  std::erase_if(tokens, [](const sql::Token& token) { return !token.is_significant(); });
  auto at = std::find_if(tokens.begin(), tokens.end(),
                         [](const sql::Token& token) { return token.is_word("strlen"); });
  bool is_padded = at != tokens.end() && tokens.end() - at > 4 && at[2].is_word("rtrim");
  auto limit =
      std::find_if(at, tokens.end(), [](const sql::Token& token) { return token.is_symbol("<="); });
  if (at == tokens.end() || tokens.end() - limit < 2) return std::nullopt;
  const sql::Token& column = is_padded ? at[4] : at[2];
  return base::Error(base::ErrorKind::sql, fmt::format("value too long for type character{}({})",
                                                       is_padded ? "" : " varying", limit[1].text))
      .hint(fmt::format("column \"{}\"; lengths are bytes of UTF-8", name_value(column)))
      .sql_state("22001");
}

}  // namespace sparkify::ddl
