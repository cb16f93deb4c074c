#include "pgwire/output.hpp"

#include <algorithm>
#include <cstring>

namespace sparkify::pgwire {

Output::Output(net::Stream& stream, net::Stream::Patience patience)
    : stream_(&stream), patience_(patience), buffer_(8 << 10) {}

void Output::grow(std::size_t count) {
  buffer_.resize(std::max(buffer_.size() * 2, size_ + count));
}

void Output::flush() {
  std::size_t size = std::exchange(size_, 0);
  if (size > 0) stream_->write({buffer_.data(), size}, patience_);
  if (buffer_.size() > 4 * piece_bytes) buffer_ = std::vector<char>(piece_bytes);
}

void Output::begin(char type) {
  put_byte(static_cast<std::uint8_t>(type));
  begun_ = size_;
  put_int32(0);
}

void Output::end() {
  std::size_t end = std::exchange(size_, begun_);
  put_int32(static_cast<std::uint32_t>(end - begun_));
  size_ = end;
}

void Output::put_int16(std::uint16_t value) {
  char* at = room(2);
  at[0] = static_cast<char>(value >> 8);
  at[1] = static_cast<char>(value);
  size_ += 2;
}

void Output::put_int32(std::uint32_t value) {
  put_int16(static_cast<std::uint16_t>(value >> 16));
  put_int16(static_cast<std::uint16_t>(value));
}

void Output::put_bytes(std::string_view bytes) {
  if (bytes.empty()) return;
  std::memcpy(room(bytes.size()), bytes.data(), bytes.size());
  size_ += bytes.size();
}

void Output::put_text(std::string_view text) {
  put_bytes(text.substr(0, text.find('\0')));
  put_byte(0);
}

void Output::authentication(std::uint32_t code, std::string_view data) {
  begin('R');
  put_int32(code);
  put_bytes(data);
  end();
}

void Output::parameter_status(std::string_view name, std::string_view value) {
  begin('S');
  put_text(name);
  put_text(value);
  end();
}

void Output::backend_key(std::uint32_t process, std::uint32_t key) {
  begin('K');
  put_int32(process);
  put_int32(key);
  end();
}

void Output::negotiate_version(std::span<const std::string_view> unknown_options) {
  begin('v');
  put_int32(3 << 16);  // the newest version that is spoken here, as PostgreSQL's server says it
  put_int32(static_cast<std::uint32_t>(unknown_options.size()));
  for (std::string_view option : unknown_options) put_text(option);
  end();
}

void Output::ready(char transaction_state) {
  begin('Z');
  put_byte(static_cast<std::uint8_t>(transaction_state));
  end();
}

void Output::row_description(std::span<const Field> fields) {
  begin('T');
  put_int16(static_cast<std::uint16_t>(fields.size()));
  for (const Field& field : fields) {
    put_text(field.name);
    put_int32(0);  // of no table that the client could look up
    put_int16(0);
    put_int32(field.type);
    put_int16(static_cast<std::uint16_t>(field.size));
    put_int32(static_cast<std::uint32_t>(field.modifier));
    put_int16(static_cast<std::uint16_t>(field.format));
  }
  end();
}

void Output::parameter_description(std::span<const std::uint32_t> types) {
  begin('t');
  put_int16(static_cast<std::uint16_t>(types.size()));
  for (std::uint32_t type : types) put_int32(type);
  end();
}

void Output::command_complete(std::string_view tag) {
  begin('C');
  put_text(tag);
  end();
}

void Output::report(const Report& report) {
  auto field = [&](char code, std::string_view text) {
    if (text.empty()) return;
    put_byte(static_cast<std::uint8_t>(code));
    put_text(text);
  };
  bool is_error = report.severity == "ERROR" || report.severity == "FATAL";
  begin(is_error ? 'E' : 'N');
  field('S', report.severity);
  field('V', report.severity);
  field('C', report.sql_state);
  field('M', report.message.empty() ? "unknown error" : report.message);
  field('D', report.detail);
  field('H', report.hint);
  if (report.position > 0) field('P', std::to_string(report.position));
  field('W', report.context);
  put_byte(0);
  end();
}

void Output::copy_response(char type, Format format, std::size_t column_count) {
  begin(type);
  put_byte(static_cast<std::uint8_t>(format));
  put_int16(static_cast<std::uint16_t>(column_count));
  for (std::size_t i = 0; i < column_count; ++i) put_int16(static_cast<std::uint16_t>(format));
  end();
}

void Output::simple(char type) {
  begin(type);
  end();
}

void Output::raw(char byte) { put_byte(static_cast<std::uint8_t>(byte)); }

}  // namespace sparkify::pgwire
