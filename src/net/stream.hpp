#pragma once

#include <chrono>
#include <cstddef>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>

namespace sparkify::net {

/// Owns a file descriptor.
class Descriptor {
 public:
  Descriptor() = default;
  explicit Descriptor(int number) : number_(number) {}
  ~Descriptor() { close(); }
  Descriptor(Descriptor&& other) noexcept : number_(std::exchange(other.number_, -1)) {}
  Descriptor& operator=(Descriptor&& other) noexcept;

  int get() const { return number_; }
  explicit operator bool() const { return number_ >= 0; }
  void close();

 private:
  int number_ = -1;
};

/// A connection to somebody else: bytes in order, both ways. One thread reads and writes.
class Stream {
 public:
  using Patience = std::optional<std::chrono::milliseconds>;  ///< nullopt: for ever

  virtual ~Stream() = default;
  /// Waits for bytes and returns how many came into `buffer`; 0 at the end.
  /// Throws unavailable: none came in time, or the connection is broken.
  virtual std::size_t read(std::span<char> buffer, Patience patience) = 0;
  /// Writes all. Throws unavailable: the other side took no byte for `patience`, or is gone.
  virtual void write(std::string_view bytes, Patience patience) = 0;
};

/// A connected TCP or Unix socket.
class SocketStream final : public Stream {
 public:
  /// Makes the socket non-blocking; TCP is told to send at once and to notice a peer that is gone.
  explicit SocketStream(Descriptor socket);

  std::size_t read(std::span<char> buffer, Patience patience) override;
  void write(std::string_view bytes, Patience patience) override;
  int descriptor() const { return socket_.get(); }
  /// Throws unavailable when the socket is not ready in time for `events` of poll(2).
  void wait(short events, Patience patience) const;

 private:
  Descriptor socket_;
};

/// The address of the peer of a connected socket, `192.0.2.7`; empty when it has none.
std::string peer_address(int socket);
/// Whether the peer of a connected socket has closed it or is gone. Reads nothing.
bool is_hung_up(int socket);
/// Ends what anybody reads from the socket, or reads and writes; the descriptor stays open.
void end_reading(int socket);
void end_all(int socket);

}  // namespace sparkify::net
