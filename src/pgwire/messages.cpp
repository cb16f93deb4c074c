#include "pgwire/messages.hpp"

#include <fmt/format.h>

namespace sparkify::pgwire {
namespace {

using base::Error;
using base::ErrorKind;

/// Takes a body apart; whatever a client claims, only bytes that are there are read.
class Fields {
 public:
  explicit Fields(std::string_view body) : rest_(body) {}

  std::uint8_t byte() { return static_cast<std::uint8_t>(take(1).front()); }
  std::uint16_t int16() {
    std::string_view bytes = take(2);
    return static_cast<std::uint16_t>(unsigned{octet(bytes, 0)} << 8 | octet(bytes, 1));
  }
  std::uint32_t int32() {
    std::string_view bytes = take(4);
    return std::uint32_t{octet(bytes, 0)} << 24 | std::uint32_t{octet(bytes, 1)} << 16 |
           std::uint32_t{octet(bytes, 2)} << 8 | octet(bytes, 3);
  }
  std::string_view text() {
    std::size_t end = rest_.find('\0');
    if (end == std::string_view::npos) throw protocol_error("a text in a message has no end");
    std::string_view found = rest_.substr(0, end);
    rest_.remove_prefix(end + 1);
    return found;
  }
  std::string_view take(std::size_t count) {
    if (count > rest_.size()) throw protocol_error("a message is shorter than what it holds");
    std::string_view found = rest_.substr(0, count);
    rest_.remove_prefix(count);
    return found;
  }
  /// A length, then as many bytes; nothing for -1.
  std::optional<std::string_view> value() {
    std::uint32_t length = int32();
    if (length == 0xFFFF'FFFF) return std::nullopt;
    return take(length);
  }
  std::string_view rest() { return std::exchange(rest_, {}); }
  bool is_empty() const { return rest_.empty(); }
  void end() const {
    if (!rest_.empty()) throw protocol_error("a message is longer than what it holds");
  }
  /// Refuses a count that cannot fit into what is left, `least_bytes` for each.
  std::size_t count(std::size_t least_bytes) {
    std::size_t number = int16();
    if (number * least_bytes > rest_.size()) {
      throw protocol_error("a message is shorter than what it holds");
    }
    return number;
  }

 private:
  static std::uint8_t octet(std::string_view bytes, std::size_t i) {
    return static_cast<std::uint8_t>(bytes[i]);
  }
  std::string_view rest_;
};

std::vector<Format> formats(Fields& fields) {
  std::vector<Format> found(fields.count(2));
  for (Format& format : found) {
    std::uint16_t code = fields.int16();
    if (code > 1) throw protocol_error(fmt::format("unknown format code {}", code));
    format = static_cast<Format>(code);
  }
  return found;
}

Parse decode_parse(Fields& fields) {
  Parse parse;
  parse.name = fields.text();
  parse.text = fields.text();
  parse.parameter_types.resize(fields.count(4));
  for (std::uint32_t& type : parse.parameter_types) type = fields.int32();
  return parse;
}

Bind decode_bind(Fields& fields) {
  Bind bind;
  bind.portal = fields.text();
  bind.statement = fields.text();
  bind.parameter_formats = formats(fields);
  bind.parameters.resize(fields.count(4));
  for (auto& parameter : bind.parameters) parameter = fields.value();
  bind.result_formats = formats(fields);
  std::size_t given = bind.parameter_formats.size();
  if (given > 1 && given != bind.parameters.size()) {
    throw protocol_error(
        fmt::format("{} parameter formats for {} parameters", given, bind.parameters.size()));
  }
  return bind;
}

template <typename Named>
Named decode_named(Fields& fields) {
  Named named;
  named.kind = static_cast<char>(fields.byte());
  if (named.kind != 'S' && named.kind != 'P') {
    throw protocol_error("neither a statement nor a portal is named");
  }
  named.name = fields.text();
  return named;
}

Execute decode_execute(Fields& fields) {
  Execute execute;
  execute.portal = fields.text();
  std::uint32_t rows = fields.int32();
  execute.most_rows = rows > 0x7FFF'FFFF ? 0 : rows;  // a negative limit is none
  return execute;
}

Message decode_fields(char type, Fields& fields) {
  switch (type) {
    case 'Q':
      return Query{fields.text()};
    case 'P':
      return decode_parse(fields);
    case 'B':
      return decode_bind(fields);
    case 'D':
      return decode_named<Describe>(fields);
    case 'C':
      return decode_named<Close>(fields);
    case 'E':
      return decode_execute(fields);
    case 'S':
      return Sync{};
    case 'H':
      return Flush{};
    case 'X':
      return Terminate{};
    case 'd':
      return CopyData{fields.rest()};
    case 'c':
      return CopyDone{};
    case 'f':
      return CopyFail{fields.text()};
    case 'p':
      return Password{fields.rest()};
    case 'F':
      fields.rest();
      return FunctionCall{};
    default:
      throw protocol_error(
          fmt::format("unknown message type {}", static_cast<unsigned char>(type)));
  }
}

}  // namespace

base::Error protocol_error(std::string message) {
  return Error(ErrorKind::bad_data, std::move(message)).sql_state("08P01");
}

bool is_message_type(char type) {
  return type != '\0' && std::string_view("QPBDCESHXdcfpF").find(type) != std::string_view::npos;
}

Message decode(char type, std::string_view body) {
  Fields fields(body);
  Message message = decode_fields(type, fields);
  fields.end();
  return message;
}

std::string_view Startup::parameter(std::string_view key) const {
  for (const auto& [name, value] : parameters) {
    if (name == key) return value;
  }
  return {};
}

StartupMessage decode_startup(std::string_view body) {
  constexpr std::uint32_t cancel = 80877102, ssl = 80877103, gss = 80877104;
  Fields fields(body);
  std::uint32_t code = fields.int32();
  if (code == ssl || code == gss) {
    fields.end();
    if (code == ssl) return SslRequest{};
    return GssRequest{};
  }
  if (code == cancel) {
    CancelRequest request;
    request.process = fields.int32();
    request.key = fields.int32();
    fields.end();
    return request;
  }
  if (code >> 16 != 3) {
    throw Error(ErrorKind::bad_data,
                fmt::format("unsupported protocol version {}.{}", code >> 16, code & 0xFFFF))
        .sql_state("0A000");
  }
  Startup startup;
  startup.minor_version = static_cast<std::uint16_t>(code & 0xFFFF);
  for (;;) {
    std::string_view key = fields.text();
    if (key.empty()) break;
    startup.parameters.emplace_back(key, fields.text());
  }
  fields.end();
  return startup;
}

SaslInitial decode_sasl_initial(std::string_view body) {
  Fields fields(body);
  SaslInitial initial;
  initial.mechanism = fields.text();
  initial.data = fields.value().value_or(std::string_view());
  fields.end();
  return initial;
}

}  // namespace sparkify::pgwire
