#pragma once

#include <sys/socket.h>
#include <sys/un.h>

#include <string>

#include "net/stream.hpp"

namespace sparkify::net {

/// Where a Unix socket lies. A path longer than an address holds is reached through its folder,
/// which is open as long as this lives; its last name may have 80 bytes.
class LocalAddress {
 public:
  /// Throws not_found, denied (the folder), unavailable (the name is too long).
  explicit LocalAddress(const std::string& path);

  const sockaddr* get() const { return reinterpret_cast<const sockaddr*>(&address_); }
  static constexpr socklen_t size = sizeof(sockaddr_un);

 private:
  Descriptor folder_;
  sockaddr_un address_{};
};

/// A connection to who listens at a socket file; none when nobody does, or when this user may not
/// ask. Throws unavailable.
Descriptor connect_local(const std::string& path);

/// Who is at the other end of a connected Unix socket.
ucred peer_of(int socket);

}  // namespace sparkify::net
