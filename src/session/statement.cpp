#include "session/statement.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>

#include "base/text.hpp"
#include "copy/copy.hpp"
#include "pgwire/types.hpp"
#include "session/columns.hpp"
#include "session/diagnosis.hpp"
#include "session/words.hpp"

namespace sparkify::session {
namespace {

using base::Error;

bool has_word(const sql::Statement& statement, std::string_view word) {
  auto tokens = sql::lex(statement.text, statement.literals);
  return std::any_of(tokens.begin(), tokens.end(),
                     [&](const sql::Token& token) { return token.is_word(word); });
}

/// `$1::oid`, `$1::oid[]`, `cast($1 as regclass)`: what the client's own text says of parameters
/// that the engine, which has no such types, would tell as others. Those that are known already
/// stay.
void name_oids(const sql::Statement& source, std::vector<Parameter>& parameters) {
  for (Words words(source); !words.is_end(); words.next()) {
    std::string_view text = words.peek().text;
    if (!text.starts_with('$')) continue;
    std::size_t number = 0;
    std::from_chars(text.data() + 1, text.data() + text.size(), number);
    bool is_open = number >= 1 && number <= parameters.size() && parameters[number - 1].oid == 0;
    if (!is_open || !(words.peek(1).is_symbol("::") || words.peek(1).is_word("as"))) continue;
    Parameter& parameter = parameters[number - 1];
    if (words.peek(2).is_word("regclass")) {
      parameter = {pgwire::number(pgwire::Oid::varchar), "varchar", false};
    } else if (words.peek(2).is_word("oid")) {
      parameter = words.peek(3).is_symbol("[")
                      ? Parameter{pgwire::array_of(pgwire::Oid::oid), "bigint[]", true}
                      : Parameter{pgwire::number(pgwire::Oid::oid), "bigint", false};
    }
  }
}

/// Whether the engine knows of each parameter what it is.
bool is_settled(const std::vector<Parameter>& parameters) {
  return std::none_of(parameters.begin(), parameters.end(),
                      [](const Parameter& each) { return each.oid == 0; });
}

}  // namespace

Statement::Statement(sql::Statement source)
    : source_(std::move(source)),
      command_(parse_command(source_)),
      tag_(tag_of(source_)),
      is_copy_(std::holds_alternative<Other>(command_) && copy::is_copy(source_)) {
  if (is_for_engine()) classify();
  if (is_copy_ || tag_ != "COPY" || !std::holds_alternative<Other>(command_)) return;
  command_ = Refused{"COPY reads and writes s3:// paths, STDIN and STDOUT",
                     "COPY t FROM 's3://bucket/prefix' IAM_ROLE default", "42501"};
}

void Statement::classify() {
  Words words(source_);
  is_definition_ = words.is_any({"create", "alter", "drop"});
  bool reads = words.is_any({"select", "with"});
  for (; !words.is_end(); words.next()) {
    is_query_ |= reads && words.is("from");
    asks_for_last_query_ |= words.is("pg_last_query_id") || words.is("last_user_query_id");
  }
  // SELECT is also the tag of CREATE TABLE AS.
  bool changes = tag_ == "INSERT" || tag_ == "UPDATE" || tag_ == "DELETE" || tag_ == "MERGE";
  is_query_ |= changes || (is_definition_ && tag_ == "SELECT");
  if (asks_for_last_query_) is_query_ = false;
}

bool Statement::is_for_engine() const {
  return !is_copy_ &&
         (std::holds_alternative<Other>(command_) || std::holds_alternative<Truncate>(command_) ||
          std::holds_alternative<Explain>(command_));
}

duckdb::Locate Statement::locate() const {
  // By value: a result reports errors after the statement that made it may be gone.
  bool is_one_part = parts_.size() == 1;
  return
      [source = source_, translated = translated_, cast = cast_, is_one_part](std::size_t offset) {
        if (!is_one_part) return source.place(0);
        return source.place(translated.origin(cast.origin(offset)));
      };
}

void Statement::prepare(duckdb::Connection& connection, const catalog::Session& tables,
                        std::uint64_t definitions, const std::vector<std::uint32_t>& given_types) {
  if (!is_for_engine() || (is_translated_ && definitions_ == definitions)) return;
  if (is_translated_) return renew(connection, tables, definitions);
  check_text(source_.text);
  definitions_ = definitions;
  translated_ = dialect::to_duckdb(source_, {}, &tables);
  parts_ = translated_.stretches.empty() ? std::vector<sql::Statement>{source_}
                                         : sql::split(translated_.text, source_.file);
  is_translated_ = true;
  if (translated_.text.empty()) parts_.clear();
  if (parts_.empty()) return;
  cast_.text = parts_.size() == 1 ? translated_.text : parts_.back().text;
  if (parts_.size() > 1) return;
  infer_parameters(connection, given_types);
  if (!returns_rows()) return;
  wrap_unwritable(connection);
  fields_ = fields_of(prepared_->columns());
}

/// Its client keeps to the types and columns it was told.
void Statement::renew(duckdb::Connection& connection, const catalog::Session& tables,
                      std::uint64_t definitions) {
  std::vector<std::uint32_t> types;
  for (const Parameter& parameter : parameters_) types.push_back(parameter.oid);
  Statement fresh(source_);
  fresh.prepare(connection, tables, definitions, types);
  auto is_same = [](const pgwire::Field& a, const pgwire::Field& b) {
    return a.name == b.name && a.type == b.type;
  };
  if (!std::equal(fields_.begin(), fields_.end(), fresh.fields_.begin(), fresh.fields_.end(),
                  is_same)) {
    throw Error(base::ErrorKind::sql, "cached plan must not change result type").sql_state("0A000");
  }
  *this = std::move(fresh);
}

void Statement::prepare_text(duckdb::Connection& connection) {
  prepared_.reset();
  try {
    prepared_ = std::make_unique<duckdb::Prepared>(connection, cast_.text, locate());
  } catch (const Error& error) {
    throw diagnose(error, connection, cast_.text, locate(), source_);
  }
}

/// Types come from the client, then from the engine; what neither knows is text.
void Statement::infer_parameters(duckdb::Connection& connection,
                                 const std::vector<std::uint32_t>& given_types) {
  const std::string plain = cast_.text;
  bound_count_ = count_parameters(plain);
  parameters_.resize(std::max(bound_count_, given_types.size()));
  for (std::size_t i = 0; i < given_types.size(); ++i) {
    parameters_[i] = parameter_of_oid(given_types[i]);
  }
  name_oids(source_, parameters_);
  if (parameters_.empty() || is_settled(parameters_)) {
    cast_ = cast_parameters(plain, parameters_);
    return prepare_text(connection);
  }
  std::vector<bool> arrays(parameters_.size());
  cast_ = cast_parameters(with_elements(plain, parameters_, arrays), parameters_);
  bool is_told = true;
  try {
    prepare_text(connection);
  } catch (const Error&) {
    // Mostly because a parameter without a type fits several functions: tried again with text,
    // whose error, if any, is the one that counts.
    is_told = false;
  }
  for (std::size_t i = 0; i < parameters_.size(); ++i) {
    if (parameters_[i].oid != 0) continue;
    auto type = is_told ? prepared_->parameter_type(i + 1) : duckdb::Type();
    parameters_[i] = arrays[i] ? parameter_of_elements(type) : parameter_of_type(type);
  }
  cast_ = cast_parameters(plain, parameters_);
  prepare_text(connection);
}

/// Types that clients cannot be sent (BIT, VARIANT, ...) are cast by a query around this one.
void Statement::wrap_unwritable(duckdb::Connection& connection) {
  auto columns = prepared_->columns();
  bool is_fine = std::all_of(columns.begin(), columns.end(),
                             [](const auto& column) { return is_writable(column.type); });
  if (is_fine || prepared_->kind() != DUCKDB_STATEMENT_TYPE_SELECT) return;
  std::string casts;
  for (std::size_t i = 0; i < columns.size(); ++i) {
    casts += fmt::format("{}#{}{} as {}", i == 0 ? "" : ", ", i + 1,
                         is_writable(columns[i].type) ? "" : "::varchar",
                         base::quoted(columns[i].name, '"'));
  }
  std::string head = fmt::format("select {} from (", casts);
  for (auto& insertion : cast_.insertions) insertion.offset += head.size();
  cast_.insertions.insert(cast_.insertions.begin(), {head.size(), 0});
  cast_.text = head + cast_.text + "\n)";
  prepare_text(connection);
}

bool Statement::returns_rows() const {
  switch (prepared_->kind()) {
    case DUCKDB_STATEMENT_TYPE_SELECT:
    case DUCKDB_STATEMENT_TYPE_EXPLAIN:
    case DUCKDB_STATEMENT_TYPE_PRAGMA:
    case DUCKDB_STATEMENT_TYPE_CALL:
    case DUCKDB_STATEMENT_TYPE_RELATION:
      return true;
    case DUCKDB_STATEMENT_TYPE_INSERT:
    case DUCKDB_STATEMENT_TYPE_UPDATE:
    case DUCKDB_STATEMENT_TYPE_DELETE:
    case DUCKDB_STATEMENT_TYPE_MERGE_INTO:
      return has_word(source_, "returning");
    default:
      return false;
  }
}

duckdb::Prepared& Statement::ready(duckdb::Connection& connection) {
  if (prepared_ && parts_.size() == 1) return *prepared_;
  for (std::size_t i = 0; i + 1 < parts_.size(); ++i) connection.run(parts_[i].text, locate());
  prepare_text(connection);
  return *prepared_;
}

std::vector<pgwire::Field> Statement::fields_of(
    const std::vector<duckdb::ResultColumn>& columns) const {
  std::vector<pgwire::Field> fields;
  for (const auto& column : columns) {
    WireType type = wire_type(column.type);
    fields.push_back(
        {base::to_lower(column.name), type.oid, type.size, type.modifier, pgwire::Format::text});
  }
  return fields;
}

}  // namespace sparkify::session
