#pragma once

#include <memory>
#include <string>
#include <vector>

#include "catalog/catalog.hpp"
#include "dialect/dialect.hpp"
#include "duckdb/prepared.hpp"
#include "pgwire/output.hpp"
#include "session/commands.hpp"
#include "session/parameters.hpp"

namespace sparkify::session {

/// One statement as its client wrote it, and what the engine makes of it.
class Statement {
 public:
  /// Reads it as a command. Throws sql with place.
  explicit Statement(sql::Statement source);

  const sql::Statement& source() const { return source_; }
  const Command& command() const { return command_; }
  /// COPY FROM and UNLOAD with a path, which src/copy runs.
  bool is_copy() const { return is_copy_; }
  /// Whether the engine runs it.
  bool is_for_engine() const;
  const std::string& tag() const { return tag_; }
  /// Understood, and there is nothing for the engine to do. After prepare().
  bool is_nothing() const { return is_translated_ && parts_.empty(); }
  /// Has become several statements, which need a transaction around them. After prepare().
  bool is_several() const { return parts_.size() > 1; }

  /// Whether it makes, changes or drops what others may refer to.
  bool is_definition() const { return is_definition_; }
  /// Whether it is a query by Redshift's count, which pg_last_query_id() follows: those that the
  /// leader node answers alone are none.
  bool is_query() const { return is_query_; }
  /// Whether it asks for the number of the last one.
  bool asks_for_last_query() const { return asks_for_last_query_; }

  /// Translates the statement and has the engine prepare it, once for each state of the
  /// definitions: the number stands for what tables and the session are like. A statement that
  /// becomes several is prepared when it runs: the last may need what the first make.
  /// Throws sql with place; 0A000 when it was prepared before and would return other columns now.
  void prepare(duckdb::Connection& connection, const catalog::Session& tables,
               std::uint64_t definitions, const std::vector<std::uint32_t>& given_types);
  /// The statement ready to run; runs what must come before it.
  duckdb::Prepared& ready(duckdb::Connection& connection);

  const std::vector<Parameter>& parameters() const { return parameters_; }
  /// How many of them, from the first, the text has; a client may announce more.
  std::size_t bound_count() const { return bound_count_; }
  /// What it returns, as far as can be told before it runs; empty: no rows.
  const std::vector<pgwire::Field>& fields() const { return fields_; }
  /// What was accepted and has no effect.
  const std::vector<std::string>& notices() const { return translated_.notices; }
  /// The fields of a result that has come.
  std::vector<pgwire::Field> fields_of(const std::vector<duckdb::ResultColumn>& columns) const;
  /// From an offset in the engine's text to a place in the client's.
  duckdb::Locate locate() const;

 private:
  void classify();
  void prepare_text(duckdb::Connection& connection);
  void renew(duckdb::Connection& connection, const catalog::Session& tables,
             std::uint64_t definitions);
  void infer_parameters(duckdb::Connection& connection,
                        const std::vector<std::uint32_t>& given_types);
  void wrap_unwritable(duckdb::Connection& connection);
  bool returns_rows() const;

  sql::Statement source_;
  Command command_;
  std::string tag_;
  bool is_copy_ = false;
  bool is_definition_ = false, is_query_ = false, asks_for_last_query_ = false;
  std::uint64_t definitions_ = 0;  ///< of the translation
  bool is_translated_ = false;
  dialect::Translated translated_;
  std::vector<sql::Statement> parts_;  ///< of the translated text; mostly one
  CastText cast_;                      ///< the last part with its parameters cast
  std::vector<Parameter> parameters_;
  std::size_t bound_count_ = 0;
  std::unique_ptr<duckdb::Prepared> prepared_;
  std::vector<pgwire::Field> fields_;
};

}  // namespace sparkify::session
