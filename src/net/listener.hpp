#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "net/stream.hpp"

namespace sparkify::net {

/// Where a server listens: `127.0.0.1:5439`, `[::1]:5439`, `localhost:0`, `*:5439`.
struct Address {
  std::string host;
  std::uint16_t port = 0;

  std::string text() const;
  /// Whether it stands for all addresses of this machine.
  bool is_any() const { return host == "*" || host == "0.0.0.0" || host == "::"; }
};
/// nullopt when `text` is no HOST:PORT. A name is not looked up.
std::optional<Address> parse_address(std::string_view text);

/// Listening sockets, TCP or Unix.
/// Threads: accept() on one thread; stop() from any.
class Listener {
 public:
  /// Every address that the host stands for; port 0 takes a free one.
  /// Throws unavailable (the port is taken), denied, not_found (no such host).
  static Listener tcp(const Address& address);
  /// A socket file only this user may connect to; one that nobody listens on is replaced.
  /// Throws locked (somebody listens), denied, unavailable.
  static Listener local(const std::string& path);
  ~Listener();
  Listener(Listener&&) = default;
  Listener& operator=(Listener&&) = delete;

  /// The next connection; nothing after stop(), or when none could be taken just now (too many
  /// open files): then it has waited a moment.
  std::optional<Descriptor> accept();
  void stop();
  bool is_stopped() const;
  /// With the port that was taken.
  const Address& address() const { return address_; }
  /// Whether all sockets are of this machine only.
  bool is_loopback() const { return is_loopback_; }

 private:
  Listener();

  std::vector<Descriptor> sockets_;
  Descriptor stop_;  ///< an eventfd: readable once stopped
  Address address_;
  std::string path_;  ///< of a Unix socket
  bool is_loopback_ = true;
};

}  // namespace sparkify::net
