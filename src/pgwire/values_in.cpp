// Binary parameters: what comes in. What goes out is in values.cpp.

#include <fmt/format.h>

#include <array>
#include <cstring>
#include <vector>

#include "base/error.hpp"
#include "pgwire/types.hpp"
#include "pgwire/values.hpp"

namespace sparkify::pgwire {
namespace {

using base::Error;
using base::ErrorKind;

Error wrong(std::uint32_t oid) {
  std::string_view name = sql_name(oid);
  return Error(ErrorKind::bad_data, fmt::format("incorrect binary data format for type {}",
                                                name.empty() ? "unknown" : name))
      .sql_state("22P03");
}

/// Reads big-endian numbers of a value and insists that there is neither more nor less.
class Bytes {
 public:
  Bytes(std::uint32_t oid, std::string_view bytes) : oid_(oid), rest_(bytes) {}

  template <typename Number>
  Number number() {
    std::uint64_t bits = 0;
    for (char byte : take(sizeof(Number))) bits = bits << 8 | static_cast<unsigned char>(byte);
    return static_cast<Number>(bits);
  }
  std::string_view take(std::size_t count) {
    if (rest_.size() < count) throw wrong(oid_);
    std::string_view taken = rest_.substr(0, count);
    rest_.remove_prefix(count);
    return taken;
  }
  bool has(std::size_t count) const { return rest_.size() >= count; }
  void end() const {
    if (!rest_.empty()) throw wrong(oid_);
  }

 private:
  std::uint32_t oid_;
  std::string_view rest_;
};

std::string date_text(Bytes& bytes) {
  auto days = bytes.number<std::int32_t>();
  if (days == INT32_MAX) return "infinity";
  if (days == INT32_MIN) return "-infinity";
  std::array<char, date_bytes> text;
  std::int64_t since_1970 = std::int64_t{days} + epoch_days;
  if (since_1970 >= INT32_MAX) throw wrong(number(Oid::date));
  char* end = write_date(text.data(), static_cast<std::int32_t>(since_1970));
  return {text.data(), end};
}

std::string timestamp_text(Bytes& bytes, bool has_zone) {
  auto micros = bytes.number<std::int64_t>();
  if (micros == INT64_MAX) return "infinity";
  if (micros == INT64_MIN) return "-infinity";
  if (__builtin_add_overflow(micros, epoch_days * day_micros, &micros)) {
    throw wrong(number(Oid::timestamp));
  }
  std::array<char, timestamp_bytes> text;
  char* end =
      has_zone ? write_timestamptz(text.data(), micros) : write_timestamp(text.data(), micros);
  return {text.data(), end};
}

std::int64_t day_time(Bytes& bytes, std::uint32_t oid) {
  auto micros = bytes.number<std::int64_t>();
  if (micros < 0 || micros > day_micros) throw wrong(oid);
  return micros;
}

std::string time_text(Bytes& bytes) {
  std::array<char, time_bytes> text;
  return {text.data(), write_time(text.data(), day_time(bytes, number(Oid::time)))};
}

std::string timetz_text(Bytes& bytes) {
  std::array<char, timestamp_bytes> text;
  std::int64_t micros = day_time(bytes, number(Oid::timetz));
  auto west = bytes.number<std::int32_t>();
  if (west < -86'400 || west > 86'400) throw wrong(number(Oid::timetz));
  return {text.data(), write_timetz(text.data(), micros, -west)};
}

std::string interval_text(Bytes& bytes) {
  auto micros = bytes.number<std::int64_t>();
  auto days = bytes.number<std::int32_t>();
  auto months = bytes.number<std::int32_t>();
  return fmt::format("{} months {} days {} microseconds", months, days, micros);
}

/// Sign, weight of the first group of four digits, digits after the point.
std::string numeric_text(Bytes& bytes) {
  auto count = bytes.number<std::uint16_t>();
  auto weight = static_cast<int>(bytes.number<std::int16_t>());
  auto sign = bytes.number<std::uint16_t>();
  auto scale = bytes.number<std::uint16_t>();
  if (sign == 0xC000) return "NaN";
  if (sign != 0 && sign != 0x4000) throw wrong(number(Oid::numeric));
  std::vector<std::uint16_t> groups(bytes.has(2 * std::size_t{count}) ? count : 0);
  if (groups.size() != count || scale > 16'383) throw wrong(number(Oid::numeric));
  for (auto& group : groups) {
    group = bytes.number<std::uint16_t>();
    if (group > 9999) throw wrong(number(Oid::numeric));
  }
  auto group_at = [&](int place) -> unsigned {
    int index = weight - place;
    return index >= 0 && index < static_cast<int>(groups.size())
               ? groups[static_cast<std::size_t>(index)]
               : 0;
  };
  std::string text = sign == 0x4000 ? "-" : "";
  if (weight < 0) text += '0';
  for (int place = weight; place >= 0; --place) {
    text += place == weight ? fmt::format("{}", group_at(place))
                            : fmt::format("{:04}", group_at(place));
  }
  if (scale == 0) return text;
  std::string fraction;
  for (int place = -1; fraction.size() < scale; --place) {
    fraction += fmt::format("{:04}", group_at(place));
  }
  return text + "." + fraction.substr(0, scale);
}

std::string uuid_text(Bytes& bytes) {
  auto upper = bytes.number<std::uint64_t>(), lower = bytes.number<std::uint64_t>();
  std::string text(uuid_bytes, ' ');
  write_uuid(text.data(), upper, lower);
  return text;
}

std::string blob_text(std::string_view bytes) {
  std::string text;
  text.reserve(4 * bytes.size());
  for (char byte : bytes) text += fmt::format("\\x{:02X}", static_cast<unsigned char>(byte));
  return text;
}

template <typename Real, typename Bits>
std::string real_text(Bytes& bytes) {
  auto bits = bytes.number<Bits>();
  Real value{};
  std::memcpy(&value, &bits, sizeof value);
  std::array<char, real_bytes> text;
  return {text.data(), write_real(text.data(), value)};
}

std::string array_text(std::uint32_t oid, Bytes& bytes) {
  auto dimensions = bytes.number<std::uint32_t>();
  bytes.number<std::uint32_t>();
  auto element = bytes.number<std::uint32_t>();
  if (dimensions == 0) return "[]";
  if (dimensions != 1 || array_of(static_cast<Oid>(element)) != oid) throw wrong(oid);
  auto count = bytes.number<std::uint32_t>();
  bytes.number<std::uint32_t>();
  std::string text = "[";
  for (std::uint32_t i = 0; i < count; ++i) {
    if (i > 0) text += ", ";
    auto length = bytes.number<std::uint32_t>();
    if (length == 0xFFFF'FFFF) {
      text += "NULL";
      continue;
    }
    text += '\'';
    for (char c : text_of_binary(element, bytes.take(length))) {
      if (c == '\'' || c == '\\') text += '\\';
      text += c;
    }
    text += '\'';
  }
  return text + "]";
}

bool is_array_type(std::uint32_t oid) {
  for (Oid element :
       {Oid::boolean, Oid::int2, Oid::int4, Oid::int8, Oid::float4, Oid::float8, Oid::text,
        Oid::varchar, Oid::bpchar, Oid::date, Oid::time, Oid::timestamp, Oid::timestamptz,
        Oid::interval, Oid::numeric, Oid::uuid, Oid::oid, Oid::name}) {
    if (array_of(element) == oid) return true;
  }
  return false;
}

std::string text_of(std::uint32_t oid, Bytes& bytes, std::string_view all) {
  switch (static_cast<Oid>(oid)) {
    case Oid::boolean:
      return bytes.number<std::uint8_t>() != 0 ? "true" : "false";
    case Oid::int2:
      return fmt::format("{}", bytes.number<std::int16_t>());
    case Oid::int4:
      return fmt::format("{}", bytes.number<std::int32_t>());
    case Oid::int8:
      return fmt::format("{}", bytes.number<std::int64_t>());
    case Oid::oid:
      return fmt::format("{}", bytes.number<std::uint32_t>());
    case Oid::float4:
      return real_text<float, std::uint32_t>(bytes);
    case Oid::float8:
      return real_text<double, std::uint64_t>(bytes);
    case Oid::date:
      return date_text(bytes);
    case Oid::time:
      return time_text(bytes);
    case Oid::timetz:
      return timetz_text(bytes);
    case Oid::timestamp:
      return timestamp_text(bytes, false);
    case Oid::timestamptz:
      return timestamp_text(bytes, true);
    case Oid::interval:
      return interval_text(bytes);
    case Oid::numeric:
      return numeric_text(bytes);
    case Oid::uuid:
      return uuid_text(bytes);
    case Oid::bytea:
      return blob_text(bytes.take(all.size()));
    case Oid::text:
    case Oid::varchar:
    case Oid::bpchar:
    case Oid::name:
    case Oid::json:
      return std::string(bytes.take(all.size()));
    default:
      if (is_array_type(oid)) return array_text(oid, bytes);
      throw wrong(oid);
  }
}

int hex_digit(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  return c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;
}

Error wrong_bytea() {
  return Error(ErrorKind::bad_data, "invalid input syntax for type bytea").sql_state("22P02");
}

std::string bytes_of_hex(std::string_view digits) {
  std::string bytes;
  if (digits.size() % 2 != 0) throw wrong_bytea();
  for (std::size_t i = 0; i < digits.size(); i += 2) {
    int high = hex_digit(digits[i]), low = hex_digit(digits[i + 1]);
    if (high < 0 || low < 0) throw wrong_bytea();
    bytes += static_cast<char>(high * 16 + low);
  }
  return bytes;
}

/// `\\` and `\ooo`, all else as it is.
std::string bytes_of_escapes(std::string_view text) {
  std::string bytes;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] != '\\') {
      bytes += text[i];
    } else if (text.substr(i + 1, 1) == "\\") {
      bytes += text[++i];
    } else {
      int value = 0;
      for (std::size_t k = 1; k <= 3; ++k) {
        char c = i + k < text.size() ? text[i + k] : 'x';
        if (c < '0' || c > '7') throw wrong_bytea();
        value = value * 8 + (c - '0');
      }
      if (value > 255) throw wrong_bytea();
      bytes += static_cast<char>(value);
      i += 3;
    }
  }
  return bytes;
}

}  // namespace

std::string text_of_binary(std::uint32_t oid, std::string_view bytes) {
  Bytes fields(oid, bytes);
  std::string text = text_of(oid, fields, bytes);
  fields.end();
  return text;
}

std::string blob_literal(std::string_view bytea) {
  return blob_text(bytea.starts_with("\\x") ? bytes_of_hex(bytea.substr(2))
                                            : bytes_of_escapes(bytea));
}

}  // namespace sparkify::pgwire
