#include "load/stream_load.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <utility>

#include "base/error.hpp"
#include "event/json.hpp"
#include "field/utf8.hpp"

namespace sparkify::load {
namespace {

using base::Error;
using base::ErrorKind;

Table table_of(duckdb::Connection& connection, const transfer::StdioStatement& stdio,
               const transfer::Cursor& places) {
  transfer::CopyStatement copy;
  copy.schema = stdio.schema;
  copy.table = stdio.table;
  copy.columns = stdio.columns;
  copy.may_list_ids = true;
  return find_table(connection, copy, places);
}

/// A list of FORCE_NULL and its like, by column.
std::vector<bool> flags_of(const std::vector<transfer::Located>& names, const Table& table,
                           const transfer::Cursor& places) {
  std::vector<bool> flags;
  if (names.empty()) return flags;
  flags.resize(table.columns.size(), names[0].text == "*");
  if (names[0].text == "*") return flags;
  for (const transfer::Located& name : names) {
    auto found =
        std::find_if(table.columns.begin(), table.columns.end(),
                     [&](const field::Column& column) { return column.name == name.text; });
    if (found == table.columns.end()) {
      throw places
          .error(name.offset,
                 fmt::format("column \"{}\" is not among those that are copied", name.text))
          .sql_state("42703");
    }
    flags[static_cast<std::size_t>(found - table.columns.begin())] = true;
  }
  return flags;
}

field::StreamLayout layout_of(const transfer::StdioStatement& stdio, const Table& table,
                              const transfer::Cursor& places) {
  field::StreamLayout layout = stdio.layout;
  layout.may_not_be_null = flags_of(stdio.force_not_null, table, places);
  layout.is_null_if_quoted = flags_of(stdio.force_null, table, places);
  return layout;
}

std::vector<std::string> names_of(const Table& table) {
  std::vector<std::string> names;
  for (const field::Column& column : table.columns) names.push_back(column.name);
  return names;
}

/// How PostgreSQL's clients write values.
field::Conversion usual_conversion() {
  field::Conversion conversion;
  conversion.date_format = conversion.time_format = "auto";
  conversion.round_decimals = true;
  return conversion;
}

std::string insert_of(const Table& table) {
  std::string names;
  for (const std::string& name : table.quoted) names += (names.empty() ? "" : ", ") + name;
  return fmt::format("insert into {} ({}) select * from appended_data", table.qualified, names);
}

std::vector<duckdb::Source::Column> engine_columns(const Table& table) {
  std::vector<duckdb::Source::Column> columns;
  for (const field::Column& column : table.columns) {
    columns.push_back(engine_column(column));
    columns.back().name = fmt::format("c{}", columns.size());
  }
  return columns;
}

bool is_text(field::Type type) {
  return type == field::Type::varchar || type == field::Type::character;
}

/// PostgreSQL's name of a type.
std::string_view long_name(field::Type type) {
  using field::Type;
  static constexpr auto names = std::to_array<std::pair<Type, std::string_view>>(
      {{Type::boolean, "boolean"},
       {Type::int2, "smallint"},
       {Type::int4, "integer"},
       {Type::int8, "bigint"},
       {Type::float4, "real"},
       {Type::float8, "double precision"},
       {Type::varchar, "character varying"},
       {Type::character, "character"},
       {Type::time, "time without time zone"},
       {Type::timetz, "time with time zone"},
       {Type::timestamp, "timestamp without time zone"},
       {Type::timestamptz, "timestamp with time zone"}});
  for (auto [each, name] : names) {
    if (each == type) return name;
  }
  return field::type_name(type);
}

constexpr std::size_t quoted_bytes = 100;

}  // namespace

StreamLoad::StreamLoad(duckdb::Connection& connection, const transfer::StdioStatement& stdio,
                       const transfer::Cursor& places)
    : table_(table_of(connection, stdio, places)),
      reader_(layout_of(stdio, table_, places), names_of(table_)),
      conversion_(usual_conversion()),
      converter_(conversion_),
      transaction_(connection),
      appender_(connection, insert_of(table_), engine_columns(table_)) {
  for (const field::Column& column : table_.columns) writers_.emplace_back(column);
}

void StreamLoad::feed(std::string_view bytes) {
  reader_.feed(bytes);
  take_records();
}

std::int64_t StreamLoad::finish() {
  reader_.end();
  take_records();
  if (rows_in_chunk_ > 0) write();
  if (rows_pending_ > 0) appender_.flush();
  transaction_.commit();
  return row_count_;
}

void StreamLoad::take_records() {
  for (;;) {
    try {
      if (!reader_.next(fields_)) return;
    } catch (const Error& error) {
      throw with_line(error, nullptr);
    }
    take(rows_in_chunk_);
    ++row_count_;
    if (++rows_in_chunk_ == duckdb::Chunk::capacity()) write();
  }
}

void StreamLoad::take(std::size_t row) {
  if (row == 0) {
    for (std::size_t i = 0; i < writers_.size(); ++i) writers_[i].begin(appender_.chunk(), i);
  }
  field::Cell cell;
  field::Fault fault;
  for (std::size_t i = 0; i < writers_.size(); ++i) {
    const field::Column& column = table_.columns[i];
    bool is_nothing = fields_[i].kind == field::Field::Kind::text && !is_text(column.type) &&
                      event::trim_blanks(fields_[i].text).empty();
    if (is_nothing || !converter_.convert(fields_[i], column, cell, fault)) refuse(i, fault);
    writers_[i].set(row, cell);
  }
}

void StreamLoad::write() {
  for (ColumnWriter& writer : writers_) writer.finish(rows_in_chunk_);
  appender_.append(rows_in_chunk_);
  rows_pending_ += std::exchange(rows_in_chunk_, 0);
  if (rows_pending_ < rows_at_once) return;
  appender_.flush();
  rows_pending_ = 0;
}

Error StreamLoad::with_line(Error error, const field::Column* column) const {
  std::string where = fmt::format("COPY {}, line {}", table_.name, reader_.line());
  if (column != nullptr) {
    auto index = static_cast<std::size_t>(column - table_.columns.data());
    where += fmt::format(", column {}: \"{}\"", column->name,
                         field::cut_to(fields_[index].text, quoted_bytes));
  } else if (!reader_.raw().empty()) {
    where += fmt::format(": \"{}\"", field::cut_to(reader_.raw(), quoted_bytes));
  }
  return error.during(where);
}

/// As PostgreSQL says it.
void StreamLoad::refuse(std::size_t index, const field::Fault& fault) const {
  const field::Column& column = table_.columns[index];
  std::string_view text = field::cut_to(fields_[index].text, quoted_bytes);
  auto error = [&](std::string what, const char* state) {
    return with_line(Error(ErrorKind::bad_data, std::move(what)).sql_state(state), &column);
  };
  bool is_null = fields_[index].kind == field::Field::Kind::null;
  if (is_null) {
    throw error(
        fmt::format("null value in column \"{}\" violates not-null constraint", column.name),
        "23502");
  }
  bool is_range = fault.code == 1204 && fault.reason.starts_with("Overflow");
  if (fault.code == 1204 && !is_range) {
    throw error(
        fmt::format("value too long for type {}({})", long_name(column.type), column.max_bytes),
        "22001");
  }
  if (field::find_bad_bytes(fields_[index].text)) {
    throw with_line(Error(ErrorKind::bad_data, "invalid byte sequence for encoding \"UTF8\"")
                        .sql_state("22021"),
                    nullptr);
  }
  if (fault.code == 1220) throw error(fault.reason, "22021");
  if (is_range) {
    throw error(
        fmt::format("value \"{}\" is out of range for type {}", text, long_name(column.type)),
        "22003");
  }
  bool is_time = column.type == field::Type::date || column.type == field::Type::time ||
                 column.type == field::Type::timetz || column.type == field::Type::timestamp ||
                 column.type == field::Type::timestamptz;
  throw error(fmt::format("invalid input syntax for type {}: \"{}\"", long_name(column.type), text),
              is_time ? "22007" : "22P02");
}

}  // namespace sparkify::load
