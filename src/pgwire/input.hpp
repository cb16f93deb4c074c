#pragma once

#include <chrono>
#include <cstddef>
#include <optional>
#include <string_view>
#include <vector>

#include "net/stream.hpp"

namespace sparkify::pgwire {

/// Cuts what a client sends into messages.
///
/// Memory: 16 KiB, more while a longer message is read; it grows as bytes arrive, never by what a
/// length claims.
class Input {
 public:
  using Clock = std::chrono::steady_clock;
  struct Limits {
    std::size_t most_bytes = 0;              ///< of a message's body
    net::Stream::Patience message_patience;  ///< once a message has begun
  };
  struct Frame {
    char type = 0;
    std::string_view body;  ///< lives until the next call
  };

  /// Borrows the stream, which must outlive the input or be replaced.
  Input(net::Stream& stream, Limits limits);

  void set_limits(Limits limits) { limits_ = limits; }
  /// Goes on with another stream, TLS over the first. Throws bad_data when bytes of the first have
  /// been read already: somebody may have put them there.
  void replace(net::Stream& stream);

  /// The next message; nothing at the end of the stream between two of them.
  /// Throws bad_data (08P01: no such type, too long, an end within), unavailable.
  std::optional<Frame> next(net::Stream::Patience patience);
  /// As next(), but gives up at `deadline`, within a message as well: unavailable. What has come of
  /// the message stays, and the next call goes on with it.
  std::optional<Frame> next_by(Clock::time_point deadline);
  /// How many bytes there are of the message that has begun.
  std::size_t begun_bytes() const { return available(); }
  /// The body of the first message, which has no type.
  std::optional<std::string_view> next_startup(net::Stream::Patience patience);
  /// The type of the next message if all of it has arrived already.
  std::optional<char> buffered_type() const;

 private:
  std::size_t available() const { return end_ - begin_; }
  using Deadline = std::optional<Clock::time_point>;
  std::optional<Frame> next_frame(net::Stream::Patience patience, Deadline deadline);
  bool fill(std::size_t needed, net::Stream::Patience patience, Deadline deadline = {});
  std::uint32_t number_at(std::size_t offset) const;
  std::string_view take(std::size_t head, std::size_t length);

  net::Stream* stream_;
  Limits limits_;
  std::vector<char> buffer_;
  std::size_t begin_ = 0, end_ = 0;  ///< of what has arrived and was not handed out
};

}  // namespace sparkify::pgwire
