#include "session/executor.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <exception>
#include <utility>

#include "base/text.hpp"

namespace sparkify::session {

using base::Error;
using base::ErrorKind;

namespace {

Error stop_error(Activity::Stop stop) {
  switch (stop) {
    case Activity::Stop::timed_out:
      return Error(ErrorKind::interrupted, "canceling statement due to statement timeout")
          .sql_state("57014");
    case Activity::Stop::shutting_down:
      return Error(ErrorKind::interrupted, "terminating connection due to administrator command")
          .sql_state("57P01");
    default:
      return Error(ErrorKind::interrupted, "canceling statement due to user request")
          .sql_state("57014");
  }
}

/// Lets others stop a statement while it runs.
class Running {
 public:
  Running(Activity& activity, duckdb::Connection& connection,
          std::optional<Activity::Clock::time_point> deadline)
      : activity_(activity) {
    activity_.begin(connection, deadline);
  }
  ~Running() { activity_.end(); }
  Running(const Running&) = delete;
  Running& operator=(const Running&) = delete;

 private:
  Activity& activity_;
};

/// As PostgreSQL says it.
Error read_only_error(const std::string& tag) {
  return Error(ErrorKind::sql, fmt::format("cannot execute {} in a read-only transaction", tag))
      .sql_state("25006");
}

/// What the engine says of a write in a transaction that was begun as read-only.
bool is_refused_write(const Error& error) {
  return error.message().find("launched in read-only mode") != std::string::npos;
}

/// `INSERT 0 5`, `SELECT 3`, `CREATE TABLE`.
std::string complete_tag(const Portal& portal, const std::string& tag, std::uint64_t row_count) {
  if (portal.has_rows()) {
    bool changes = tag == "UPDATE" || tag == "DELETE" || tag == "MERGE";
    if (tag == "INSERT") return fmt::format("INSERT 0 {}", row_count);
    return fmt::format("{} {}", changes ? tag : "SELECT", row_count);
  }
  if (!portal.rows_changed()) return tag;
  if (tag == "INSERT") return fmt::format("INSERT 0 {}", *portal.rows_changed());
  bool is_counted = tag == "UPDATE" || tag == "DELETE" || tag == "MERGE";
  if (!is_counted) return tag;
  return fmt::format("{} {}", tag, *portal.rows_changed());
}

}  // namespace

Executor::Executor(Host& host, Activity& activity, Settings& settings, pgwire::Input& input,
                   pgwire::Output& output, std::uint32_t process, bool is_read_only)
    : host_(host),
      activity_(activity),
      settings_(settings),
      input_(input),
      output_(output),
      process_(process),
      is_read_only_(is_read_only),
      connection_(host.database),
      tables_(connection_),
      transaction_(connection_, is_read_only) {
  catalog::begin_session(connection_);
}

void Executor::greet() {
  catalog::set_value(connection_, "user", settings_.value("session_authorization").value_or(""));
  catalog::set_value(connection_, "database", host_.database_name);
  catalog::set_value(connection_, "pg_backend_pid", static_cast<std::int64_t>(process_));
  apply_settings();
}

Executor::~Executor() {
  portals.clear();
  statements.clear();
  transaction_.rollback();
  host_.locks.release(this);
}

std::optional<Activity::Clock::time_point> Executor::deadline() const {
  auto most = host_.limits.statement_time;
  std::chrono::milliseconds wished(std::stoll(settings_.value("statement_timeout").value_or("0")));
  if (wished.count() > 0 && (most.count() == 0 || wished < most)) most = wished;
  if (most.count() == 0) return std::nullopt;
  return Activity::Clock::now() + most;
}

void Executor::notice(const std::string& text, const char* severity, const char* sql_state) {
  pgwire::Report report;
  report.severity = severity;
  report.sql_state = sql_state;
  report.message = text;
  output_.report(report);
}

const std::shared_ptr<Statement>& Executor::statement(std::string_view name) const {
  auto found = statements.find(name);
  if (found != statements.end()) return found->second;
  throw Error(ErrorKind::sql, fmt::format("prepared statement \"{}\" does not exist", name))
      .sql_state("26000");
}

const std::shared_ptr<Portal>& Executor::portal(std::string_view name) const {
  auto found = portals.find(name);
  if (found != portals.end()) return found->second;
  throw Error(ErrorKind::sql, fmt::format("cursor \"{}\" does not exist", name)).sql_state("34000");
}

std::shared_ptr<Statement> Executor::prepare(sql::Statement source,
                                             const std::vector<std::uint32_t>& types) {
  auto statement = std::make_shared<Statement>(std::move(source));
  if (statement->source().text.empty()) return statement;
  refuse_if_failed(statement->command());
  if (!statement->is_for_engine()) return statement;
  set_aside_others(nullptr);
  Running running(activity_, connection_, deadline());
  translate(*statement, types);
  return statement;
}

void Executor::translate(Statement& statement, const std::vector<std::uint32_t>& types) {
  statement.prepare(connection_, tables_, host_.definition_count + change_count_, types);
}

/// Now for this session; for the others, or for all if it is taken back, when the transaction ends.
void Executor::note_definitions() {
  ++host_.definition_count;
  is_definition_pending_ = transaction_.state() != Transaction::State::none;
}

/// Only when somebody asks: it costs a statement of the engine's.
void Executor::tell_last_query() {
  if (told_query_ == last_query_) return;
  catalog::set_value(connection_, "pg_last_query_id", last_query_);
  told_query_ = last_query_;
  ++change_count_;
}

/// The engine can do one thing at a time: rows of another portal that are not sent yet must leave.
void Executor::set_aside_others(const Portal* kept) {
  for (auto& [name, other] : portals) {
    if (other.get() != kept) other->set_aside();
  }
}

void Executor::refuse_if_failed(const Command& command) const {
  bool ends = std::holds_alternative<Commit>(command) || std::holds_alternative<Rollback>(command);
  if (ends || transaction_.state() != Transaction::State::failed) return;
  throw Error(ErrorKind::sql,
              "current transaction is aborted, commands ignored until end of transaction block")
      .sql_state("25P02");
}

void Executor::run(Portal& portal, Manner manner) {
  const Command& command = portal.statement().command();
  refuse_if_failed(command);
  Running running(activity_, connection_, deadline());
  try {
    set_aside_others(&portal);
    // Whoever only reads has no moment outside of a transaction that the engine keeps so.
    if (is_read_only_) transaction_.begin_implicit();
    if (portal.statement().is_copy()) {
      if (is_read_only_) throw read_only_error(portal.statement().tag());
      return run_copy(portal, manner);
    }
    std::visit([&](const auto& which) { run(which, portal, manner); }, command);
  } catch (const Error& error) {
    Activity::Stop stop = activity_.stop();
    if (error.kind() == ErrorKind::interrupted && stop != Activity::Stop::no) {
      throw stop_error(stop);
    }
    if (is_read_only_ && is_refused_write(error)) throw read_only_error(portal.statement().tag());
    throw;
  }
}

void Executor::run(const Other&, Portal& portal, Manner manner) {
  if (!portal.is_started()) {
    if (!manner.is_alone) transaction_.begin_implicit();
    if (portal.statement().asks_for_last_query()) tell_last_query();
    translate(portal.statement());
    if (portal.statement().is_several()) transaction_.begin_implicit();
    bool is_nothing = portal.statement().is_nothing();
    if (!is_nothing) portal.start(connection_);
    if (portal.statement().is_definition()) note_definitions();
    if (portal.statement().is_query()) last_query_ = ++host_.last_query_id;
    for (const std::string& text : portal.statement().notices()) notice(text, "NOTICE", "00000");
    if (is_nothing) return complete(portal.statement().tag());
  }
  send_rows(portal, manner, portal.statement().tag());
  const std::string& tag = portal.statement().tag();
  if (tag == "CREATE SCHEMA" || tag == "DROP SCHEMA") apply_settings();
}

void Executor::send_rows(Portal& portal, Manner manner, const std::string& tag) {
  if (portal.has_rows() && manner.is_simple) output_.row_description(portal.fields());
  std::uint64_t sent = portal.has_rows() ? portal.send(output_, manner.most_rows) : 0;
  if (!portal.is_done()) {
    outcome_ = "SUSPENDED";
    return output_.simple('s');
  }
  complete(complete_tag(portal, tag, sent));
}

/// Redshift's TRUNCATE ends the transaction it stands in.
void Executor::run(const Truncate&, Portal& portal, Manner manner) {
  run(Other{}, portal, manner);
  end_transaction(true);
}

namespace {

void put_text_row(pgwire::Output& output, const std::vector<std::string>& texts) {
  output.begin('D');
  output.put_int16(static_cast<std::uint16_t>(texts.size()));
  for (const std::string& text : texts) {
    output.put_int32(static_cast<std::uint32_t>(text.size()));
    output.put_bytes(text);
  }
  output.end();
  output.flush_full();
}

}  // namespace

/// Texts are the same in both formats.
void Executor::send_texts(const std::vector<pgwire::Field>& fields,
                          const std::vector<std::vector<std::string>>& rows, Manner manner) {
  if (manner.is_simple) output_.row_description(fields);
  for (const auto& row : rows) put_text_row(output_, row);
}

/// The engine's drawing of a plan, one line a row, as PostgreSQL's clients expect a plan.
void Executor::run(const Explain&, Portal& portal, Manner manner) {
  // EXPLAIN ANALYZE writes what its statement writes.
  if (!manner.is_alone) transaction_.begin_implicit();
  translate(portal.statement());
  portal.start(connection_);
  std::vector<std::vector<std::string>> lines;
  while (portal.next_chunk()) {
    std::size_t last = portal.columns().size() - 1;
    for (std::size_t row = 0; row < portal.chunk_rows(); ++row) {
      std::string text;
      append_text(portal.vectors()[last], row, portal.columns()[last].type, text);
      for (std::size_t at = 0; at < text.size();) {
        std::size_t end = std::min(text.find('\n', at), text.size());
        lines.push_back({text.substr(at, end - at)});
        at = end + 1;
      }
    }
  }
  send_texts(describe(portal.statement()), lines, manner);
  complete("EXPLAIN");
}

void Executor::commit_implicit() {
  if (transaction_.state() == Transaction::State::implicit) end_transaction(true);
}

void Executor::fail() noexcept {
  if (std::exchange(is_definition_pending_, false)) ++host_.definition_count;
  bool is_clients = transaction_.letter() != 'I';
  portals.clear();
  transaction_.fail();
  host_.locks.release(this);
  if (is_clients) return;
  settings_.end_transaction(false);
  try {
    apply_settings();
  } catch (const std::exception&) {
    // The engine still has the others; the next statement that changes a setting tries again.
  }
}

void Executor::end_transaction(bool is_committed) {
  portals.clear();
  if (is_committed) {
    transaction_.commit();
  } else {
    transaction_.rollback();
  }
  if (std::exchange(is_definition_pending_, false)) ++host_.definition_count;
  host_.locks.release(this);
  settings_.end_transaction(is_committed);
  apply_settings();
}

}  // namespace sparkify::session
