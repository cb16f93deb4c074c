#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "net/stream.hpp"
#include "pgwire/messages.hpp"

namespace sparkify::pgwire {

/// One column of a RowDescription.
struct Field {
  std::string name;
  std::uint32_t type = 25;     ///< OID
  std::int16_t size = -1;      ///< bytes, -1: varies
  std::int32_t modifier = -1;  ///< as PostgreSQL's pg_attribute.atttypmod
  Format format = Format::text;
};

/// What an ErrorResponse or NoticeResponse says.
struct Report {
  std::string severity = "ERROR";  ///< also FATAL, WARNING, NOTICE, INFO
  std::string sql_state = "XX000";
  std::string message;
  std::string detail;
  std::string hint;
  std::size_t position = 0;  ///< in characters of the query, from 1; 0: unknown
  std::string context;
};

/// What the server says, gathered and sent in large pieces.
///
/// Memory: `piece_bytes`, more while one message is longer.
class Output {
 public:
  static constexpr std::size_t piece_bytes = 128 << 10;

  /// Borrows the stream, which must outlive the output or be replaced.
  Output(net::Stream& stream, net::Stream::Patience patience);
  void replace(net::Stream& stream) { stream_ = &stream; }

  /// Sends all that was gathered. Throws unavailable.
  void flush();
  /// Sends when a piece is full; between two messages only.
  void flush_full() {
    if (size_ >= piece_bytes) flush();
  }

  // A message: begin, fields, end.
  void begin(char type);
  void end();
  void put_byte(std::uint8_t value) { *room(1) = static_cast<char>(value), ++size_; }
  void put_int16(std::uint16_t value);
  void put_int32(std::uint32_t value);
  void put_bytes(std::string_view bytes);
  void put_text(std::string_view text);  ///< up to a NUL in it, and one behind
  /// Where the next `count` bytes go; they count only after advance_to().
  char* room(std::size_t count) {
    if (buffer_.size() - size_ < count) grow(count);
    return buffer_.data() + size_;
  }
  void advance_to(const char* end) { size_ = static_cast<std::size_t>(end - buffer_.data()); }

  // Whole messages.
  void authentication(std::uint32_t code, std::string_view data = {});
  void parameter_status(std::string_view name, std::string_view value);
  void backend_key(std::uint32_t process, std::uint32_t key);
  void negotiate_version(std::span<const std::string_view> unknown_options);
  void ready(char transaction_state);
  void row_description(std::span<const Field> fields);
  void parameter_description(std::span<const std::uint32_t> types);
  void command_complete(std::string_view tag);
  void report(const Report& report);  ///< an error, or a notice by its severity
  void copy_response(char type, Format format, std::size_t column_count);
  /// ParseComplete '1', BindComplete '2', CloseComplete '3', NoData 'n', EmptyQueryResponse 'I',
  /// PortalSuspended 's', CopyDone 'c'.
  void simple(char type);
  /// Bytes outside of messages: the answer to an SSLRequest.
  void raw(char byte);

 private:
  void grow(std::size_t count);

  net::Stream* stream_;
  net::Stream::Patience patience_;
  std::vector<char> buffer_;
  std::size_t size_ = 0;
  std::size_t begun_ = 0;  ///< where the current message's length stands
};

}  // namespace sparkify::pgwire
