#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "pgwire/output.hpp"
#include "session/columns.hpp"
#include "session/spool.hpp"
#include "session/statement.hpp"

namespace sparkify::session {

/// A statement with its parameters, and how far its rows have been sent.
class Portal {
 public:
  Portal(std::shared_ptr<Statement> statement, std::vector<pgwire::Format> formats)
      : statement_(std::move(statement)), formats_(std::move(formats)) {}

  Statement& statement() { return *statement_; }
  const std::shared_ptr<Statement>& shared_statement() const { return statement_; }
  const std::vector<pgwire::Format>& formats() const { return formats_; }

  /// Keeps a parameter until the portal runs.
  void keep_parameter(pgwire::Format format, std::optional<std::string_view> bytes);

  bool is_started() const { return is_started_; }
  /// Binds and runs the statement as far as its first rows.
  void start(duckdb::Connection& connection);
  /// Whether there are rows to send at all. After start().
  bool has_rows() const { return has_rows_; }
  /// The fields of its rows. After start().
  const std::vector<pgwire::Field>& fields() const { return fields_; }
  /// Set for statements that change rows instead of returning them.
  std::optional<std::int64_t> rows_changed() const { return rows_changed_; }

  /// Sends up to `most` rows (0: all) in a format of this call's; returns how many.
  std::uint64_t send(pgwire::Output& output, std::uint64_t most);
  /// Passes over rows; returns how many. 0: all.
  std::uint64_t skip(std::uint64_t most);
  /// Changes the formats of rows that were not sent yet. Throws sql when it is too late.
  void set_formats(const std::vector<pgwire::Format>& formats);
  /// The next rows as chunks, for those who write them otherwise; none at the end.
  bool next_chunk();
  const std::vector<duckdb::Vector>& vectors() const { return vectors_; }
  std::size_t chunk_rows() const { return chunk_rows_; }
  const std::vector<duckdb::ResultColumn>& columns() const;
  /// Whether all rows have been sent.
  bool is_done() const { return is_done_; }
  /// Takes the rows that are left out of the engine, which is needed for something else.
  void set_aside();

 private:
  bool has_row();
  void use_formats();

  struct Value {
    pgwire::Format format;
    std::optional<std::string> bytes;
  };

  std::shared_ptr<Statement> statement_;
  std::vector<pgwire::Format> formats_;
  std::vector<Value> parameters_;
  bool is_started_ = false, is_done_ = false, has_rows_ = false;
  std::optional<std::int64_t> rows_changed_;
  std::vector<pgwire::Field> fields_;
  std::unique_ptr<duckdb::ResultStream> stream_;
  std::optional<RowWriter> writer_;
  duckdb::ChunkHandle chunk_;
  std::vector<duckdb::Vector> vectors_;
  std::size_t chunk_rows_ = 0, row_ = 0;
  std::optional<Spool> spool_;
};

}  // namespace sparkify::session
