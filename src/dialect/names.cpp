// Names of relations and functions that lead elsewhere: to Redshift's catalogue, to the schema
// main.

#include <fmt/format.h>

#include <array>
#include <set>
#include <string>

#include "dialect/rewrites.hpp"
#include "rewrite/operands.hpp"
#include "rewrite/relations.hpp"
#include "sql/files.hpp"
#include "sql/lexer.hpp"

namespace sparkify::dialect {
namespace {

using Names = std::set<std::string, std::less<>>;

/// What sql/catalog/ makes for clients.
struct Catalog {
  Names relations, functions;
};

/// What the catalogue and the dialect have for themselves.
bool is_internal(std::string_view file) {
  return file == "functions_of_catalog" || file == "functions_of_names" ||
         file == "functions_of_values" || file.starts_with("catalog_");
}

void add_names(const sql::File& file, Catalog& catalog) {
  auto tokens = sql::lex(file.text);
  std::erase_if(tokens, [](const sql::Token& token) { return !token.is_significant(); });
  for (std::size_t i = 0; i + 2 < tokens.size(); ++i) {
    if (!tokens[i].is_word("create")) continue;
    (tokens[i + 1].is_word("macro") ? catalog.functions : catalog.relations)
        .insert(name_value(tokens[i + 2]));
  }
}

const Catalog& catalog() {
  static const Catalog found = [] {
    Catalog made;
    for (const sql::File& file : sql::files()) {
      if (file.folder() == "catalog" && !is_internal(file.name())) add_names(file, made);
    }
    // The engine has its own of these names, which the catalogue needs.
    made.functions.insert({"current_database", "current_schema"});
    return made;
  }();
  return found;
}

/// A name of the statement's own: `with name as (...)`.
bool is_named_query(const Tokens& tokens, std::string_view name) {
  for (std::size_t i = 0; i + 2 < tokens.size(); ++i) {
    if (!tokens.is_name(i) || name_value(tokens[i]) != name) continue;
    std::size_t next = tokens.is_symbol(i + 1, "(") ? tokens.next(i + 1) : i + 1;
    if (tokens.is_word(next, "as") && tokens.is_symbol(next + 1, "(")) return true;
  }
  return false;
}

bool has_alias(const Tokens& tokens, std::size_t end) {
  return tokens.is_word(end, "as") || (tokens.is_name(end) && !rewrite::is_keyword(tokens, end));
}

/// Of the name at `i`, which begins with the database's, of which there is one.
void drop_database(const Tokens& tokens, std::size_t i, Edits& edits) {
  bool is_public = name_value(tokens[i + 2]) == "public";
  edits.replace({i, is_public ? i + 3 : i + 2}, {is_public ? "main" : ""});
}

/// Leads one name of a relation to the catalogue, if it is of it.
void lead_relation(const Tokens& tokens, std::size_t i, Edits& edits) {
  std::size_t end = tokens.end_of_name(i);
  if (end == i + 5 && !tokens.is_any(i, {"redshift_catalog", "system", "temp"})) {
    drop_database(tokens, i, edits);
    i += 2;
  }
  std::string name = name_value(tokens[end - 1]);
  if (end == i + 1) {
    bool is_ours = catalog().relations.contains(name) && !tokens.is_symbol(end, "(");
    if (is_ours && !is_named_query(tokens, name)) {
      edits.insert_before(i, {std::string(catalog_prefix)});
    }
    return;
  }
  if (end != i + 3) return;
  if (tokens.is_word(i, "pg_catalog") && catalog().relations.contains(name)) {
    edits.replace({i, i + 2}, {std::string(catalog_prefix)});
  }
  std::string standard = "information_schema_" + name;
  if (tokens.is_word(i, "information_schema") && catalog().relations.contains(standard)) {
    std::string alias = has_alias(tokens, end) ? "" : fmt::format(" as \"{}\"", name);
    edits.replace({i, end}, {fmt::format("{}{}{}", catalog_prefix, standard, alias)});
  }
}

/// pg_class, pg_catalog.pg_class, information_schema.tables
void catalog_relations(const Tokens& tokens, Edits& edits) {
  rewrite::RelationScan scan(tokens);
  for (std::size_t i = 0; i < tokens.size(); ++i) {
    bool is_relation = scan.is_relation(i);
    if (!tokens.is_name(i) || (i > 0 && tokens.is_symbol(i - 1, "."))) continue;
    if (is_relation) {
      lead_relation(tokens, i, edits);
    } else if (tokens.is_any(i, {"pg_catalog", "information_schema"}) &&
               tokens.end_of_name(i) == i + 5) {
      // pg_catalog.pg_class.relname: the relation is known by its own name.
      edits.replace({i, i + 3}, {fmt::format("\"{}\"", name_value(tokens[i + 2]))});
    } else if (tokens.end_of_name(i) == i + 7) {
      drop_database(tokens, i, edits);
    }
  }
}

/// from f() as t (a integer, b name) -> from f() as t (a, b): the function says the types.
void typed_aliases(const Tokens& tokens, Edits& edits) {
  rewrite::RelationScan scan(tokens);
  for (std::size_t i = 0; i < tokens.size(); ++i) {
    bool is_relation = scan.is_relation(i);
    bool is_read =
        i > 0 && (tokens.is_any(i - 1, {"from", "join"}) || tokens.is_symbol(i - 1, ","));
    if (!is_relation || !is_read) continue;
    std::size_t call = tokens.end_of_name(i);
    if (!tokens.is_symbol(call, "(")) continue;
    std::size_t alias = tokens.close(call) + 1;
    if (tokens.is_word(alias, "as")) ++alias;
    std::size_t list = tokens.is_name(alias) ? alias + 1 : alias;
    if (!tokens.is_symbol(list, "(") || rewrite::is_keyword(tokens, alias)) continue;
    if (tokens.is_any(alias, {"pivot", "unpivot"})) continue;
    for (Range column : tokens.arguments(list)) {
      if (column.size() > 1) edits.remove({column.begin + 1, column.end});
    }
  }
}

/// format_type(...), pg_catalog.format_type(...); pg_catalog.lower(...) is everybody's.
void catalog_functions(const Tokens& tokens, Edits& edits) {
  for (std::size_t i = 0; i + 1 < tokens.size(); ++i) {
    if (!tokens.is_symbol(i + 1, "(") || !tokens.is_name(i)) continue;
    bool is_qualified = i >= 2 && tokens.is_symbol(i - 1, ".") &&
                        tokens.is_any(i - 2, {"pg_catalog", "information_schema"});
    bool is_ours = catalog().functions.contains(name_value(tokens[i]));
    if (!is_qualified && !(is_ours && tokens.is_call(i))) continue;
    std::string name(tokens[i].text);
    if (tokens.is_any(i, {"current_database", "current_schema"})) name += "_name";
    edits.replace({is_qualified ? i - 2 : i, i + 1},
                  {is_ours ? std::string(catalog_prefix) + name : name});
  }
}

/// current_user and the like are functions without brackets.
void session_words(const Tokens& tokens, Edits& edits) {
  for (std::size_t i = 1; i < tokens.size(); ++i) {
    bool is_user = tokens.is_any(i, {"current_user", "session_user", "user"});
    if (!is_user && !tokens.is_any(i, {"current_schema", "current_catalog"})) continue;
    if (tokens.is_symbol(i - 1, ".") || tokens.is_symbol(i + 1, ".") ||
        tokens.is_symbol(i + 1, "(") || tokens.is_word(i - 1, "as")) {
      continue;
    }
    bool is_definition = tokens.is_name(i + 1) && !rewrite::is_keyword(tokens, i + 1);
    if (tokens.is_word(i, "user") &&
        (is_definition || tokens.is_any(i - 1, {"create", "alter", "drop", "to"}))) {
      continue;
    }
    std::string_view function = is_user                               ? "current_user_name()"
                                : tokens.is_word(i, "current_schema") ? "current_schema_name()"
                                                                      : "current_database_name()";
    edits.replace({i, i + 1}, {std::string(catalog_prefix) + std::string(function)});
  }
}

/// collate "default" and collate pg_catalog.default are none.
void default_collation(const Tokens& tokens, Edits& edits) {
  for (std::size_t i = 1; i + 1 < tokens.size(); ++i) {
    if (!tokens.is_word(i, "collate")) continue;
    std::size_t end = tokens.end_of_name(i + 1);
    bool is_default = end > i + 1 && name_value(tokens[end - 1]) == "default";
    if (is_default) edits.remove({i, end});
  }
}

/// #plays is a temporary table.
void temporary_names(const Tokens& tokens, Edits& edits) {
  for (std::size_t i = 0; i < tokens.size(); ++i) {
    if (tokens[i].kind == sql::TokenKind::word && tokens[i].text.starts_with('#')) {
      edits.replace({i, i + 1}, {rewrite::quoted_name(tokens[i].text)});
    }
  }
  bool is_plain = tokens.are_words(0, {"create", "table"});
  std::size_t name = tokens.are_words(2, {"if", "not", "exists"}) ? 5 : 2;
  if (is_plain && tokens[name].text.starts_with('#')) edits.insert_after(0, {" temp"});
}

/// set search_path to "$user", public, s -> set search_path = 'main,s'
void search_path(const Tokens& tokens, Edits& edits) {
  std::size_t i = tokens.is_any(1, {"session", "local"}) ? 2 : 1;
  if (!tokens.is_word(0, "set") || !tokens.is_word(i, "search_path")) return;
  if (!tokens.is_word(i + 1, "to") && !tokens.is_symbol(i + 1, "=")) return;
  std::string path;
  for (std::size_t at = i + 2; at < tokens.size(); ++at) {
    std::string name =
        tokens.text_value(at).value_or(tokens.is_name(at) ? name_value(tokens[at]) : std::string());
    if (name.empty() || name == "$user") continue;
    // One text may hold the whole list, as DuckDB wants it.
    if (name.find(',') != std::string::npos) return;
    path += (path.empty() ? "" : ",") + (name == "public" ? std::string("main") : name);
  }
  if (path.empty()) path = "main";
  edits.replace({0, tokens.size()}, {"set search_path = " + quoted_text(path)});
}

}  // namespace

std::span<const StatementRewrite> name_rewrites() {
  static const auto rewrites = std::to_array<StatementRewrite>({
      {"catalog_relations", {}, catalog_relations, Where::served},
      {"typed_aliases", {}, typed_aliases, Where::served},
      {"catalog_functions", {}, catalog_functions, Where::served},
      {"session_words", {}, session_words, Where::served},
      {"default_collation", {}, default_collation, Where::served},
      {"temporary_names", {}, temporary_names, Where::served},
      {"search_path", {StatementKind::other}, search_path},
  });
  return rewrites;
}

}  // namespace sparkify::dialect
