#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <string_view>

#include "net/stream.hpp"
#include "web/request.hpp"

namespace sparkify::web {

struct Limits {
  std::size_t head_bytes = 16 << 10;               ///< of a request
  std::size_t body_bytes = 1 << 20;                ///< of POST and PUT; others have none
  std::chrono::milliseconds idle_time{60'000};     ///< between two requests
  std::chrono::milliseconds request_time{10'000};  ///< from a request's first byte to its last
  std::chrono::milliseconds stall_time{30'000};    ///< a client that takes no byte is let go
};

/// Requests and responses of HTTP/1.1 on one connection; the one owner of Boost.Beast.
/// Memory: a request's head and body, what its fields take beside their text, and 64 KiB of a
/// response that streams. Threads: one.
class Exchange {
 public:
  /// Borrows the stream.
  Exchange(net::Stream& stream, Limits limits) : stream_(stream), limits_(limits) {}

  /// The next request; nothing when the client has left, or sent what is no request, or more than
  /// one may have, and has been told so. Throws unavailable: it is too slow.
  std::optional<Request> read();

  /// Whole.
  void write(const Response& response);
  /// In pieces: the head with `response.body` unused, pieces of any size, the end. What fails
  /// between must end the connection, so that nobody takes the part for the whole.
  void begin(const Response& response);
  void piece(std::string_view text);
  void flush();  ///< what has been given so far goes now
  void end();

  /// Whether the client may send another request.
  bool is_open() const { return is_open_; }
  /// Whether something of the answer to the last request may have been sent.
  bool has_begun() const { return has_begun_; }

 private:
  bool read_more(std::chrono::steady_clock::time_point deadline);
  int refusal_of_length(bool is_head_read, std::size_t taken_bytes) const;
  void refuse(int status, std::string_view why);
  std::string head_of(const Response& response, bool is_chunked) const;

  net::Stream& stream_;
  Limits limits_;
  std::string received_;  ///< and not yet read
  std::string pending_;   ///< a piece that has not been sent
  bool is_open_ = true, is_head_ = false, has_begun_ = false;
};

}  // namespace sparkify::web
