#pragma once

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "catalog/catalog.hpp"
#include "pgwire/input.hpp"
#include "pgwire/output.hpp"
#include "session/host.hpp"
#include "session/portal.hpp"
#include "session/settings.hpp"
#include "session/transaction.hpp"
#include "transfer/cursor.hpp"
#include "transfer/stdio.hpp"

namespace sparkify::session {

/// Runs the statements of one session and sends what they return.
/// Threads: the session's.
class Executor {
 public:
  /// Borrows all of them. Throws unavailable when the database takes no connection.
  Executor(Host& host, Activity& activity, Settings& settings, pgwire::Input& input,
           pgwire::Output& output, std::uint32_t process, bool is_read_only);
  ~Executor();

  /// Tells the engine who is there and what the settings are, once they are all known.
  void greet();

  Transaction& transaction() { return transaction_; }
  duckdb::Connection& connection() { return connection_; }

  /// How a statement came.
  struct Manner {
    bool is_simple = true;        ///< a Query: rows are preceded by their description
    std::uint64_t most_rows = 0;  ///< 0: all
    bool is_alone = true;         ///< no other statement shares its transaction
  };
  /// Runs a portal, or goes on with it, to the CommandComplete or PortalSuspended.
  /// Throws what went wrong; the transaction is then rolled back or has failed.
  void run(Portal& portal, Manner manner);

  /// What run() came to: the command's tag, with its rows; SUSPENDED when there are more.
  const std::string& outcome() const { return outcome_; }

  /// Reads, translates and prepares a statement. Throws sql.
  std::shared_ptr<Statement> prepare(sql::Statement source,
                                     const std::vector<std::uint32_t>& types);
  /// What a statement returns; empty: no rows.
  std::vector<pgwire::Field> describe(Statement& statement);

  /// Ends what was begun around statements that came together. Throws sql.
  void commit_implicit();
  /// After an error.
  void fail() noexcept;

  // Names. The empty one stands for what has no name, which the next replaces.
  std::map<std::string, std::shared_ptr<Statement>, std::less<>> statements;
  /// Whoever runs one holds it: the end of a transaction empties this.
  std::map<std::string, std::shared_ptr<Portal>, std::less<>> portals;
  /// Throw sql: 26000, 34000.
  const std::shared_ptr<Statement>& statement(std::string_view name) const;
  const std::shared_ptr<Portal>& portal(std::string_view name) const;

 private:
  /// What EXECUTE names. Throws sql: 26000, and 42601 when that is an EXECUTE.
  const std::shared_ptr<Statement>& executed(const ExecuteStatement& command) const;
  void run(const Begin& command, Portal& portal, Manner manner);
  void run(const Commit& command, Portal& portal, Manner manner);
  void run(const Rollback& command, Portal& portal, Manner manner);
  void run(const Set& command, Portal& portal, Manner manner);
  void run(const Show& command, Portal& portal, Manner manner);
  void run(const Reset& command, Portal& portal, Manner manner);
  void run(const Discard& command, Portal& portal, Manner manner);
  void run(const PrepareStatement& command, Portal& portal, Manner manner);
  void run(const ExecuteStatement& command, Portal& portal, Manner manner);
  void run(const Deallocate& command, Portal& portal, Manner manner);
  void run(const DeclareCursor& command, Portal& portal, Manner manner);
  void run(const Fetch& command, Portal& portal, Manner manner);
  void run(const CloseCursor& command, Portal& portal, Manner manner);
  void run(const CopyStdio& command, Portal& portal, Manner manner);
  void run(const Truncate& command, Portal& portal, Manner manner);
  void run(const LockTables& command, Portal& portal, Manner manner);
  void run(const Explain& command, Portal& portal, Manner manner);
  void run(const Nothing& command, Portal& portal, Manner manner);
  void run(const Refused& command, Portal& portal, Manner manner);
  void run(const Other& command, Portal& portal, Manner manner);
  void run_copy(Portal& portal, Manner manner);
  std::int64_t copy_in(const transfer::StdioStatement& stdio, const transfer::Cursor& places);
  std::int64_t copy_out(const transfer::StdioStatement& stdio, const transfer::Cursor& places,
                        const sql::Statement& query);
  void send_rows(Portal& portal, Manner manner, const std::string& tag);
  void send_texts(const std::vector<pgwire::Field>& fields,
                  const std::vector<std::vector<std::string>>& rows, Manner manner);
  void complete(const std::string& tag) {
    output_.command_complete(tag);
    outcome_ = tag;
  }
  /// Throws sql (25P02) in a failed transaction, unless the command ends it.
  void refuse_if_failed(const Command& command) const;
  void notice(const std::string& text, const char* severity, const char* sql_state);
  void set_aside_others(const Portal* kept);
  void end_transaction(bool is_committed);
  /// Translates a statement and has it prepared, unless that was done before.
  void translate(Statement& statement, const std::vector<std::uint32_t>& types = {});
  void note_definitions();
  void tell_last_query();
  void apply_settings();
  void apply_search_path();
  std::optional<Activity::Clock::time_point> deadline() const;

  Host& host_;
  Activity& activity_;
  Settings& settings_;
  pgwire::Input& input_;
  pgwire::Output& output_;
  std::uint32_t process_;
  bool is_read_only_;
  duckdb::Connection connection_;
  catalog::Session tables_;
  std::unique_ptr<duckdb::Connection> aside_;
  Transaction transaction_;
  // As the engine knows them.
  std::string search_path_;
  Settings::All known_settings_;
  std::string outcome_;
  std::uint64_t change_count_ = 0;      ///< of what the engine knows of this session
  bool is_definition_pending_ = false;  ///< of the transaction that is open
  std::int64_t last_query_ = -1, told_query_ = -1;
};

}  // namespace sparkify::session
