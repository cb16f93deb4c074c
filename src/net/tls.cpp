#include "net/tls.hpp"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <openssl/err.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>
#include <poll.h>
#include <unistd.h>

#include <array>
#include <cerrno>

#include "base/error.hpp"
#include "net/link.hpp"

namespace sparkify::net {
namespace {

using base::Error;
using base::ErrorKind;

struct FreeSession {
  void operator()(SSL* session) const { SSL_free(session); }
};
using SessionHandle = std::unique_ptr<SSL, FreeSession>;

/// OpenSSL's last word on what went wrong.
std::string reason() {
  unsigned long code = ERR_get_error();
  ERR_clear_error();
  const char* text = code == 0 ? nullptr : ERR_reason_error_string(code);
  return text == nullptr ? "unknown reason" : text;
}

class TlsStream final : public Stream {
 public:
  TlsStream(SessionHandle session, SocketStream& stream)
      : session_(std::move(session)), stream_(stream) {}
  ~TlsStream() override {
    if (is_broken_) return;
    // Says goodbye if that can be done without waiting.
    ERR_clear_error();
    SSL_shutdown(session_.get());
    ERR_clear_error();
  }

  void shake_hands(Patience patience) {
    for (;;) {
      clear_errors();
      int code = SSL_accept(session_.get());
      if (code == 1) return;
      if (!wait_after(code, patience)) {
        throw Error(ErrorKind::unavailable, "TLS handshake failed: " + reason());
      }
    }
  }

  std::size_t read(std::span<char> buffer, Patience patience) override {
    for (;;) {
      clear_errors();
      std::size_t count = 0;
      int code = SSL_read_ex(session_.get(), buffer.data(), buffer.size(), &count);
      if (code == 1) return count;
      if (SSL_get_error(session_.get(), code) == SSL_ERROR_ZERO_RETURN) return 0;
      if (!wait_after(code, patience)) {
        if (is_end()) return 0;
        throw Error(ErrorKind::unavailable, "cannot read from a TLS connection: " + reason())
            .sql_state(link_lost);
      }
    }
  }

  void write(std::string_view bytes, Patience patience) override {
    while (!bytes.empty()) {
      clear_errors();
      std::size_t count = 0;
      int code = SSL_write_ex(session_.get(), bytes.data(), bytes.size(), &count);
      if (code == 1) {
        bytes.remove_prefix(count);
      } else if (!wait_after(code, patience)) {
        throw Error(ErrorKind::unavailable, "cannot write to a TLS connection: " + reason())
            .sql_state(link_lost);
      }
    }
  }

 private:
  /// Both tell after a call what happened in it, and must not speak of an earlier one.
  static void clear_errors() {
    ERR_clear_error();
    errno = 0;
  }

  static bool is_end() { return errno == ECONNRESET || errno == EPIPE; }

  /// Waits for what OpenSSL wants; false when it wants nothing and has failed.
  bool wait_after(int code, Patience patience) {
    switch (SSL_get_error(session_.get(), code)) {
      case SSL_ERROR_WANT_READ:
        stream_.wait(POLLIN, patience);
        return true;
      case SSL_ERROR_WANT_WRITE:
        stream_.wait(POLLOUT, patience);
        return true;
      default:
        is_broken_ = true;
        return false;
    }
  }

  SessionHandle session_;
  SocketStream& stream_;
  bool is_broken_ = false;  ///< nothing more may be said
};

/// Of the whole certificate, by the digest of its signature, SHA-256 for weaker ones (RFC 5929).
std::string digest_of(X509* certificate) {
  int name = NID_undef;
  X509_get_signature_info(certificate, &name, nullptr, nullptr, nullptr);
  if (name == NID_undef) return {};
  if (name == NID_md5 || name == NID_sha1) name = NID_sha256;
  const EVP_MD* hash = EVP_get_digestbynid(name);
  std::array<unsigned char, EVP_MAX_MD_SIZE> bytes{};
  unsigned size = 0;
  if (hash == nullptr || X509_digest(certificate, hash, bytes.data(), &size) != 1) return {};
  return {bytes.begin(), bytes.begin() + size};
}

std::string text_of(const ASN1_STRING* text) {
  const auto* bytes = reinterpret_cast<const char*>(ASN1_STRING_get0_data(text));
  return {bytes, static_cast<std::size_t>(ASN1_STRING_length(text))};
}

std::string address_of(const ASN1_OCTET_STRING* bytes) {
  std::array<char, INET6_ADDRSTRLEN> text{};
  int family = ASN1_STRING_length(bytes) == sizeof(in_addr) ? AF_INET : AF_INET6;
  if (family == AF_INET6 && ASN1_STRING_length(bytes) != sizeof(in6_addr)) return {};
  ::inet_ntop(family, ASN1_STRING_get0_data(bytes), text.data(), text.size());
  return text.data();
}

std::vector<std::string> hosts_of(X509* certificate) {
  std::vector<std::string> hosts;
  std::unique_ptr<GENERAL_NAMES, decltype(&GENERAL_NAMES_free)> names(
      static_cast<GENERAL_NAMES*>(
          X509_get_ext_d2i(certificate, NID_subject_alt_name, nullptr, nullptr)),
      GENERAL_NAMES_free);
  for (int i = 0; names && i < sk_GENERAL_NAME_num(names.get()); ++i) {
    const GENERAL_NAME* name = sk_GENERAL_NAME_value(names.get(), i);
    if (name->type == GEN_DNS) hosts.push_back(text_of(name->d.dNSName));
    if (name->type == GEN_IPADD) hosts.push_back(address_of(name->d.iPAddress));
  }
  return hosts;
}

void check_readable(const std::string& path) {
  if (::access(path.c_str(), R_OK) != 0) throw base::system_error(errno, "read", path);
}

/// Asks nobody at the terminal for the passphrase of a key.
int no_passphrase(char*, int, int, void*) { return 0; }

}  // namespace

struct TlsServer::Context {
  struct Free {
    void operator()(SSL_CTX* context) const { SSL_CTX_free(context); }
  };
  std::unique_ptr<SSL_CTX, Free> handle{SSL_CTX_new(TLS_server_method())};
};

TlsServer::TlsServer(const std::string& certificate_file, const std::string& key_file)
    : context_(std::make_unique<Context>()) {
  check_readable(certificate_file);
  check_readable(key_file);
  ERR_clear_error();
  SSL_CTX* context = context_->handle.get();
  if (context == nullptr) throw Error(ErrorKind::unavailable, "no TLS: " + reason());
  SSL_CTX_set_min_proto_version(context, TLS1_2_VERSION);
  SSL_CTX_set_options(context, SSL_OP_NO_RENEGOTIATION | SSL_OP_NO_COMPRESSION | SSL_OP_NO_TICKET |
                                   SSL_OP_CIPHER_SERVER_PREFERENCE);
  // A client that just closes its socket has left all the same: the messages in the stream say
  // where they end. And who is read from no more can still be told why.
  SSL_CTX_set_options(context, SSL_OP_IGNORE_UNEXPECTED_EOF);
  SSL_CTX_set_num_tickets(context, 0);
  SSL_CTX_set_session_cache_mode(context, SSL_SESS_CACHE_OFF);
  SSL_CTX_set_mode(context, SSL_MODE_ENABLE_PARTIAL_WRITE | SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER);
  SSL_CTX_set_default_passwd_cb(context, no_passphrase);
  auto refuse = [](const std::string& file) {
    throw Error(ErrorKind::bad_data, "not usable for TLS: " + reason())
        .at({file, 0, 0, {}})
        .hint("PEM files are wanted, the key without a passphrase");
  };
  if (SSL_CTX_use_certificate_chain_file(context, certificate_file.c_str()) != 1) {
    refuse(certificate_file);
  }
  if (SSL_CTX_use_PrivateKey_file(context, key_file.c_str(), SSL_FILETYPE_PEM) != 1 ||
      SSL_CTX_check_private_key(context) != 1) {
    refuse(key_file);
  }
  end_point_ = digest_of(SSL_CTX_get0_certificate(context));
  hosts_ = hosts_of(SSL_CTX_get0_certificate(context));
}

TlsServer::~TlsServer() = default;

std::unique_ptr<Stream> TlsServer::accept(SocketStream& stream, Stream::Patience patience) const {
  SessionHandle session(SSL_new(context_->handle.get()));
  if (!session || SSL_set_fd(session.get(), stream.descriptor()) != 1) {
    throw Error(ErrorKind::unavailable, "cannot begin TLS: " + reason());
  }
  auto tls = std::make_unique<TlsStream>(std::move(session), stream);
  tls->shake_hands(patience);
  return tls;
}

}  // namespace sparkify::net
