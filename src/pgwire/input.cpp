#include "pgwire/input.hpp"

#include <algorithm>
#include <cstring>

#include "pgwire/messages.hpp"

namespace sparkify::pgwire {
namespace {

constexpr std::size_t usual_bytes = 16 << 10;

std::chrono::milliseconds left_until(Input::Clock::time_point deadline) {
  auto left = std::chrono::ceil<std::chrono::milliseconds>(deadline - Input::Clock::now());
  return std::max(left, std::chrono::milliseconds(0));
}

}  // namespace

Input::Input(net::Stream& stream, Limits limits)
    : stream_(&stream), limits_(limits), buffer_(usual_bytes) {}

void Input::replace(net::Stream& stream) {
  if (available() > 0) throw protocol_error("bytes arrived before the TLS handshake");
  stream_ = &stream;
}

std::uint32_t Input::number_at(std::size_t offset) const {
  auto octet = [&](std::size_t i) {
    return std::uint32_t{static_cast<unsigned char>(buffer_[begin_ + offset + i])};
  };
  return octet(0) << 24 | octet(1) << 16 | octet(2) << 8 | octet(3);
}

/// Waits until `needed` bytes are there; false when the stream ends before the first of them.
/// Each of them may take `patience`; or all take until the deadline, if there is one.
bool Input::fill(std::size_t needed, net::Stream::Patience patience, Deadline deadline) {
  while (available() < needed) {
    if (begin_ > 0) {
      std::memmove(buffer_.data(), buffer_.data() + begin_, available());
      end_ -= begin_;
      begin_ = 0;
    }
    // Doubled as bytes arrive: who announces much must send much before it costs memory.
    if (end_ == buffer_.size()) buffer_.resize(std::min(buffer_.size() * 2, needed));
    auto wait = deadline ? left_until(*deadline) : patience;
    std::size_t count = stream_->read({buffer_.data() + end_, buffer_.size() - end_}, wait);
    if (count == 0 && available() > 0) throw protocol_error("the connection ended in a message");
    if (count == 0) return false;
    end_ += count;
  }
  return true;
}

std::string_view Input::take(std::size_t head, std::size_t length) {
  std::string_view body(buffer_.data() + begin_ + head, length);
  begin_ += head + length;
  return body;
}

std::optional<Input::Frame> Input::next(net::Stream::Patience patience) {
  return next_frame(patience, {});
}

std::optional<Input::Frame> Input::next_by(Clock::time_point deadline) {
  return next_frame({}, deadline);
}

std::optional<Input::Frame> Input::next_frame(net::Stream::Patience patience, Deadline deadline) {
  constexpr std::size_t head = 5;
  if (available() == 0 && buffer_.size() > usual_bytes) {
    buffer_ = std::vector<char>(usual_bytes);
    begin_ = end_ = 0;
  }
  if (!fill(1, patience, deadline)) return std::nullopt;
  char type = buffer_[begin_];
  if (!is_message_type(type)) throw protocol_error("this is no message of the protocol");
  fill(head, limits_.message_patience, deadline);
  std::size_t length = number_at(1);
  if (length < 4 || length - 4 > limits_.most_bytes) {
    throw protocol_error("a message is longer than the server takes");
  }
  fill(head + length - 4, limits_.message_patience, deadline);
  return Frame{type, take(head, length - 4)};
}

std::optional<std::string_view> Input::next_startup(net::Stream::Patience patience) {
  constexpr std::size_t head = 4;
  if (!fill(1, patience)) return std::nullopt;
  fill(head, limits_.message_patience);
  std::size_t length = number_at(0);
  if (length < 8 || length - 4 > limits_.most_bytes) {
    throw protocol_error("this is no startup message of PostgreSQL's protocol");
  }
  fill(length, limits_.message_patience);
  return take(head, length - 4);
}

std::optional<char> Input::buffered_type() const {
  if (available() < 5) return std::nullopt;
  std::size_t length = number_at(1);
  if (length < 4 || length - 4 > limits_.most_bytes || available() < 1 + length) {
    return std::nullopt;
  }
  return buffer_[begin_];
}

}  // namespace sparkify::pgwire
