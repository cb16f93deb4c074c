#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "sql/script.hpp"

namespace sparkify::session {

// What the session itself does, without the engine or before it.

struct Begin {};
struct Commit {};
struct Rollback {};
struct Set {
  std::string name;                  ///< in lower case
  std::optional<std::string> value;  ///< nullopt: its default
  bool is_local = false;             ///< until the transaction ends
};
struct Show {
  std::string name;  ///< in lower case; `all`
};
struct Reset {
  std::string name;  ///< in lower case; `all`
};
/// ALL, PLANS, SEQUENCES, TEMP.
struct Discard {
  bool is_all = false;
};
struct PrepareStatement {
  std::string name;
  std::vector<std::string> types;  ///< names as written
  std::size_t body = 0;            ///< offset of the statement that is prepared
};
struct ExecuteStatement {
  std::string name;
  std::vector<std::string> arguments;  ///< expressions as written
};
struct Deallocate {
  std::string name;  ///< empty: all
};
struct DeclareCursor {
  std::string name;
  std::size_t body = 0;  ///< offset of the query
};
struct Fetch {
  std::string cursor;
  std::optional<std::uint32_t> count;  ///< nullopt: all
  bool is_move = false;                ///< MOVE: rows are passed over
};
struct CloseCursor {
  std::string name;  ///< empty: all
};
/// COPY ... FROM STDIN and TO STDOUT; copy_stdio.hpp reads the rest.
struct CopyStdio {
  bool is_from = false;
};
struct Truncate {};
/// Held until the transaction ends; locks.hpp says against whom.
struct LockTables {
  std::vector<std::string> names;
};
struct Explain {};
/// Accepted, does nothing.
struct Nothing {
  std::string tag;
  std::string notice;  ///< may be empty
};
/// Not to be had: the error to be raised.
struct Refused {
  std::string what;
  std::string hint;
  std::string sql_state = "0A000";
};
/// Everything else.
struct Other {};

using Command =
    std::variant<Other, Begin, Commit, Rollback, Set, Show, Reset, Discard, PrepareStatement,
                 ExecuteStatement, Deallocate, DeclareCursor, Fetch, CloseCursor, CopyStdio,
                 Truncate, LockTables, Explain, Nothing, Refused>;

/// Reads a statement as a command of the session.
/// Throws sql (SQLSTATE 42601) with place: a command that begins well and goes on badly.
Command parse_command(const sql::Statement& statement);

/// The part of a statement from `offset` on, with its own place.
sql::Statement part_of(const sql::Statement& statement, std::size_t offset);

/// The tag of CommandComplete without numbers: `CREATE TABLE`, `INSERT`; by the first words.
std::string tag_of(const sql::Statement& statement);

}  // namespace sparkify::session
