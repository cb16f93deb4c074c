// Commands of Redshift that a single machine needs not or has not: accepted with a notice, or
// refused by name.

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <vector>

#include "ddl/definition.hpp"

namespace sparkify::ddl {
namespace {

/// The first words of a command. `or replace` and `if [not] exists` are passed over.
struct Command {
  std::vector<std::string_view> words;
  std::string_view explanation =
      {};  ///< behind "X has no effect here" or "X is not supported here"
};

bool begins_with(const Tokens& tokens, const Command& command) {
  std::size_t i = 0;
  for (std::string_view word : command.words) {
    if (tokens.are_words(i, {"or", "replace"})) i += 2;
    if (!tokens.is_word(i++, word)) return false;
  }
  return true;
}

std::string name_of(const Command& command) {
  std::string name;
  for (std::string_view word : command.words) {
    name += name.empty() ? "" : " ";
    for (char c : word) name += static_cast<char>(c - 32);
  }
  return name;
}

const Command* find(const Tokens& tokens, std::span<const Command> commands) {
  auto found = std::find_if(commands.begin(), commands.end(),
                            [&](const Command& each) { return begins_with(tokens, each); });
  return found == commands.end() ? nullptr : &*found;
}

std::span<const Command> idle_commands() {
  constexpr std::string_view rights = ": every user may do everything";
  constexpr std::string_view users = ": users are made with sparkify serve user add";
  static const std::vector<Command> commands = {
      {{"vacuum"}},
      {{"grant"}, rights},
      {{"revoke"}, rights},
      {{"alter", "default", "privileges"}, rights},
      {{"create", "user"}, users},
      {{"alter", "user"}, users},
      {{"drop", "user"}, users},
      {{"create", "group"}, rights},
      {{"alter", "group"}, rights},
      {{"drop", "group"}, rights},
      {{"create", "role"}, rights},
      {{"alter", "role"}, rights},
      {{"drop", "role"}, rights},
      {{"refresh", "materialized", "view"}, ": a materialized view is computed when it is read"},
      {{"lock"}, ": transactions do not wait for each other"},
  };
  return commands;
}

std::span<const Command> refused_commands() {
  static const std::vector<Command> commands = {
      {{"create", "procedure"}},
      {{"alter", "procedure"}},
      {{"drop", "procedure"}},
      {{"call"}},
      {{"create", "library"}},
      {{"drop", "library"}},
      {{"create", "model"}},
      {{"drop", "model"}},
      {{"create", "datashare"}},
      {{"alter", "datashare"}},
      {{"drop", "datashare"}},
      {{"desc", "datashare"}},
      {{"create", "database"}, ": a server has one database"},
      {{"alter", "database"}, ": a server has one database"},
      {{"drop", "database"}, ": a server has one database"},
      {{"create", "external"}, ": use COPY"},
      {{"alter", "external"}},
      {{"drop", "external"}},
      {{"create", "masking", "policy"}},
      {{"create", "rls", "policy"}},
      {{"attach", "masking", "policy"}},
      {{"attach", "rls", "policy"}},
      {{"create", "identity", "provider"}},
      {{"alter", "identity", "provider"}},
      {{"alter", "system"}},
      {{"cancel"}, ": use the client's own way to cancel a statement"},
  };
  return commands;
}

void accept_idle_commands(const Tokens& tokens, Edits& edits) {
  const Command* command = find(tokens, idle_commands());
  if (command == nullptr) return;
  edits.replace({0, tokens.size()}, {});
  edits.notice(fmt::format("{} has no effect here{}", name_of(*command), command->explanation));
}

void refuse_commands(const Tokens& tokens, Edits&) {
  const Command* command = find(tokens, refused_commands());
  if (command == nullptr) return;
  throw tokens
      .error(0, fmt::format("{} is not supported here{}", name_of(*command), command->explanation))
      .sql_state("0A000");
}

/// Functions in SQL or Python: `create function f(a int) returns int ... as $$ ... $$ language
/// sql`.
void refuse_functions(const Tokens& tokens, Edits&) {
  std::size_t i = tokens.are_words(1, {"or", "replace"}) ? 3 : 1;
  if (!tokens.is_word(0, "create") || !tokens.is_word(i, "function")) return;
  for (std::size_t at = i; at < tokens.size(); ++at) {
    if (!tokens.is_word(at, "returns")) continue;
    throw tokens.error(0, "CREATE FUNCTION is not supported here").sql_state("0A000");
  }
}

/// analyze, analyze verbose t (a, b) predicate columns; ANALYZE COMPRESSION answers with rows.
void accept_analyze(const Tokens& tokens, Edits& edits) {
  if (!tokens.is_word(0, "analyze") || tokens.is_word(1, "compression")) return;
  edits.replace({0, tokens.size()}, {});
  edits.notice("ANALYZE has no effect here");
}

/// analyze compression t: the encodings that there are.
void analyze_compression(const Tokens& tokens, Edits& edits) {
  if (!tokens.are_words(0, {"analyze", "compression"})) return;
  std::string where = "true";
  if (tokens.is_name(2)) {
    RelationName name = relation_name(tokens, {2, tokens.end_of_name(2)});
    where = "tablename = " + rewrite::quoted_text(name.name);
  }
  edits.replace({0, tokens.size()},
                {"select tablename as \"Table\", \"column\" as \"Column\", "
                 "encoding as \"Encoding\", cast(0 as decimal(5, 2)) as \"Est_reduction_pct\" "
                 "from redshift_catalog.main.pg_table_def where " +
                 where});
}

/// What stands behind `alter table t`.
void accept_idle_alters(const Tokens& tokens, Edits& edits) {
  std::size_t i = parse_alter(tokens).change;
  if (tokens.are_words(i, {"owner", "to"})) {
    edits.replace({0, tokens.size()}, {});
    edits.notice("OWNER TO has no effect here: every user may do everything");
  }
  for (std::string_view word : {"masking", "row", "attach", "detach", "partition"}) {
    if (!tokens.is_word(i, word)) continue;
    throw tokens.error(i, fmt::format("ALTER TABLE ... {} is not supported here", tokens[i].text))
        .sql_state("0A000");
  }
}

/// create schema s authorization u quota 5 gb; alter schema s owner to u.
void schema_clauses(const Tokens& tokens, Edits& edits) {
  if (tokens.are_words(0, {"alter", "schema"}) && tokens.is_any(3, {"owner", "quota"})) {
    edits.replace({0, tokens.size()}, {});
    edits.notice("ALTER SCHEMA has no effect here");
    return;
  }
  if (!tokens.are_words(0, {"create", "schema"})) return;
  std::size_t i = tokens.are_words(2, {"if", "not", "exists"}) ? 5 : 2;
  if (tokens.is_word(i, "authorization")) {
    edits.remove({i, i + 1});  // the schema has its owner's name
    ++i;
  }
  for (std::size_t at = i + 1; at < tokens.size(); ++at) {
    if (!tokens.is_any(at, {"authorization", "quota"})) continue;
    edits.notice(fmt::format("{} has no effect here",
                             tokens.is_word(at, "quota") ? "QUOTA" : "AUTHORIZATION"));
    std::size_t end = at + 2;
    while (tokens.is_any(end, {"mb", "gb", "tb", "unlimited"})) ++end;
    edits.remove({at, std::min(end, tokens.size())});
    at = end - 1;
  }
}

/// The schema `public` is always there.
void keep_public_schema(const Tokens& tokens, Edits& edits) {
  if (tokens.are_words(0, {"create", "schema"})) {
    bool has_if = tokens.are_words(2, {"if", "not", "exists"});
    std::size_t i = has_if ? 5 : 2;
    if (rewrite::name_value(tokens[i]) != "public") return;
    if (!has_if) throw tokens.error(i, "schema \"public\" already exists").sql_state("42P06");
    edits.replace({0, tokens.size()}, {});
    edits.notice("schema \"public\" already exists and will be skipped");
  } else if (tokens.are_words(0, {"drop", "schema"})) {
    std::size_t i = tokens.are_words(2, {"if", "exists"}) ? 4 : 2;
    if (rewrite::name_value(tokens[i]) != "public") return;
    throw tokens.error(i, "schema \"public\" cannot be dropped here")
        .hint("drop its tables one by one")
        .sql_state("0A000");
  }
}

/// DuckDB drops one view or schema at a time.
void drop_one_by_one(const Tokens& tokens, Edits& edits) {
  if (!tokens.is_word(0, "drop") || !tokens.is_any(1, {"view", "schema"})) return;
  std::string next = "drop " + rewrite::lower(tokens[1].text);
  if (tokens.are_words(2, {"if", "exists"})) next += " if exists";
  std::size_t last = tokens.size() - 1;
  std::string cascade =
      tokens.is_any(last, {"cascade", "restrict"}) ? " " + rewrite::lower(tokens[last].text) : "";
  for (std::size_t i = 2; i < tokens.size(); ++i) {
    if (tokens.is_symbol(i, ",")) edits.replace({i, i + 1}, {cascade + "; " + next});
  }
}

/// create materialized view v [backup no] [auto refresh yes] ... as: a view.
void materialized_to_view(const Tokens& tokens, Edits& edits) {
  std::size_t i = tokens.are_words(1, {"or", "replace"}) ? 3 : 1;
  if (!tokens.is_any(0, {"create", "drop"}) || !tokens.are_words(i, {"materialized", "view"})) {
    return;
  }
  edits.remove({i, i + 1});
  if (tokens.is_word(0, "drop")) return;
  edits.notice("a materialized view is computed when it is read here");
  std::size_t begin = tokens.end_of_name(i + 2), end = begin;
  while (end < tokens.size() && !tokens.is_word(end, "as")) end = tokens.next(end);
  if (end > begin && end < tokens.size()) edits.remove({begin, end});
}

}  // namespace

std::span<const StatementRewrite> command_rewrites() {
  using enum StatementKind;
  static const auto rewrites = std::to_array<StatementRewrite>({
      {"refuse_commands", {create_table, other}, refuse_commands, Where::served},
      {"refuse_functions", {other}, refuse_functions, Where::served},
      {"accept_idle_commands", {other}, accept_idle_commands, Where::served},
      {"accept_analyze", {other}, accept_analyze, Where::served},
      {"analyze_compression", {other}, analyze_compression, Where::served},
      {"accept_idle_alters", {alter_table}, accept_idle_alters, Where::served},
      {"keep_public_schema", {other}, keep_public_schema, Where::served},
      {"schema_clauses", {other}, schema_clauses},
      {"drop_one_by_one", {other}, drop_one_by_one},
      {"materialized_to_view", {create_view, other}, materialized_to_view},
  });
  return rewrites;
}

}  // namespace sparkify::ddl
