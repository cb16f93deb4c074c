// Any text as COPY, UNLOAD or COPY FROM STDIN: a value, or an error that shows no secret. Any bytes
// as a file of records, or as what a client sends: every record is loaded or rejected, and neither
// short reads, nor pieces, nor where CopyData ends makes a difference.
// Any rows, unloaded: they are what is read again.
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.hpp"
#include "field/record.hpp"
#include "field/stream.hpp"
#include "field/utf8.hpp"
#include "field/value.hpp"
#include "fuzz_object.hpp"
#include "sql/script.hpp"
#include "transfer/row_text.hpp"
#include "transfer/statement.hpp"
#include "transfer/stdio.hpp"

namespace {

using fuzz::expect;
using fuzz::FuzzObject;
namespace event = sparkify::event;
namespace field = sparkify::field;
namespace transfer = sparkify::transfer;
using sparkify::base::Error;

/// Takes choices off the front of the input.
class Choices {
 public:
  explicit Choices(std::string_view& rest) : rest_(rest) {}
  unsigned take(unsigned most) {
    if (rest_.empty()) return 0;
    unsigned value = static_cast<unsigned char>(rest_.front());
    rest_.remove_prefix(1);
    return value % (most + 1);
  }
  bool flip() { return take(1) == 1; }

 private:
  std::string_view& rest_;
};

// --- statements ------------------------------------------------------------------------------

void check_statement(std::string_view text) {
  for (auto literals : {sparkify::sql::Literals::standard, sparkify::sql::Literals::escaped}) {
    expect(transfer::masked(text, literals).size() == text.size());
    std::vector<sparkify::sql::Statement> statements;
    try {
      statements = sparkify::sql::split(std::string(text), "fuzz", literals);
    } catch (const Error&) {
      continue;  // split() has a target of its own
    }
    for (const auto& statement : statements) {
      try {
        transfer::parse(statement);
      } catch (const Error& error) {
        expect(!error.sql_state_text().empty() && error.place().has_value());
      }
      try {
        transfer::parse_stdio(statement);
      } catch (const Error& error) {
        expect(!error.sql_state_text().empty() && error.place().has_value());
      }
    }
  }
}

// --- files -----------------------------------------------------------------------------------

std::vector<field::Column> columns() {
  using field::Type;
  std::vector<field::Column> columns;
  auto add = [&](std::string name, Type type, std::size_t bytes = 0, bool is_required = false) {
    field::Column column{.name = std::move(name), .type = type, .max_bytes = bytes};
    column.precision = 18;
    column.scale = 3;
    column.is_required = is_required;
    columns.push_back(std::move(column));
  };
  add("a", Type::int4, 0, true);
  add("b", Type::varchar, 7);
  add("c", Type::timestamp);
  add("d", Type::numeric);
  add("e", Type::float8);
  add("f", Type::boolean);
  add("g", Type::super, 64);
  add("h", Type::character, 3);
  return columns;
}

field::Conversion conversion_of(Choices& choices) {
  field::Conversion conversion;
  conversion.accept_any_date = choices.flip();
  conversion.blanks_as_null = choices.flip();
  conversion.empty_as_null = choices.flip();
  conversion.round_decimals = choices.flip();
  conversion.trim_blanks = choices.flip();
  conversion.truncate_columns = choices.flip();
  if (choices.flip()) conversion.replacement = '?';
  constexpr const char* formats[] = {"", "auto", "epochmillisecs", "YYYY-MM-DD HH:MI:SS"};
  conversion.time_format = formats[choices.take(3)];
  return conversion;
}

struct Totals {
  std::uint64_t loaded = 0, rejected = 0, lines = 0, text_bytes = 0;
  bool is_broken = false;  ///< the whole file is refused
  bool operator==(const Totals&) const = default;
};

void take(const field::Record& record, const std::vector<field::Column>& columns,
          field::Converter& converter, Totals& totals) {
  field::Cell cell;
  field::Fault fault;
  bool is_taken = !record.fault;
  expect(!is_taken || record.fields.size() == columns.size());
  for (std::size_t i = 0; is_taken && i < columns.size(); ++i) {
    is_taken = converter.convert(record.fields[i], columns[i], cell, fault);
    expect(is_taken || (fault.code != 0 && !fault.reason.empty()));
    bool is_text =
        columns[i].type == field::Type::varchar || columns[i].type == field::Type::character;
    if (!is_taken || cell.is_null || !is_text) continue;
    // What goes to the engine.
    expect(cell.text.size() <= columns[i].max_bytes && !field::find_bad_bytes(cell.text));
    expect(cell.text.find('\0') == std::string_view::npos);
    totals.text_bytes += cell.text.size();
  }
  ++(is_taken ? totals.loaded : totals.rejected);
}

Totals read(field::RecordReader& reader, std::string_view bytes, std::size_t most_bytes,
            const field::Conversion& conversion) {
  const std::vector<field::Column> all = columns();
  FuzzObject object(bytes, most_bytes);
  sparkify::base::ObjectEntry entry{"fuzz", bytes.size(), "1"};
  field::Converter converter(conversion);
  Totals totals;
  try {
    reader.reset(object, entry, event::Compression::none, {0, bytes.size()});
    field::Record record;
    while (reader.next(record)) {
      expect(record.line >= 1);
      take(record, all, converter, totals);
      // Every record has a byte of its own at least.
      expect(totals.loaded + totals.rejected <= bytes.size());
    }
  } catch (const Error&) {
    totals.is_broken = true;
  }
  totals.lines = reader.lines_read();
  return totals;
}

void check_text(std::string_view rest) {
  Choices choices(rest);
  field::Layout layout;
  layout.kind = static_cast<field::Layout::Kind>(choices.take(2));
  if (layout.kind == field::Layout::Kind::csv) layout.delimiter = ",";
  if (choices.take(7) == 7) layout.delimiter = "::";
  bool is_delimited = layout.kind == field::Layout::Kind::delimited;
  layout.has_escapes = is_delimited && choices.flip();
  layout.remove_quotes = is_delimited && choices.flip();
  layout.fill_record = choices.flip();
  layout.ignore_blank_lines = choices.flip();
  layout.ignore_header = choices.take(2);
  if (choices.flip()) layout.null_as = std::string(1, '\0');
  for (std::size_t i = 0; i < columns().size(); ++i) layout.widths.push_back({"w", i + 1});
  const field::Conversion conversion = conversion_of(choices);
  auto whole = field::make_text_reader(layout, columns().size());
  auto pieces = field::make_text_reader(layout, columns().size());
  expect(read(*whole, rest, rest.size() + 1, conversion) ==
         read(*pieces, rest, 1 + rest.size() % 5, conversion));
}

void check_json(std::string_view rest) {
  Choices choices(rest);
  field::JsonPlan plan;
  plan.ignores_case = choices.flip();
  plan.ignore_header = choices.take(2);
  if (choices.flip()) plan.replacement = '?';
  for (const field::Column& column : columns()) {
    plan.paths.push_back({event::PathStep{column.name, std::nullopt}});
    plan.is_super.push_back(column.type == field::Type::super);
  }
  const field::Conversion conversion = conversion_of(choices);
  auto whole = field::make_json_reader(plan);
  auto pieces = field::make_json_reader(plan);
  expect(read(*whole, rest, rest.size() + 1, conversion) ==
         read(*pieces, rest, 1 + rest.size() % 5, conversion));
}

// --- what clients send -----------------------------------------------------------------------

/// The rows as one text, and the error if there was one.
std::string streamed(const field::StreamLayout& layout, std::string_view bytes,
                     std::size_t piece_bytes) {
  field::StreamReader reader(layout, {"a", "b"});
  std::vector<field::Field> fields;
  std::string rows;
  auto take = [&] {
    while (reader.next(fields)) {
      expect(fields.size() == 2 && reader.line() >= 1);
      for (const field::Field& each : fields) {
        expect(each.text.find('\0') == std::string_view::npos);
        rows += each.kind == field::Field::Kind::null ? 'N' : 'T';
        rows += each.text;
        rows += '\0';
      }
    }
  };
  try {
    for (std::size_t at = 0; at < bytes.size(); at += piece_bytes) {
      reader.feed(bytes.substr(at, piece_bytes));
      take();
    }
    reader.end();
    take();
  } catch (const Error& error) {
    expect(!error.sql_state_text().empty());
    rows += error.message();
  }
  return rows;
}

void check_stream(std::string_view rest) {
  Choices choices(rest);
  field::StreamLayout layout;
  layout.is_csv = choices.flip();
  if (layout.is_csv) layout.delimiter = ',';
  if (layout.is_csv) layout.null_as.clear();
  if (choices.flip()) layout.escape = '\\';
  layout.has_header = choices.flip();
  if (choices.flip()) layout.may_not_be_null = {true, false};
  if (choices.flip()) layout.is_null_if_quoted = {true, true};
  std::size_t piece_bytes = 1 + choices.take(6);
  expect(streamed(layout, rest, rest.size() + 1) == streamed(layout, rest, piece_bytes));
}

// --- rows there and back ---------------------------------------------------------------------

constexpr std::size_t row_width = 3;
using Value = std::optional<std::string>;

/// Texts as the engine has them: UTF-8 without a byte 0. Stops at any other.
std::vector<Value> values_of(std::string_view bytes, std::string_view null_text) {
  std::vector<Value> values;
  while (!bytes.empty()) {
    std::size_t size = static_cast<unsigned char>(bytes.front()) % 24;
    bytes.remove_prefix(1);
    if (size == 23) {
      values.emplace_back();
      continue;
    }
    std::string text(bytes.substr(0, size));
    bytes.remove_prefix(text.size());
    bool is_possible = !field::find_bad_bytes(text) && text.find('\0') == std::string::npos;
    if (!is_possible || text == null_text) break;  // what stands for NULL is NULL
    values.emplace_back(std::move(text));
  }
  values.resize(values.size() / row_width * row_width);
  return values;
}

std::string unloaded(const transfer::UnloadStatement& unload, const std::vector<Value>& values) {
  std::vector<transfer::ResultColumn> columns;
  for (const char* name : {"a", "b", "c"}) columns.push_back({name, "VARCHAR"});
  transfer::RowText rows(unload, columns);
  std::string text;
  for (std::size_t i = 0; i < values.size(); i += row_width) {
    std::vector<std::optional<std::string_view>> row(&values[i], &values[i] + row_width);
    rows.append(row, text);
  }
  return text;
}

void expect_same(field::RecordReader& reader, std::string_view text,
                 const std::vector<Value>& values) {
  FuzzObject object(text, text.size() + 1);
  reader.reset(object, {"fuzz", text.size(), "1"}, event::Compression::none, {0, text.size()});
  field::Record record;
  std::size_t at = 0;
  for (; reader.next(record); at += row_width) {
    expect(!record.fault && record.fields.size() == row_width && at < values.size());
    for (std::size_t i = 0; i < row_width; ++i) {
      const field::Field& found = record.fields[i];
      const Value& value = values[at + i];
      expect(found.kind == (value ? field::Field::Kind::text : field::Field::Kind::null));
      expect(!value || found.text == *value);
    }
  }
  expect(at == values.size());
}

void check_unload(std::string_view rest) {
  Choices choices(rest);
  transfer::UnloadStatement unload;
  unsigned form = choices.take(3);
  unload.format = form == 0 ? transfer::Format::json : transfer::Format::text;
  unload.null_as = "@n@";
  unload.add_quotes = choices.flip();
  if (form == 1) unload.layout.kind = field::Layout::Kind::csv;
  unload.layout.delimiter = form == 1 ? "," : choices.flip() ? "|" : "::";
  unload.layout.has_escapes = form > 1;
  const std::vector<Value> values = values_of(rest, unload.null_as);
  const std::string text = unloaded(unload, values);
  if (form == 0) {
    field::JsonPlan plan;
    for (const char* name : {"a", "b", "c"}) {
      plan.paths.push_back({event::PathStep{name, std::nullopt}});
      plan.is_super.push_back(false);
    }
    return expect_same(*field::make_json_reader(plan), text, values);
  }
  field::Layout layout = unload.layout;
  layout.null_as = unload.null_as;
  layout.remove_quotes = form > 1 && unload.add_quotes;
  expect_same(*field::make_text_reader(layout, row_width), text, values);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size < 1) return 0;
  std::string_view rest(reinterpret_cast<const char*>(data) + 1, size - 1);
  switch (data[0] % 5) {
    case 0:
      check_statement(rest);
      break;
    case 1:
      check_text(rest);
      break;
    case 2:
      check_json(rest);
      break;
    case 3:
      check_stream(rest);
      break;
    default:
      check_unload(rest);
  }
  return 0;
}
