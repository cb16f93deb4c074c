// COPY ... TO STDOUT and COPY ... FROM STDIN.

#include <fmt/format.h>

#include <chrono>

#include "base/text.hpp"
#include "load/stream_load.hpp"
#include "net/link.hpp"
#include "session/copy_rows.hpp"
#include "session/executor.hpp"
#include "transfer/cursor.hpp"
#include "transfer/stdio.hpp"

namespace sparkify::session {
namespace {

using base::Error;
using base::ErrorKind;

/// `select "a", "b" from "s"."t"`
std::string select_of(const transfer::StdioStatement& stdio) {
  std::string columns;
  for (const transfer::Located& column : stdio.columns) {
    columns += (columns.empty() ? "" : ", ") + base::quoted(column.text, '"');
  }
  std::string schema = stdio.schema.text.empty() ? "" : base::quoted(stdio.schema.text, '"') + ".";
  return fmt::format("select {} from {}{}", columns.empty() ? "*" : columns, schema,
                     base::quoted(stdio.table.text, '"'));
}

/// The query whose rows are copied, with its own place in the statement.
sql::Statement query_of(const sql::Statement& statement, const transfer::StdioStatement& stdio) {
  bool is_table = stdio.query.text.empty();
  sql::Statement query = part_of(statement, is_table ? stdio.table.offset : stdio.query.offset);
  query.text = is_table ? select_of(stdio) : stdio.query.text;
  return query;
}

/// The next bytes that a client copies; nothing at their end.
class Incoming {
 public:
  Incoming(pgwire::Input& input, const Activity& activity, std::chrono::milliseconds stall_time)
      : input_(input), activity_(activity), stall_time_(stall_time) {}

  std::optional<std::string_view> next() {
    for (;;) {
      pgwire::Input::Frame frame = next_frame();
      pgwire::Message message = pgwire::decode(frame.type, frame.body);
      if (const auto* data = std::get_if<pgwire::CopyData>(&message)) return data->bytes;
      if (std::holds_alternative<pgwire::CopyDone>(message)) return std::nullopt;
      if (const auto* failure = std::get_if<pgwire::CopyFail>(&message)) {
        throw Error(ErrorKind::sql, fmt::format("COPY from stdin failed: {}", failure->reason))
            .sql_state("57014");
      }
      if (std::holds_alternative<pgwire::Terminate>(message)) throw gone();
      // Clients that describe and run a statement in one go send these before they know of COPY.
      bool is_passed_over = std::holds_alternative<pgwire::Flush>(message) ||
                            std::holds_alternative<pgwire::Sync>(message);
      if (!is_passed_over) {
        throw Error(ErrorKind::bad_data,
                    fmt::format("unexpected message type 0x{:02X} during COPY from stdin",
                                static_cast<unsigned char>(frame.type)))
            .sql_state("08P01");
      }
    }
  }

 private:
  static Error gone() {
    return Error(ErrorKind::unavailable, "unexpected EOF on client connection with an open COPY")
        .sql_state(net::link_lost);
  }

  /// Waits as long as it takes for a message to begin, and then while it goes on coming. Looks up
  /// now and then: the statement may be stopped.
  pgwire::Input::Frame next_frame() {
    using Clock = pgwire::Input::Clock;
    constexpr std::chrono::milliseconds at_once{100};
    auto moved = Clock::now();
    std::size_t known_bytes = 0;
    for (;;) {
      auto begun = Clock::now();
      try {
        auto frame = input_.next_by(begun + at_once);
        if (!frame) throw gone();
        if (activity_.stop() != Activity::Stop::no) throw stopped();
        return *frame;
      } catch (const Error& error) {
        bool is_silent =
            error.kind() == ErrorKind::unavailable && Clock::now() - begun >= at_once / 2;
        if (!is_silent || net::is_hung_up(activity_.socket())) throw;
        std::size_t bytes = input_.begun_bytes();
        if (bytes == 0 || bytes != known_bytes) moved = Clock::now();
        known_bytes = bytes;
        if (Clock::now() - moved >= stall_time_) throw;
      }
      if (activity_.stop() != Activity::Stop::no) throw stopped();
    }
  }

  /// The executor says why.
  static Error stopped() { return Error(ErrorKind::interrupted, "canceling statement"); }

  pgwire::Input& input_;
  const Activity& activity_;
  std::chrono::milliseconds stall_time_;
};

}  // namespace

void Executor::run(const CopyStdio& command, Portal& portal, Manner manner) {
  const sql::Statement& source = portal.statement().source();
  transfer::StdioStatement stdio = transfer::parse_stdio(source);
  transfer::Cursor places(source);
  if (!manner.is_alone) transaction_.begin_implicit();
  if (command.is_from) {
    complete(fmt::format("COPY {}", copy_in(stdio, places)));
  } else {
    complete(fmt::format("COPY {}", copy_out(stdio, places, query_of(source, stdio))));
  }
}

std::int64_t Executor::copy_in(const transfer::StdioStatement& stdio,
                               const transfer::Cursor& places) {
  load::StreamLoad load(connection_, stdio, places);
  output_.copy_response('G', pgwire::Format::text, load.column_count());
  output_.flush();
  Incoming incoming(input_, activity_, host_.limits.stall_time);
  while (auto bytes = incoming.next()) load.feed(*bytes);
  return load.finish();
}

std::int64_t Executor::copy_out(const transfer::StdioStatement& stdio,
                                const transfer::Cursor& places, const sql::Statement& query) {
  auto statement = std::make_shared<Statement>(query);
  if (!std::holds_alternative<Other>(statement->command()) || statement->is_copy()) {
    throw places.error(stdio.query.offset, "COPY takes a query").sql_state("42601");
  }
  Portal rows(statement, {});
  try {
    translate(*statement);
    rows.start(connection_);
  } catch (Error& error) {
    // The client has not written this query itself.
    if (stdio.query.text.empty()) error.at(*places.error(stdio.table.offset, {}).place());
    throw;
  }
  if (!rows.has_rows()) {
    throw places.error(stdio.query.offset, "COPY query must have a RETURNING clause")
        .sql_state("0A000");
  }
  CopyRows writer(stdio, places, rows.fields());
  output_.copy_response('H', pgwire::Format::text, rows.fields().size());
  if (stdio.layout.has_header) writer.send_header(output_);
  std::int64_t count = 0;
  while (rows.next_chunk()) {
    for (std::size_t row = 0; row < rows.chunk_rows(); ++row) writer.send(rows, row, output_);
    count += static_cast<std::int64_t>(rows.chunk_rows());
  }
  output_.simple('c');
  return count;
}

}  // namespace sparkify::session
