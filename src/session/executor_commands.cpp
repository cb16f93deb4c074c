// The commands that the session carries out itself.

#include <fmt/format.h>

#include <algorithm>

#include "base/text.hpp"
#include "session/executor.hpp"
#include "session/words.hpp"

namespace sparkify::session {
namespace {

using base::Error;
using base::ErrorKind;
using pgwire::Oid;

pgwire::Field text_field(std::string name) {
  return {std::move(name), pgwire::number(Oid::text), -1, -1, pgwire::Format::text};
}

std::vector<pgwire::Field> show_fields(const Show& show) {
  if (show.name == "all") return {text_field("name"), text_field("setting")};
  return {text_field(show.name)};
}

Error no_transaction(std::string_view command) {
  return Error(ErrorKind::sql, fmt::format("{} can only be used in transaction blocks", command))
      .sql_state("25P01");
}

/// What SET search_path says, as names in lower case.
std::vector<std::string> schema_names(const std::string& search_path) {
  std::vector<std::string> names;
  for (std::size_t at = 0; at <= search_path.size();) {
    std::size_t end = std::min(search_path.find(',', at), search_path.size());
    std::string name =
        base::to_lower(base::trim(std::string_view(search_path).substr(at, end - at)));
    std::erase(name, '"');
    at = end + 1;
    if (name == "$user" || name.empty()) continue;
    names.push_back(name == "public" ? "main" : name);
  }
  return names;
}

/// PREPARE takes what the engine runs, as PostgreSQL takes no utility: an EXECUTE could name
/// itself.
void check_body(const Statement& body) {
  if (const auto* refused = std::get_if<Refused>(&body.command())) {
    throw Error(ErrorKind::sql, refused->what).hint(refused->hint).sql_state(refused->sql_state);
  }
  if (body.is_for_engine()) return;
  throw Error(ErrorKind::sql, fmt::format("PREPARE takes no {}", body.tag()))
      .at(body.source().place(0))
      .hint("a SELECT, INSERT, UPDATE, DELETE or VALUES")
      .sql_state("42601");
}

std::uint32_t oid_of_name(const std::string& name) {
  std::string lower = base::to_lower(name.substr(0, name.find(' ')));
  if (lower == "int" || lower == "int4" || lower == "integer") return pgwire::number(Oid::int4);
  if (lower == "bigint" || lower == "int8") return pgwire::number(Oid::int8);
  if (lower == "smallint" || lower == "int2") return pgwire::number(Oid::int2);
  if (lower == "real" || lower == "float4") return pgwire::number(Oid::float4);
  if (lower == "double" || lower == "float8" || lower == "float") {
    return pgwire::number(Oid::float8);
  }
  if (lower == "bool" || lower == "boolean") return pgwire::number(Oid::boolean);
  if (lower == "date") return pgwire::number(Oid::date);
  if (lower == "timestamp") return pgwire::number(Oid::timestamp);
  if (lower == "timestamptz") return pgwire::number(Oid::timestamptz);
  if (lower == "text" || lower == "varchar" || lower == "char" || lower == "character") {
    return pgwire::number(Oid::varchar);
  }
  return 0;
}

}  // namespace

std::vector<pgwire::Field> Executor::describe(Statement& statement) {
  const Command& command = statement.command();
  if (std::holds_alternative<Explain>(command)) return {text_field("QUERY PLAN")};
  if (const auto* show = std::get_if<Show>(&command)) return show_fields(*show);
  if (const auto* fetch = std::get_if<Fetch>(&command)) {
    return fetch->is_move ? std::vector<pgwire::Field>() : portal(fetch->cursor)->fields();
  }
  if (const auto* execute = std::get_if<ExecuteStatement>(&command)) {
    return describe(*executed(*execute));
  }
  return statement.fields();
}

void Executor::run(const Begin&, Portal&, Manner) {
  if (transaction_.state() == Transaction::State::open) {
    notice("there is already a transaction in progress", "WARNING", "25001");
  } else {
    transaction_.begin();
  }
  complete("BEGIN");
}

void Executor::run(const Commit&, Portal&, Manner) {
  Transaction::State state = transaction_.state();
  bool is_failed = state == Transaction::State::failed;
  if (state == Transaction::State::none || state == Transaction::State::implicit) {
    notice("there is no transaction in progress", "WARNING", "25P01");
  }
  end_transaction(!is_failed);
  complete(is_failed ? "ROLLBACK" : "COMMIT");
}

void Executor::run(const Rollback&, Portal&, Manner) {
  if (transaction_.letter() == 'I') {
    notice("there is no transaction in progress", "WARNING", "25P01");
  }
  end_transaction(false);
  complete("ROLLBACK");
}

void Executor::run(const Set& command, Portal&, Manner) {
  std::string text = settings_.set(command.name, command.value, command.is_local,
                                   transaction_.state() != Transaction::State::none);
  if (!text.empty()) notice(text, "NOTICE", "00000");
  apply_settings();
  complete("SET");
}

void Executor::run(const Show& command, Portal&, Manner manner) {
  std::vector<std::vector<std::string>> rows;
  if (command.name == "all") {
    for (const auto& [name, value] : settings_.all()) rows.push_back({name, value});
  } else if (auto value = settings_.value(command.name)) {
    rows.push_back({*value});
  } else {
    throw Error(ErrorKind::sql,
                fmt::format("unrecognized configuration parameter \"{}\"", command.name))
        .sql_state("42704");
  }
  send_texts(show_fields(command), rows, manner);
  complete("SHOW");
}

void Executor::run(const Reset& command, Portal&, Manner) {
  if (command.name == "all") {
    settings_.reset_all();
  } else {
    settings_.set(command.name, std::nullopt, false,
                  transaction_.state() != Transaction::State::none);
  }
  apply_settings();
  complete("RESET");
}

void Executor::run(const Discard& command, Portal&, Manner) {
  if (command.is_all) {
    if (transaction_.state() != Transaction::State::none) {
      throw Error(ErrorKind::sql, "DISCARD ALL cannot run inside a transaction block")
          .sql_state("25001");
    }
    settings_.reset_all();
    statements.clear();
    portals.clear();
    apply_settings();
  }
  complete(command.is_all ? "DISCARD ALL" : "DISCARD");
}

/// Parse may give an EXECUTE a name: one that names itself would run without end.
const std::shared_ptr<Statement>& Executor::executed(const ExecuteStatement& command) const {
  const auto& prepared = statement(command.name);
  if (!std::holds_alternative<ExecuteStatement>(prepared->command())) return prepared;
  throw Error(ErrorKind::sql,
              fmt::format("prepared statement \"{}\" is an EXECUTE itself", command.name))
      .sql_state("42601");
}

void Executor::run(const PrepareStatement& command, Portal& portal, Manner) {
  if (statements.contains(command.name)) {
    throw Error(ErrorKind::sql,
                fmt::format("prepared statement \"{}\" already exists", command.name))
        .sql_state("42P05");
  }
  std::vector<std::uint32_t> types;
  for (const std::string& type : command.types) types.push_back(oid_of_name(type));
  auto statement = std::make_shared<Statement>(part_of(portal.statement().source(), command.body));
  check_body(*statement);
  translate(*statement, types);
  statements[command.name] = std::move(statement);
  complete("PREPARE");
}

/// Arguments are expressions, so the engine computes them.
void Executor::run(const ExecuteStatement& command, Portal& portal, Manner manner) {
  auto prepared = executed(command);
  if (command.arguments.size() != prepared->parameters().size()) {
    throw Error(
        ErrorKind::sql,
        fmt::format("wrong number of parameters for prepared statement \"{}\"", command.name))
        .hint(fmt::format("expected {}, found {}", prepared->parameters().size(),
                          command.arguments.size()))
        .sql_state("42601");
  }
  auto inner = std::make_shared<Portal>(prepared, portal.formats());
  if (!command.arguments.empty()) {
    sql::Statement query = portal.statement().source();
    query.text = "select ";
    for (const std::string& argument : command.arguments) {
      query.text += fmt::format("{}({})::varchar", query.text.size() > 7 ? ", " : "", argument);
    }
    auto values = std::make_shared<Statement>(query);
    translate(*values);
    Portal arguments(values, {});
    arguments.start(connection_);
    if (!arguments.next_chunk()) return;
    for (std::size_t i = 0; i < command.arguments.size(); ++i) {
      const duckdb::Vector& vector = arguments.vectors()[i];
      if (vector.is_null(0)) {
        inner->keep_parameter(pgwire::Format::text, std::nullopt);
      } else {
        inner->keep_parameter(pgwire::Format::text, text_of(vector, 0));
      }
    }
  }
  manner.most_rows = 0;
  std::visit([&](const auto& which) { run(which, *inner, manner); }, prepared->command());
}

void Executor::run(const Deallocate& command, Portal&, Manner) {
  if (command.name.empty()) {
    statements.clear();
    return complete("DEALLOCATE ALL");
  }
  statement(command.name);
  statements.erase(command.name);
  complete("DEALLOCATE");
}

void Executor::run(const DeclareCursor& command, Portal& portal, Manner) {
  if (transaction_.letter() == 'I') throw no_transaction("DECLARE CURSOR");
  if (portals.contains(command.name)) {
    throw Error(ErrorKind::sql, fmt::format("cursor \"{}\" already exists", command.name))
        .sql_state("42P03");
  }
  auto query = std::make_shared<Statement>(part_of(portal.statement().source(), command.body));
  if (!std::holds_alternative<Other>(query->command()) || query->is_copy()) {
    throw Error(ErrorKind::sql, "a cursor needs a query").sql_state("42601");
  }
  translate(*query);
  auto cursor = std::make_shared<Portal>(query, std::vector<pgwire::Format>());
  cursor->start(connection_);
  if (!cursor->has_rows()) {
    throw Error(ErrorKind::sql, "a cursor needs a query").sql_state("42601");
  }
  portals[command.name] = std::move(cursor);
  complete("DECLARE CURSOR");
}

void Executor::run(const Fetch& command, Portal& asking, Manner manner) {
  std::shared_ptr<Portal> cursor = portal(command.cursor);
  set_aside_others(cursor.get());
  std::uint64_t sent = 0;
  if (!command.is_move) cursor->set_formats(asking.formats());
  if (manner.is_simple && !command.is_move) output_.row_description(cursor->fields());
  if (!command.count || *command.count > 0) {
    sent = command.is_move ? cursor->skip(command.count.value_or(0))
                           : cursor->send(output_, command.count.value_or(0));
  }
  complete(fmt::format("{} {}", command.is_move ? "MOVE" : "FETCH", sent));
}

void Executor::run(const CloseCursor& command, Portal&, Manner) {
  if (command.name.empty()) {
    portals.clear();
    return complete("CLOSE CURSOR ALL");
  }
  portal(command.name);
  portals.erase(command.name);
  complete("CLOSE CURSOR");
}

void Executor::run(const LockTables& command, Portal&, Manner) {
  if (transaction_.state() != Transaction::State::open) throw no_transaction("LOCK TABLE");
  for (const std::string& name : command.names) {
    host_.locks.take(name, this, [&] {
      if (activity_.stop() == Activity::Stop::no) return;
      throw Error(ErrorKind::interrupted, "interrupted");
    });
  }
  complete("LOCK TABLE");
}

void Executor::run(const Nothing& command, Portal&, Manner) {
  if (!command.notice.empty()) notice(command.notice, "NOTICE", "00000");
  complete(command.tag);
}

void Executor::run(const Refused& command, Portal&, Manner) {
  throw Error(ErrorKind::sql, command.what).hint(command.hint).sql_state(command.sql_state);
}

/// Brings the engine to what the settings say.
void Executor::apply_settings() {
  if (transaction_.state() == Transaction::State::failed) return;
  apply_search_path();
  Settings::All settings = settings_.all();
  if (settings == known_settings_) return;
  catalog::set_settings(connection_, settings);
  known_settings_ = std::move(settings);
  ++change_count_;
}

/// Schemas that are not there are passed over until they are.
void Executor::apply_search_path() {
  std::string list;
  for (const std::string& name : schema_names(settings_.value("search_path").value_or(""))) {
    bool exists = name == "main" ||
                  connection_.number(fmt::format("select count(*) from duckdb_schemas() where "
                                                 "database_name = current_database() and "
                                                 "schema_name = {}",
                                                 base::quoted(name, '\''))) > 0;
    if (exists) list += (list.empty() ? "" : ",") + base::quoted(name, '"');
  }
  if (list == search_path_) return;
  connection_.run("set search_path = " + base::quoted(list.empty() ? "main" : list, '\''));
  search_path_ = list;
  ++change_count_;
}

}  // namespace sparkify::session
