#include "session/parameters.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <cmath>
#include <cstring>
#include <limits>

#include "base/text.hpp"
#include "pgwire/types.hpp"
#include "pgwire/values.hpp"
#include "session/columns.hpp"
#include "sql/lexer.hpp"

namespace sparkify::session {
namespace {

using base::Error;
using base::ErrorKind;
using duckdb::Prepared;
using pgwire::Format;
using pgwire::Oid;

constexpr std::size_t most_parameters = 32'767;

/// The n of `$n`; 0 when the token is none.
std::size_t number_of(const sql::Token& token) {
  if (token.kind != sql::TokenKind::symbol || token.text.size() < 2 || token.text[0] != '$') {
    return 0;
  }
  std::size_t number = 0;
  auto end = std::from_chars(token.text.data() + 1, token.text.data() + token.text.size(), number);
  if (end.ec == std::errc() && number >= 1 && number <= most_parameters) return number;
  throw Error(ErrorKind::sql, fmt::format("there is no parameter {}", token.text.substr(0, 20)))
      .sql_state("42P02");
}

std::string_view type_name(std::uint32_t oid) {
  switch (static_cast<Oid>(oid)) {
    case Oid::boolean:
      return "boolean";
    case Oid::int2:
      return "smallint";
    case Oid::int4:
      return "integer";
    case Oid::int8:
    case Oid::oid:
      return "bigint";
    case Oid::float4:
      return "real";
    case Oid::float8:
      return "double precision";
    case Oid::numeric:
      return "numeric";
    default:
      return pgwire::sql_name(oid);
  }
}

Error wrong_input(std::uint32_t oid, std::string_view text) {
  return Error(ErrorKind::sql, fmt::format("invalid input syntax for type {}: \"{}\"",
                                           type_name(oid), text.substr(0, 200)))
      .sql_state("22P02");
}

Error wrong_binary(std::uint32_t oid) {
  return Error(ErrorKind::sql,
               fmt::format("incorrect binary data format for type {}", type_name(oid)))
      .sql_state("22P03");
}

template <typename Number>
Number number_from_text(std::uint32_t oid, std::string_view bytes) {
  std::string_view text = base::trim(bytes);
  if (text.starts_with('+')) text.remove_prefix(1);
  Number number{};
  auto [end, code] = std::from_chars(text.data(), text.data() + text.size(), number);
  bool is_all = end == text.data() + text.size();
  if (code == std::errc::result_out_of_range && is_all) {
    throw Error(ErrorKind::sql,
                fmt::format("value \"{}\" is out of range for type {}", text, type_name(oid)))
        .sql_state("22003");
  }
  if (code != std::errc() || !is_all) throw wrong_input(oid, bytes);
  return number;
}

bool boolean_from_text(std::string_view bytes) {
  std::string text = base::to_lower(base::trim(bytes));
  auto is_start_of = [&](std::string_view word) { return !text.empty() && word.starts_with(text); };
  if (is_start_of("true") || is_start_of("yes") || text == "on" || text == "1") return true;
  if (is_start_of("false") || is_start_of("no") || text == "off" || text == "of" || text == "0") {
    return false;
  }
  throw wrong_input(pgwire::number(Oid::boolean), bytes);
}

/// A big-endian integer of the parameter's size.
std::uint64_t bits_from_binary(std::uint32_t oid, std::string_view bytes, std::size_t size) {
  if (bytes.size() != size) throw wrong_binary(oid);
  std::uint64_t bits = 0;
  for (char byte : bytes) bits = bits << 8 | static_cast<unsigned char>(byte);
  return bits;
}

template <typename Real, typename Bits>
Real real_from_binary(std::uint32_t oid, std::string_view bytes) {
  auto bits = static_cast<Bits>(bits_from_binary(oid, bytes, sizeof(Bits)));
  Real value{};
  std::memcpy(&value, &bits, sizeof value);
  return value;
}

Prepared::Value native_value(std::uint32_t oid, Format format, std::string_view bytes) {
  bool is_text = format == Format::text;
  switch (static_cast<Oid>(oid)) {
    case Oid::boolean:
      return is_text ? boolean_from_text(bytes) : bits_from_binary(oid, bytes, 1) != 0;
    case Oid::int2:
      return is_text ? number_from_text<std::int16_t>(oid, bytes)
                     : static_cast<std::int16_t>(bits_from_binary(oid, bytes, 2));
    case Oid::int4:
      return is_text ? number_from_text<std::int32_t>(oid, bytes)
                     : static_cast<std::int32_t>(bits_from_binary(oid, bytes, 4));
    case Oid::int8:
      return is_text ? number_from_text<std::int64_t>(oid, bytes)
                     : static_cast<std::int64_t>(bits_from_binary(oid, bytes, 8));
    case Oid::oid:
      return is_text ? number_from_text<std::int64_t>(oid, bytes)
                     : static_cast<std::int64_t>(bits_from_binary(oid, bytes, 4));
    case Oid::float4:
      return is_text ? number_from_text<float>(oid, bytes)
                     : real_from_binary<float, std::uint32_t>(oid, bytes);
    case Oid::float8:
      return is_text ? number_from_text<double>(oid, bytes)
                     : real_from_binary<double, std::uint64_t>(oid, bytes);
    default:
      check_text(bytes);
      return bytes;
  }
}

/// Whether values of this type are bound as they are.
bool is_native(std::uint32_t oid) {
  switch (static_cast<Oid>(oid)) {
    case Oid::boolean:
    case Oid::int2:
    case Oid::int4:
    case Oid::int8:
    case Oid::oid:
    case Oid::float4:
    case Oid::float8:
    case Oid::text:
    case Oid::varchar:
    case Oid::bpchar:
    case Oid::name:
    case Oid::json:
      return true;
    default:
      return false;
  }
}

/// Of numerics the scale is not known, and so not what to cast them to.
Parameter array_parameter(std::uint32_t oid) {
  for (Oid element : {Oid::boolean, Oid::int2, Oid::int4, Oid::int8, Oid::float4, Oid::float8,
                      Oid::text, Oid::varchar, Oid::bpchar, Oid::name, Oid::date, Oid::time,
                      Oid::timestamp, Oid::timestamptz, Oid::uuid, Oid::oid}) {
    if (pgwire::array_of(element) != oid) continue;
    return {oid, std::string(pgwire::sql_name(pgwire::number(element))) + "[]", true};
  }
  return {};
}

/// Writes the element of an array that stands at `at`; returns where it ends. Elements are quoted
/// for the engine whatever they are: it takes apostrophes for quotes, too.
std::size_t append_element(std::string_view text, std::size_t at, std::string& list) {
  bool is_quoted = text[at] == '"';
  std::string element;
  std::size_t i = is_quoted ? at + 1 : at;
  for (; i < text.size(); ++i) {
    char c = text[i];
    if (is_quoted ? c == '"' : c == ',' || c == '}') break;
    if (c == '\\' && i + 1 < text.size()) c = text[++i];
    if (c == '"' || c == '\\') element += '\\';
    element += c;
  }
  if (!is_quoted) element = base::trim(element);
  bool is_null = !is_quoted && base::to_lower(element) == "null";
  list += is_null ? element : '"' + element + '"';
  return is_quoted && i < text.size() ? i + 1 : i;
}

/// An array as PostgreSQL writes it, `{1,NULL,"a b"}`, as the engine reads a list.
std::string list_of_array(std::string_view text) {
  std::string list;
  for (std::size_t i = 0; i < text.size();) {
    switch (text[i]) {
      case '{':
      case '}':
        list += text[i++] == '{' ? '[' : ']';
        break;
      case ',':
      case ' ':
        list += text[i++];
        break;
      default:
        i = append_element(text, i, list);
    }
  }
  return list;
}

std::string element_name(const duckdb::Type& type) {
  if (type.id == DUCKDB_TYPE_DECIMAL) {
    return fmt::format("decimal({}, {})", type.width, type.scale);
  }
  if (type.id == DUCKDB_TYPE_HUGEINT) return "hugeint";
  if (type.id == DUCKDB_TYPE_UBIGINT) return "ubigint";
  return std::string(pgwire::sql_name(wire_type(type).oid));
}

}  // namespace

std::size_t count_parameters(std::string_view text) {
  if (text.find('$') == std::string_view::npos) return 0;
  std::size_t most = 0;
  for (const sql::Token& token : sql::lex(text)) most = std::max(most, number_of(token));
  return most;
}

Parameter parameter_of_oid(std::uint32_t oid) {
  // A numeric without a scale would lose digits: the engine says what is wanted where it goes.
  if (oid == pgwire::number(Oid::numeric) || oid == pgwire::number(Oid::untyped)) return {};
  std::string_view name = pgwire::sql_name(oid);
  if (name.empty()) return array_parameter(oid);
  return {oid, std::string(name), !is_native(oid)};
}

Parameter parameter_of_type(const duckdb::Type& type) {
  std::uint32_t oid = wire_type(type).oid;
  bool is_known = way_of(type.id).has_value() && type.id != DUCKDB_TYPE_VARCHAR;
  if (is_array(type)) return {oid, element_name(type.children[0]) + "[]", true};
  if (!is_known) return {pgwire::number(Oid::varchar), "varchar", false};
  return {oid, element_name(type), !is_native(oid)};
}

Parameter parameter_of_elements(const duckdb::Type& type) {
  if (!way_of(type.id)) return array_parameter(pgwire::array_of(Oid::text));
  duckdb::Type list;
  list.id = DUCKDB_TYPE_LIST;
  list.children = {type};
  return parameter_of_type(list);
}

std::string with_elements(std::string_view text, const std::vector<Parameter>& parameters,
                          std::vector<bool>& arrays) {
  std::string result(text);
  std::vector<sql::Token> tokens = sql::lex(text);
  std::erase_if(tokens, [](const sql::Token& token) { return !token.is_significant(); });
  for (std::size_t i = 0; i + 3 < tokens.size(); ++i) {
    const sql::Token& word = tokens[i];
    if (!word.is_word("any") && !word.is_word("all") && !word.is_word("some")) continue;
    if (!tokens[i + 1].is_symbol("(") || !tokens[i + 3].is_symbol(")")) continue;
    std::size_t number = number_of(tokens[i + 2]);
    if (number == 0 || number > parameters.size() || parameters[number - 1].oid != 0) continue;
    arrays[number - 1] = true;
    result.replace(word.offset, word.text.size(), word.text.size(), ' ');
  }
  return result;
}

std::size_t CastText::origin(std::size_t offset) const {
  auto next = std::upper_bound(
      insertions.begin(), insertions.end(), offset,
      [](std::size_t at, const Insertion& insertion) { return at < insertion.offset; });
  if (next == insertions.begin()) return offset;
  const Insertion& before = *std::prev(next);
  return before.origin + (offset - before.offset);
}

CastText cast_parameters(std::string_view text, const std::vector<Parameter>& parameters) {
  CastText result;
  for (const sql::Token& token : sql::lex(text)) {
    std::size_t number = number_of(token);
    const Parameter* parameter =
        number >= 1 && number <= parameters.size() ? &parameters[number - 1] : nullptr;
    if (parameter == nullptr || parameter->sql_type.empty()) {
      result.text += token.text;
      continue;
    }
    std::string inner = parameter->is_by_text ? fmt::format("cast({} as varchar)", token.text)
                                              : std::string(token.text);
    result.insertions.push_back({result.text.size(), token.offset});
    result.text += fmt::format("cast({} as {})", inner, parameter->sql_type);
    result.insertions.push_back({result.text.size(), token.offset + token.text.size()});
  }
  return result;
}

void bind_parameter(Prepared& prepared, std::size_t number, const Parameter& parameter,
                    Format format, std::optional<std::string_view> bytes) {
  if (!bytes) return prepared.bind(number, std::monostate());
  if (!parameter.is_by_text) {
    return prepared.bind(number, native_value(parameter.oid, format, *bytes));
  }
  if (format == Format::binary) {
    std::string text = pgwire::text_of_binary(parameter.oid, *bytes);
    return prepared.bind(number, std::string_view(text));
  }
  check_text(*bytes);
  if (parameter.oid == pgwire::number(Oid::bytea)) {
    return prepared.bind(number, std::string_view(pgwire::blob_literal(*bytes)));
  }
  if (parameter.sql_type.ends_with("[]") && bytes->starts_with('{')) {
    return prepared.bind(number, std::string_view(list_of_array(*bytes)));
  }
  prepared.bind(number, *bytes);
}

void check_text(std::string_view text) {
  if (!duckdb::is_utf8(text) || text.find('\0') != std::string_view::npos) {
    throw Error(ErrorKind::sql, "invalid byte sequence for encoding \"UTF8\"").sql_state("22021");
  }
}

}  // namespace sparkify::session
