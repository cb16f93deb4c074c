#pragma once

#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "net/stream.hpp"

namespace sparkify::net {

/// The server's side of TLS 1.2 and later: certificate and key. The one owner of OpenSSL's sockets.
/// Threads: accept() from any.
class TlsServer {
 public:
  /// Reads PEM files; the certificate may bring its chain.
  /// Throws not_found, denied, bad_data (no PEM, a key with a passphrase, or another
  /// certificate's).
  TlsServer(const std::string& certificate_file, const std::string& key_file);
  ~TlsServer();
  TlsServer(const TlsServer&) = delete;
  TlsServer& operator=(const TlsServer&) = delete;

  /// Shakes hands with a client over `stream`, which must outlive the result.
  /// Throws unavailable: the client does not, in time. `patience` is for each of its steps.
  std::unique_ptr<Stream> accept(SocketStream& stream, Stream::Patience patience) const;

  /// The certificate's digest as SCRAM binds channels to it (tls-server-end-point). Empty for a
  /// certificate whose signature names no digest, such as Ed25519: nothing binds to those.
  const std::string& end_point() const { return end_point_; }
  /// The hosts that the certificate is for: names, also `*.example.com`, and addresses.
  const std::vector<std::string>& hosts() const { return hosts_; }

 private:
  struct Context;
  std::unique_ptr<Context> context_;
  std::string end_point_;
  std::vector<std::string> hosts_;
};

/// Makes a key (P-256) and a certificate signed by itself, for localhost, 127.0.0.1, ::1 and
/// `names`, valid for ten years. The key's file is for its owner only.
/// Throws denied, unavailable (a file cannot be written).
void make_certificate(const std::string& certificate_file, const std::string& key_file,
                      std::span<const std::string> names);

}  // namespace sparkify::net
