#include "session/commands.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>

#include "base/text.hpp"
#include "session/reach.hpp"
#include "session/words.hpp"

namespace sparkify::session {
namespace {

/// BEGIN [WORK|TRANSACTION] [ISOLATION LEVEL ...|READ ONLY|...]: there is one isolation level.
Command parse_begin(Words&) { return Begin{}; }

Command parse_end(Words& words) {
  words.next();
  if (words.is_any({"work", "transaction"})) words.next();
  if (words.take_all({"and", "chain"})) {
    return Refused{"COMMIT AND CHAIN is not supported", "begin the next transaction yourself"};
  }
  words.take_all({"and", "no", "chain"});
  words.end();
  return Commit{};
}

Command parse_rollback(Words& words) {
  words.next();
  if (words.is_any({"work", "transaction"})) words.next();
  if (words.is("to")) return Refused{"savepoints are not supported, as on Redshift", ""};
  words.take_all({"and", "no", "chain"});
  words.end();
  return Rollback{};
}

/// What stands behind = or TO: values with commas between them, as one text.
std::optional<std::string> setting_value(Words& words) {
  if (words.take("default")) return std::nullopt;
  std::string value = words.value();
  while (words.take_symbol(",")) value += ", " + words.value();
  // A number with a unit, as in 10 min, only in quotes; what else follows is wrong.
  words.end();
  return value;
}

Command parse_set(Words& words) {
  words.next();
  Set set;
  if (words.take("local")) set.is_local = true;
  if (!set.is_local && !words.peek(1).is_symbol("=") && !words.peek(1).is_word("to")) {
    words.take("session");
  }
  if (words.take("authorization") || words.take("role")) {
    return Nothing{"SET", "there are no roles here: nothing has changed"};
  }
  if (words.is("transaction") || words.is("characteristics")) return Nothing{"SET", ""};
  if (words.take_all({"time", "zone"})) {
    set.name = "timezone";
    if (words.take("local")) return set;
    set.value = setting_value(words);
    return set;
  }
  if (words.take("names")) {
    set.name = "client_encoding";
    set.value = setting_value(words);
    return set;
  }
  set.name = base::to_lower(words.name());
  while (words.take_symbol(".")) set.name += "." + base::to_lower(words.name());
  if (!words.take_symbol("=") && !words.take("to")) throw words.error("= or TO");
  set.value = setting_value(words);
  return set;
}

/// The name of a setting behind SHOW and RESET.
std::string setting_name(Words& words) {
  words.next();
  if (words.take_all({"time", "zone"})) return "timezone";
  if (words.take_all({"transaction", "isolation", "level"})) return "transaction_isolation";
  if (words.take_all({"session", "authorization"})) return "session_authorization";
  std::string name = base::to_lower(words.name());
  while (words.take_symbol(".")) name += "." + base::to_lower(words.name());
  words.end();
  return name;
}

/// SHOW of a setting is the session's; SHOW TABLES FROM ... and its like belong to the engine.
Command parse_show(Words& words) {
  bool is_catalog = words.peek(1).is_word("tables") || words.peek(1).is_word("databases") ||
                    words.peek(1).is_word("schemas") || words.peek(1).is_word("columns");
  if (is_catalog) return Other{};
  return Show{setting_name(words)};
}

Command parse_prepare(Words& words) {
  words.next();
  if (words.take("transaction")) return Refused{"two-phase commit is not supported", ""};
  PrepareStatement prepare;
  prepare.name = words.name();
  if (words.take_symbol("(")) {
    do {
      std::string type;
      for (int depth = 0; !words.is_end(); words.next()) {
        bool is_end = depth == 0 && (words.peek().is_symbol(",") || words.peek().is_symbol(")"));
        if (is_end) break;
        depth += words.peek().is_symbol("(") ? 1 : words.peek().is_symbol(")") ? -1 : 0;
        type += std::string(type.empty() ? "" : " ") + std::string(words.peek().text);
      }
      prepare.types.push_back(type);
    } while (words.take_symbol(","));
    if (!words.take_symbol(")")) throw words.error(")");
  }
  if (!words.take("as")) throw words.error("AS");
  if (words.is_end()) throw words.error("a statement");
  prepare.body = words.offset();
  return prepare;
}

Command parse_execute(Words& words, const sql::Statement& statement) {
  words.next();
  ExecuteStatement execute;
  execute.name = words.name();
  if (!words.take_symbol("(")) {
    words.end();
    return execute;
  }
  std::size_t begin = words.offset(), end = begin;
  for (int depth = 0;; words.next()) {
    if (words.is_end()) throw words.error(")");
    const sql::Token& token = words.peek();
    bool is_last = depth == 0 && token.is_symbol(")");
    if (is_last || (depth == 0 && token.is_symbol(","))) {
      if (end > begin) execute.arguments.push_back(statement.text.substr(begin, end - begin));
      begin = end = words.peek(1).offset;
      if (is_last) break;
      continue;
    }
    end = token.offset + token.text.size();
    if (token.is_symbol("(") || token.is_symbol("[")) ++depth;
    if (token.is_symbol(")") || token.is_symbol("]")) --depth;
  }
  words.next();
  words.end();
  return execute;
}

Command parse_deallocate(Words& words) {
  words.next();
  words.take("prepare");
  Deallocate deallocate;
  if (!words.take("all")) deallocate.name = words.name();
  words.end();
  return deallocate;
}

/// DECLARE name [BINARY] [INSENSITIVE] [NO SCROLL] CURSOR [WITH|WITHOUT HOLD] FOR query.
Command parse_declare(Words& words) {
  words.next();
  DeclareCursor declare;
  declare.name = words.name();
  while (!words.is("cursor")) {
    if (words.is("scroll")) {
      return Refused{"cursors go forward only, as on Redshift", "leave SCROLL out"};
    }
    if (words.take_all({"no", "scroll"}) || words.take("insensitive")) continue;
    throw words.error("CURSOR");
  }
  words.next();
  if (words.take_all({"with", "hold"})) {
    return Refused{"cursors end with their transaction, as on Redshift", "leave WITH HOLD out"};
  }
  words.take_all({"without", "hold"});
  if (!words.take("for")) throw words.error("FOR");
  if (words.is_end()) throw words.error("a query");
  declare.body = words.offset();
  return declare;
}

std::optional<std::uint32_t> fetch_count(Words& words) {
  if (words.take("all")) return std::nullopt;
  if (words.take("next")) return 1;
  bool is_forward = words.take("forward");
  if (is_forward && words.take("all")) return std::nullopt;
  if (words.peek().kind == sql::TokenKind::number) {
    std::uint32_t count = 0;
    std::string_view text = words.peek().text;
    auto end = std::from_chars(text.data(), text.data() + text.size(), count);
    if (end.ec != std::errc() || end.ptr != text.data() + text.size()) {
      throw words.error("a number of rows");
    }
    words.next();
    return count;
  }
  return 1;
}

Command parse_fetch(Words& words) {
  Fetch fetch;
  fetch.is_move = words.is("move");
  words.next();
  if (words.is_any({"prior", "first", "last", "absolute", "relative", "backward"}) ||
      words.peek().is_symbol("-")) {
    return Refused{"cursors go forward only, as on Redshift", "FETCH FORWARD n FROM name", "55000"};
  }
  fetch.count = fetch_count(words);
  if (!words.take("from")) words.take("in");
  fetch.cursor = words.name();
  words.end();
  return fetch;
}

Command parse_close(Words& words) {
  words.next();
  CloseCursor close;
  if (!words.take("all")) close.name = words.name();
  words.end();
  return close;
}

/// COPY ... {FROM STDIN | TO STDOUT} ...
Command parse_copy(Words& words) {
  words.next();
  for (int depth = 0; !words.is_end(); words.next()) {
    const sql::Token& token = words.peek();
    if (token.is_symbol("(")) ++depth;
    if (token.is_symbol(")")) --depth;
    if (depth > 0) continue;
    if (token.is_word("from") && words.peek(1).is_word("stdin")) return CopyStdio{true};
    if (token.is_word("to") && words.peek(1).is_word("stdout")) return CopyStdio{false};
  }
  return Other{};
}

/// EXPLAIN [ANALYZE] [VERBOSE] [(option, ...)] query: ANALYZE runs it, so that it must be one that
/// may run by itself.
Command parse_explain(Words& words) {
  words.next();
  words.take("analyze");
  words.take("verbose");
  if (words.peek().is_symbol("(") && !words.peek(1).is_word("select")) {
    while (!words.is_end() && !words.take_symbol(")")) words.next();
  }
  bool is_query = words.peek().is_symbol("(") ||
                  words.is_any({"select", "with", "from", "values", "table", "insert", "update",
                                "delete", "merge", "create", "pivot", "unpivot"});
  if (is_query) return Explain{};
  return Refused{"EXPLAIN needs a query", "explain select ...", "42601"};
}

/// What would reach past the warehouse or change the server for everybody.
bool is_of_the_server(const Words& words) {
  if (words.is("import") || words.is("export")) return words.peek(1).is_word("database");
  return words.is_any(
      {"attach", "detach", "install", "load", "pragma", "use", "checkpoint", "force"});
}

/// LOCK [TABLE] [schema.]name, ...; a mode behind it is accepted: there is one.
Command parse_lock(Words& words) {
  words.take("lock");
  words.take("table");
  LockTables lock;
  do {
    std::string name = words.name();
    while (words.take_symbol(".")) name = words.name();
    lock.names.push_back(name);
  } while (words.take_symbol(","));
  return lock;
}

Command parse_known(Words& words, const sql::Statement& statement) {
  if (words.is("begin") || words.is("start")) return parse_begin(words);
  if (words.is("commit") || words.is("end")) return parse_end(words);
  if (words.is("rollback") || words.is("abort")) return parse_rollback(words);
  if (words.is("savepoint") || words.is("release")) {
    return Refused{"savepoints are not supported, as on Redshift", ""};
  }
  if (words.is("set")) return parse_set(words);
  if (words.is("show")) return parse_show(words);
  if (words.is("reset")) return Reset{setting_name(words)};
  if (words.is("discard")) return Discard{words.peek(1).is_word("all")};
  if (words.is("prepare")) return parse_prepare(words);
  if (words.is("execute")) return parse_execute(words, statement);
  if (words.is("deallocate")) return parse_deallocate(words);
  if (words.is("declare")) return parse_declare(words);
  if (words.is("fetch") || words.is("move")) return parse_fetch(words);
  if (words.is("close")) return parse_close(words);
  if (words.is("copy")) return parse_copy(words);
  if (words.is("truncate")) return Truncate{};
  if (words.is("explain")) return parse_explain(words);
  if (words.is("listen")) return Nothing{"LISTEN", "nobody notifies here"};
  if (words.is("unlisten")) return Nothing{"UNLISTEN", ""};
  if (words.is("notify")) return Nothing{"NOTIFY", "nobody listens here"};
  if (words.is("lock")) return parse_lock(words);
  return Other{};
}

}  // namespace

Command parse_command(const sql::Statement& statement) {
  Words words(statement);
  if (is_of_the_server(words)) {
    return Refused{fmt::format("{} is not available to clients of the server",
                               base::to_lower(words.peek().text)),
                   "", "42501"};
  }
  if (auto function = function_of_the_server(statement); !function.empty()) {
    return Refused{
        fmt::format("{}() is not available to clients of the server", base::to_lower(function)), "",
        "42501"};
  }
  return parse_known(words, statement);
}

sql::Statement part_of(const sql::Statement& statement, std::size_t offset) {
  sql::Statement part = statement;
  part.text = statement.text.substr(offset);
  base::Place place = statement.place(offset);
  part.line = place.line;
  part.column = place.column;
  part.lead.clear();
  return part;
}

namespace {

/// `create table t ... as query`, outside of brackets.
bool has_query(Words words) {
  for (int depth = 0; !words.is_end(); words.next()) {
    if (words.peek().is_symbol("(")) ++depth;
    if (words.peek().is_symbol(")")) --depth;
    if (depth == 0 && words.is("as")) return true;
  }
  return false;
}

}  // namespace

std::string tag_of(const sql::Statement& statement) {
  Words words(statement);
  auto upper = [](std::string_view text) {
    std::string result(text);
    for (char& c : result) c = c >= 'a' && c <= 'z' ? static_cast<char>(c - 32) : c;
    return result;
  };
  std::string first = upper(words.peek().text);
  if (words.is("with")) return "SELECT";
  if (words.is("truncate")) return "TRUNCATE TABLE";
  if (words.is("refresh")) return "REFRESH MATERIALIZED VIEW";
  if (!words.is_any({"create", "drop", "alter"})) return first;
  words.next();
  while (words.take("or") || words.take("replace") || words.take("temp") ||
         words.take("temporary") || words.take("local") || words.take("global") ||
         words.take("unlogged") || words.take("external") || words.take("unique")) {
  }
  if (words.take("materialized")) return first + " MATERIALIZED VIEW";
  // As PostgreSQL 8 has it.
  if (first == "CREATE" && words.is("table") && has_query(words)) return "SELECT";
  return first + " " + upper(words.peek().text);
}

}  // namespace sparkify::session
