#include "field/value.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <limits>

#include "event/json.hpp"
#include "field/datetime.hpp"
#include "field/number.hpp"
#include "field/utf8.hpp"

namespace sparkify::field {
namespace {

constexpr std::int64_t day_us = 86'400 * second_us;

constexpr std::string_view default_time_format = "YYYY-MM-DD HH24:MI:SS";

bool is_blank_text(std::string_view text) {
  return std::all_of(text.begin(), text.end(), event::is_blank);
}

bool refuse(Fault& fault, int code, std::string reason) {
  fault = {code, std::move(reason)};
  return false;
}

bool refuse_bytes(std::string_view text, const BadBytes& bad, Fault& fault) {
  return refuse(fault, 1220,
                fmt::format("String contains invalid or unsupported UTF8 codepoints. "
                            "Bad UTF8 hex sequence: {} (error {})",
                            hex_of(text.substr(bad.offset, bad.size_bytes)), bad.error));
}

/// A nested value without the line breaks and indentation between its parts.
std::string compact(std::string_view json) {
  std::string text;
  bool is_string = false;
  for (std::size_t at = 0; at < json.size(); ++at) {
    char c = json[at];
    if (is_string) {
      text += c;
      if (c == '\\' && at + 1 < json.size()) text += json[++at];
      is_string = c != '"';
      continue;
    }
    is_string = c == '"';
    bool is_kept = !event::is_json_blank(c) || (c == ' ' && at > 0 && json[at - 1] == ':');
    if (is_kept) text += c;
  }
  return text;
}

/// Seconds, or milliseconds, since 1970.
bool read_epoch(std::string_view text, bool is_milliseconds, std::int64_t& microseconds) {
  std::size_t stop = 0;
  std::optional<Written> written = read_number(text, true, stop);
  if (!written) return false;
  // As a number of microseconds, by the rules of a NUMERIC of that scale.
  Column column{
      .name = {}, .type = Type::numeric, .precision = 18, .scale = is_milliseconds ? 3U : 6U};
  Int128 number = 0;
  Fault fault;
  if (!to_decimal(text, 0, true, column, false, number, fault)) return false;
  microseconds = static_cast<std::int64_t>(number);
  return true;
}

bool read_plain_epoch(std::string_view text, bool is_milliseconds, std::int64_t& microseconds) {
  constexpr std::size_t most_digits = 15;
  if (text.size() > most_digits) return false;
  std::int64_t value = 0;
  for (char c : text) {
    if (c < '0' || c > '9') return false;
    value = value * 10 + (c - '0');
  }
  if (!is_milliseconds && text.size() > most_digits - 3) return false;
  microseconds = value * (is_milliseconds ? 1'000 : second_us);
  return true;
}

}  // namespace

bool Converter::convert_date(std::string_view text, Cell& cell, Fault& fault) const {
  const std::string& format = conversion_.date_format;
  std::optional<Moment> moment;
  if (format == "auto") {
    moment = recognize(text);
  } else if (format.empty()) {
    static const TimePattern usual("YYYY-MM-DD");
    constexpr std::size_t least_bytes = 10;
    if (text.size() < least_bytes) {
      return refuse(fault, 1205, "Invalid Date Format - length must be 10 or more");
    }
    moment = usual.match(text, true);
  } else {
    moment = date_pattern_.match(text, true);
  }
  std::optional<std::int64_t> days = moment ? moment->days() : std::nullopt;
  if (!days) {
    return refuse(
        fault, 1205,
        fmt::format("Invalid date format or value [{}]", format.empty() ? "YYYY-MM-DD" : format));
  }
  cell.whole = *days;
  return true;
}

namespace {

std::optional<Moment> read_usual_timestamp(std::string_view text, bool has_zone) {
  static const TimePattern seconds("YYYY-MM-DD HH:MI:SS"), day("YYYY-MM-DD"),
      minutes("YYYY-MM-DD HH:MI"), zoned("YYYY-MM-DD HH:MI:SSOF"), spaced("YYYY-MM-DD HH:MI:SS OF");
  if (auto moment = seconds.match(text, false)) return moment;
  if (has_zone) {
    if (auto moment = zoned.match(text, false)) return moment;
    if (auto moment = spaced.match(text, false)) return moment;
  }
  if (auto moment = minutes.match(text, false)) return moment;
  return day.match(text, false);
}

}  // namespace

bool Converter::convert_timestamp(std::string_view text, bool has_zone, Cell& cell,
                                  Fault& fault) const {
  const std::string& format = conversion_.time_format;
  bool is_milliseconds = format == "epochmillisecs";
  if (is_milliseconds || format == "epochsecs") {
    if (read_plain_epoch(text, is_milliseconds, cell.whole) ||
        read_epoch(text, is_milliseconds, cell.whole)) {
      return true;
    }
    return refuse(fault, 1206, fmt::format("Invalid timestamp format or value [{}]", format));
  }
  std::optional<Moment> moment = format.empty()     ? read_usual_timestamp(text, has_zone)
                                 : format == "auto" ? recognize(text)
                                                    : time_pattern_.match(text, false);
  std::optional<std::int64_t> days = moment ? moment->days() : std::nullopt;
  if (!days) {
    return refuse(fault, 1206,
                  fmt::format("Invalid timestamp format or value [{}{}]",
                              format.empty() ? default_time_format : std::string_view(format),
                              format.empty() && has_zone ? "OF" : ""));
  }
  cell.whole = *days * day_us + moment->microseconds;
  if (has_zone) cell.whole -= moment->offset_seconds.value_or(0) * second_us;
  return true;
}

namespace {

bool to_time(std::string_view text, Cell& cell, Fault& fault) {
  std::optional<Moment> moment = read_time(text);
  if (!moment) return refuse(fault, 1206, "Invalid time format or value [HH24:MI:SS]");
  cell.whole = moment->microseconds;
  cell.offset_seconds = moment->offset_seconds.value_or(0);
  return true;
}

}  // namespace

Fault missing_value() { return {1213, "Missing data for not-null field"}; }

bool Converter::convert(const Field& field, const Column& column, Cell& cell, Fault& fault) {
  cell.is_null = false;
  bool is_taken = true;
  switch (field.kind) {
    case Field::Kind::null:
      cell.is_null = true;
      break;
    case Field::Kind::no_list:
      return refuse(fault, 1216, "Invalid JSONPath format: Not an array or index out of range.");
    case Field::Kind::no_object:
      return refuse(fault, 1216, "Invalid JSONPath format: Member is not an object.");
    case Field::Kind::nul_byte:
      return refuse(fault, 1218, "Invalid null byte - field longer than 1 byte");
    case Field::Kind::surrogate:
      return refuse(fault, 1220,
                    "String contains invalid or unsupported UTF8 codepoints. "
                    "Bad UTF8 hex sequence: (error 5)");
    default:
      is_taken = convert_value(field, column, cell, fault);
  }
  if (!is_taken) return false;
  if (!cell.is_null || !column.is_required) return true;
  fault = missing_value();
  return false;
}

bool Converter::convert_value(const Field& field, const Column& column, Cell& cell, Fault& fault) {
  if (column.type == Type::super) return convert_super(field, column, cell, fault);
  if (column.type == Type::varchar || column.type == Type::character) {
    if (field.kind != Field::Kind::nested) return convert_text(field.text, column, cell, fault);
    scratch_ = compact(field.text);
    return convert_text(scratch_, column, cell, fault);
  }
  std::string_view text = event::trim_blanks(field.text);
  if (text.empty()) {
    cell.is_null = true;
    return true;
  }
  auto field_at = static_cast<std::size_t>(text.data() - field.text.data());
  bool is_json = field.kind == Field::Kind::number;
  switch (column.type) {
    case Type::boolean:
      return to_boolean(text, cell.whole, fault);
    case Type::int2:
    case Type::int4:
    case Type::int8:
      return to_whole(text, field_at, is_json, column, cell.whole, fault);
    case Type::numeric:
      return to_decimal(text, field_at, is_json, column, conversion_.round_decimals, cell.decimal,
                        fault);
    case Type::float4:
    case Type::float8:
      return to_real(text, field_at, column, cell.real, fault);
    case Type::time:
    case Type::timetz:
      return to_time(text, cell, fault);
    case Type::varbyte:
      return convert_bytes(text, column, cell, fault);
    default:
      break;
  }
  bool has_zone = column.type == Type::timestamptz;
  bool is_taken = column.type == Type::date ? convert_date(text, cell, fault)
                                            : convert_timestamp(text, has_zone, cell, fault);
  // Whatever a date is not, is nothing.
  cell.is_null = !is_taken;
  return is_taken || conversion_.accept_any_date;
}

bool Converter::convert_text(std::string_view text, const Column& column, Cell& cell,
                             Fault& fault) {
  if (conversion_.blanks_as_null && !text.empty() && is_blank_text(text)) {
    cell.is_null = true;
    return true;
  }
  bool is_char = column.type == Type::character;
  if (!is_char && !make_valid(text, fault)) return false;
  if (is_char || conversion_.trim_blanks) text = event::trim_trailing_blanks(text);
  if (text.empty() && conversion_.empty_as_null) {
    cell.is_null = true;
    return true;
  }
  if (is_char) {
    auto wide = std::find_if(text.begin(), text.end(),
                             [](char c) { return static_cast<unsigned char>(c) >= 0x80; });
    if (wide != text.end()) {
      constexpr std::size_t shown_bytes = 4;
      auto at = static_cast<std::size_t>(wide - text.begin());
      return refuse(fault, 1220,
                    fmt::format("Multibyte character not supported for CHAR (Hint: try using "
                                "VARCHAR). Invalid char: {}",
                                hex_of(text.substr(at, shown_bytes))));
    }
  }
  if (!fit(text, column, fault)) return false;
  cell.text = text;
  return true;
}

/// Replaces what is no UTF-8, byte for byte, where that is wanted.
bool Converter::make_valid(std::string_view& text, Fault& fault) {
  for (std::size_t at = 0;;) {
    std::optional<BadBytes> bad = find_bad_bytes(text.substr(at));
    if (!bad) return true;
    if (!conversion_.replacement) return refuse_bytes(text.substr(at), *bad, fault);
    if (text.data() != scratch_.data()) scratch_ = text;
    at += bad->offset;
    std::fill_n(scratch_.begin() + static_cast<std::ptrdiff_t>(at), bad->size_bytes,
                *conversion_.replacement);
    at += bad->size_bytes;
    text = scratch_;
    has_replaced_ = true;
  }
}

bool Converter::fit(std::string_view& text, const Column& column, Fault& fault) const {
  if (text.size() <= column.max_bytes) return true;
  bool is_only_blanks = text.find_first_not_of(' ', column.max_bytes) == std::string_view::npos;
  if (!conversion_.truncate_columns && !is_only_blanks) {
    bool is_char = column.type == Type::character;
    return refuse(fault, 1204,
                  is_char ? "Char length exceeds DDL length" : "String length exceeds DDL length");
  }
  text = cut_to(text, column.max_bytes);
  return true;
}

bool Converter::convert_super(const Field& field, const Column& column, Cell& cell, Fault& fault) {
  std::string_view text = event::trim_blanks(field.text);
  cell.is_null = text.empty();
  if (cell.is_null) return true;
  event::Scan scan = event::scan_value(text);
  bool is_json = scan.state == event::Scan::State::complete && scan.offset == text.size();
  if (!is_json || event::find_invalid_utf8(text)) {
    return refuse(fault, 1224, "Input data is not properly formatted JSON for SUPER data type");
  }
  scratch_ = compact(text);
  if (column.max_bytes > 0 && scratch_.size() > column.max_bytes) {
    return refuse(fault, 1204, "String length exceeds DDL length");
  }
  cell.text = scratch_;
  return true;
}

bool Converter::convert_bytes(std::string_view text, const Column& column, Cell& cell,
                              Fault& fault) {
  auto nibble = [](char c) {
    if (c >= '0' && c <= '9') return c - '0';
    c = static_cast<char>(c | 0x20);
    return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
  };
  scratch_.clear();
  for (std::size_t at = 0; at < text.size(); at += 2) {
    int high = nibble(text[at]), low = at + 1 < text.size() ? nibble(text[at + 1]) : -1;
    if (high < 0 || low < 0) return refuse(fault, 1219, "Invalid hexadecimal digit");
    scratch_ += static_cast<char>(high * 16 + low);
  }
  if (scratch_.size() > column.max_bytes) {
    return refuse(fault, 1204, "String length exceeds DDL length");
  }
  cell.text = scratch_;
  return true;
}

}  // namespace sparkify::field
