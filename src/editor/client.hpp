#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "format/writer.hpp"
#include "session/host.hpp"

namespace sparkify::editor {

/// What a statement ended with instead of its result.
struct Failure {
  std::string message, detail, hint, sql_state;
  std::size_t position = 0;  ///< in characters of the statement, from 1; 0: unknown
};

/// A column of a result, with the type it has on the wire.
struct ResultColumn {
  format::Column column;      ///< its `type` is the engine's
  std::string redshift_type;  ///< `numeric(10,2)`; empty: a client would not know it
};

/// What a client of the served warehouse says and hears. What the functions that hear throw ends
/// the conversation, and so does the session.
class Conversation {
 public:
  virtual ~Conversation() = default;

  /// The next statement; nothing: that was all.
  virtual std::optional<std::string> next() = 0;
  /// Whether statements run; else they are only prepared, and nothing is heard of them but columns
  /// and what is wrong with them.
  virtual bool is_to_run() const { return true; }
  /// How many more rows of the result that comes are wanted now; 0: enough.
  virtual std::uint32_t wanted_rows() = 0;

  /// A result's columns, once and before its rows; statements without a result have none.
  virtual void columns(const std::vector<ResultColumn>& columns) = 0;
  /// Values as texts; booleans are `true` and `false`. They live until the call returns.
  virtual void row(format::Row values) = 0;
  virtual void notice(const std::string& text) = 0;
  /// The statement has ended: `SELECT 3`. has_more: rows were left that nobody wanted.
  virtual void done(const std::string& tag, bool has_more) = 0;
  /// It has ended with an error.
  virtual void failed(const Failure& failure) = 0;
};

/// Talks with a session of this process as a client would over a connection: with the same
/// dialect, catalogue and limits, statement by statement, each in a transaction of its own unless
/// the client begins one, which ends with the conversation.
///
/// `is_read_only`: the engine takes no statement that would write. Whoever looks after `activity`
/// may stop it. Memory: the session's, 128 KiB of rows. Threads: one.
/// Throws what the conversation throws, and what ends a session without a word to its client.
void converse(session::Host& host, session::Activity& activity, bool is_read_only,
              Conversation& conversation);

}  // namespace sparkify::editor
