#include "session/session.hpp"

#include <fmt/format.h>

#include <chrono>

#include "net/link.hpp"
#include "pgwire/report.hpp"
#include "session/log.hpp"

namespace sparkify::session {

using base::Error;
using base::ErrorKind;

namespace {

/// Of the texts that clients send; errors in them have a position instead of a place.
constexpr std::string_view client_file = "<client>";

/// Nobody is there to be told.
bool is_over(const Error& error) { return error.sql_state_text() == net::link_lost; }

}  // namespace

Session::Session(Host& host, Activity& activity, pgwire::Input& input, pgwire::Output& output,
                 const Client& client)
    : host_(host),
      input_(input),
      output_(output),
      executor_(host, activity, settings_, input, output, client.process, client.is_read_only),
      process_(client.process) {
  greet(client);
}

void Session::greet(const Client& client) {
  settings_.set_fixed("session_authorization", client.user);
  for (const auto& [name, value] : client.settings) settings_.set_default(name, value);
  executor_.greet();
  output_.authentication(0);
  output_.backend_key(client.process, client.key);
  ready();
}

void Session::ready() {
  settings_.report_changes([&](std::string_view name, std::string_view value) {
    output_.parameter_status(name, value);
  });
  output_.ready(executor_.transaction().letter());
  output_.flush();
}

void Session::run() {
  while (!host_.is_stopping) {
    auto frame = input_.next(std::nullopt);
    if (!frame) break;
    if (!handle(*frame)) return;
  }
  if (!host_.is_stopping) return;
  throw Error(ErrorKind::interrupted, "terminating connection due to administrator command")
      .sql_state("57P01");
}

/// What is wrong inside a message ends what it belongs to, not the session: where the next begins
/// is known. Returns false for messages that have nothing inside to be wrong.
bool Session::refuse(char type, const Error& error) {
  if (type != 'Q' && std::string_view("PBDECF").find(type) == std::string_view::npos) return false;
  if (is_skipping_) return true;
  report(error, "");
  if (type == 'Q') {
    ready();
  } else {
    is_skipping_ = true;
  }
  return true;
}

bool Session::handle(const pgwire::Input::Frame& frame) {
  pgwire::Message message;
  try {
    message = pgwire::decode(frame.type, frame.body);
  } catch (const Error& error) {
    if (refuse(frame.type, error)) return true;
    throw;
  }
  if (std::holds_alternative<pgwire::Terminate>(message)) return false;
  if (std::holds_alternative<pgwire::Sync>(message)) {
    sync();
  } else if (is_skipping_) {
    return true;
  } else if (const auto* query_message = std::get_if<pgwire::Query>(&message)) {
    query(query_message->text);
  } else if (std::holds_alternative<pgwire::Flush>(message)) {
    output_.flush();
  } else {
    run_extended(message);
  }
  return true;
}

void Session::report(const Error& found, std::string_view text) {
  executor_.fail();
  Error error = catalog::redshift_error(found);
  if (error.sql_state_text() == "57P01") throw error;  // the last word is the server's
  output_.report(pgwire::report_of(error, client_file, text));
  // At once: a client may wait for it before it sends Sync.
  output_.flush();
}

void Session::query(std::string_view text) {
  // The buffer the text lies in is the input's; a COPY FROM STDIN reads on.
  const std::string owned(text);
  try {
    check_text(owned);
    auto statements = sql::split(owned, client_file, sql::Literals::escaped);
    if (statements.empty()) {
      output_.simple('I');
    } else {
      run_all(statements);
    }
  } catch (const Error& error) {
    if (is_over(error)) throw;
    report(error, owned);
  }
  ready();
}

void Session::run_all(const std::vector<sql::Statement>& statements) {
  for (const sql::Statement& each : statements) {
    auto portal =
        std::make_shared<Portal>(std::make_shared<Statement>(each), std::vector<pgwire::Format>());
    run(*portal, {true, 0, statements.size() == 1});
  }
  executor_.commit_implicit();
}

/// Runs it, and tells the log when there is one.
void Session::run(Portal& portal, Executor::Manner manner) {
  if (!host_.log_statement) return executor_.run(portal, manner);
  const sql::Statement source = portal.statement().source();
  auto begun = Activity::Clock::now();
  try {
    executor_.run(portal, manner);
  } catch (const Error& error) {
    log(source, begun, "ERROR " + pgwire::report_of(error, client_file, "").sql_state);
    throw;
  }
  log(source, begun, executor_.outcome());
}

void Session::log(const sql::Statement& statement, Activity::Clock::time_point begun,
                  std::string_view outcome) const {
  std::chrono::duration<double, std::milli> taken = Activity::Clock::now() - begun;
  host_.log_statement(fmt::format("{}[{}] {:.1f} ms, {}: {}",
                                  settings_.value("session_authorization").value_or(""), process_,
                                  taken.count(), outcome, loggable(statement)));
}

void Session::run_extended(const pgwire::Message& message) {
  std::string text;
  try {
    if (const auto* parse_message = std::get_if<pgwire::Parse>(&message)) {
      text = parse_message->text;
      parse(*parse_message);
    } else if (const auto* bind_message = std::get_if<pgwire::Bind>(&message)) {
      bind(*bind_message);
    } else if (const auto* describe_message = std::get_if<pgwire::Describe>(&message)) {
      describe(*describe_message);
    } else if (const auto* execute_message = std::get_if<pgwire::Execute>(&message)) {
      execute(*execute_message);
    } else if (const auto* close_message = std::get_if<pgwire::Close>(&message)) {
      close(*close_message);
    } else if (std::holds_alternative<pgwire::FunctionCall>(message)) {
      throw Error(ErrorKind::sql, "function calls of the protocol are not supported")
          .sql_state("0A000");
    }
    // What is left of a COPY that has failed: CopyData, CopyDone, CopyFail.
  } catch (const Error& error) {
    if (is_over(error)) throw;
    is_skipping_ = true;
    report(error, text);
  }
}

void Session::parse(const pgwire::Parse& message) {
  check_text(message.text);
  auto statements = sql::split(message.text, client_file, sql::Literals::escaped);
  if (statements.size() > 1) {
    throw Error(ErrorKind::sql, "cannot insert multiple commands into a prepared statement")
        .sql_state("42601");
  }
  if (!message.name.empty() && executor_.statements.contains(message.name)) {
    throw Error(ErrorKind::sql,
                fmt::format("prepared statement \"{}\" already exists", message.name))
        .sql_state("42P05");
  }
  sql::Statement source = statements.empty() ? sql::Statement{"", std::string(client_file)}
                                             : std::move(statements.front());
  auto begun = Activity::Clock::now();
  try {
    executor_.statements[std::string(message.name)] =
        executor_.prepare(source, message.parameter_types);
  } catch (const Error& error) {
    auto state = pgwire::report_of(error, client_file, "").sql_state;
    if (host_.log_statement) log(source, begun, "ERROR " + state);
    throw;
  }
  output_.simple('1');
}

void Session::bind(const pgwire::Bind& message) {
  const auto& statement = executor_.statement(message.statement);
  if (message.parameters.size() != statement->parameters().size()) {
    throw Error(
        ErrorKind::sql,
        fmt::format("bind message supplies {} parameters, but prepared statement \"{}\" "
                    "requires {}",
                    message.parameters.size(), message.statement, statement->parameters().size()))
        .sql_state("08P01");
  }
  if (!message.portal.empty() && executor_.portals.contains(message.portal)) {
    throw Error(ErrorKind::sql, fmt::format("cursor \"{}\" already exists", message.portal))
        .sql_state("42P03");
  }
  auto portal = std::make_shared<Portal>(statement, message.result_formats);
  for (std::size_t i = 0; i < message.parameters.size(); ++i) {
    const auto& formats = message.parameter_formats;
    pgwire::Format format = formats.empty()       ? pgwire::Format::text
                            : formats.size() == 1 ? formats[0]
                                                  : formats[i];
    portal->keep_parameter(format, message.parameters[i]);
  }
  executor_.portals[std::string(message.portal)] = std::move(portal);
  output_.simple('2');
}

void Session::describe(const pgwire::Describe& message) {
  std::shared_ptr<Portal> portal;
  if (message.kind == 'P') portal = executor_.portal(message.name);
  std::shared_ptr<Statement> statement =
      portal ? portal->shared_statement() : executor_.statement(message.name);
  if (!portal) {
    std::vector<std::uint32_t> types;
    for (const Parameter& parameter : statement->parameters()) types.push_back(parameter.oid);
    output_.parameter_description(types);
  }
  auto fields = executor_.describe(*statement);
  if (portal) apply_formats(fields, portal->formats());
  if (fields.empty()) {
    output_.simple('n');
  } else {
    output_.row_description(fields);
  }
}

void Session::execute(const pgwire::Execute& message) {
  std::shared_ptr<Portal> portal = executor_.portal(message.portal);
  if (portal->statement().source().text.empty()) return output_.simple('I');
  // Alone in its transaction: what comes next, and has come already, ends it.
  bool is_alone =
      executor_.transaction().state() == Transaction::State::none && input_.buffered_type() == 'S';
  run(*portal, {false, message.most_rows, is_alone});
}

void Session::close(const pgwire::Close& message) {
  if (message.kind == 'S') {
    if (auto found = executor_.statements.find(message.name); found != executor_.statements.end()) {
      executor_.statements.erase(found);
    }
  } else if (auto found = executor_.portals.find(message.name); found != executor_.portals.end()) {
    executor_.portals.erase(found);
  }
  output_.simple('3');
}

void Session::sync() {
  is_skipping_ = false;
  try {
    executor_.commit_implicit();
  } catch (const Error& error) {
    report(error, "");
  }
  if (executor_.transaction().letter() == 'I') executor_.portals.clear();
  ready();
}

}  // namespace sparkify::session
