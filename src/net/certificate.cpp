// A certificate of one's own, for servers that were given none.

#include <fmt/format.h>
#include <openssl/bn.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/x509v3.h>
#include <sys/stat.h>

#include <algorithm>
#include <cctype>

#include "base/error.hpp"
#include "base/private_file.hpp"
#include "net/tls.hpp"

namespace sparkify::net {
namespace {

using base::Error;
using base::ErrorKind;

template <auto function>
struct Free {
  template <typename Handle>
  void operator()(Handle* handle) const {
    function(handle);
  }
};
using Key = std::unique_ptr<EVP_PKEY, Free<EVP_PKEY_free>>;
using Certificate = std::unique_ptr<X509, Free<X509_free>>;
using Extension = std::unique_ptr<X509_EXTENSION, Free<X509_EXTENSION_free>>;
using Number = std::unique_ptr<BIGNUM, Free<BN_free>>;
using Memory = std::unique_ptr<BIO, Free<BIO_free_all>>;

void check(bool is_done) {
  if (!is_done) throw Error(ErrorKind::internal, "OpenSSL cannot make a certificate");
}

void add_extension(X509* certificate, int kind, const std::string& value) {
  X509V3_CTX context;
  X509V3_set_ctx_nodb(&context);
  X509V3_set_ctx(&context, certificate, certificate, nullptr, nullptr, 0);
  Extension extension(X509V3_EXT_conf_nid(nullptr, &context, kind, value.c_str()));
  check(extension && X509_add_ext(certificate, extension.get(), -1) == 1);
}

bool is_address(const std::string& name) {
  auto is_of_number = [](char c) {
    return std::isxdigit(static_cast<unsigned char>(c)) != 0 || c == ':';
  };
  bool is_v6 =
      name.find(':') != std::string::npos && std::all_of(name.begin(), name.end(), is_of_number);
  return is_v6 || name.find_first_not_of("0123456789.") == std::string::npos;
}

/// What may stand in a subject's list without being syntax of it.
bool is_plain_name(const std::string& name) {
  return !name.empty() && std::all_of(name.begin(), name.end(), [](char c) {
    return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '.' || c == '-' || c == ':';
  });
}

std::string alternative_names(std::span<const std::string> names) {
  std::string list = "DNS:localhost,IP:127.0.0.1,IP:::1";
  for (const std::string& name : names) {
    if (!is_plain_name(name) || name == "localhost" || name == "127.0.0.1" || name == "::1") {
      continue;
    }
    list += fmt::format(",{}:{}", is_address(name) ? "IP" : "DNS", name);
  }
  return list;
}

Certificate certificate_for(EVP_PKEY* key, std::span<const std::string> names) {
  constexpr long day_seconds = 86'400;
  Certificate certificate(X509_new());
  Number serial(BN_new());
  check(certificate && serial && BN_rand(serial.get(), 127, BN_RAND_TOP_ANY, BN_RAND_BOTTOM_ANY));
  check(BN_to_ASN1_INTEGER(serial.get(), X509_get_serialNumber(certificate.get())) != nullptr);
  X509_set_version(certificate.get(), X509_VERSION_3);
  X509_gmtime_adj(X509_getm_notBefore(certificate.get()), -day_seconds);
  X509_gmtime_adj(X509_getm_notAfter(certificate.get()), 3650 * day_seconds);
  X509_set_pubkey(certificate.get(), key);
  X509_NAME* subject = X509_get_subject_name(certificate.get());
  const auto* common_name = reinterpret_cast<const unsigned char*>("localhost");
  X509_NAME_add_entry_by_txt(subject, "CN", MBSTRING_ASC, common_name, -1, -1, 0);
  X509_set_issuer_name(certificate.get(), subject);
  add_extension(certificate.get(), NID_subject_alt_name, alternative_names(names));
  // Clients that are given this file as the authority they trust check that it may be one.
  add_extension(certificate.get(), NID_basic_constraints, "critical,CA:TRUE");
  add_extension(certificate.get(), NID_ext_key_usage, "serverAuth");
  check(X509_sign(certificate.get(), key, EVP_sha256()) > 0);
  return certificate;
}

/// What `write` puts into memory that is wiped afterwards.
template <typename Write>
void write_file(const std::string& path, mode_t mode, Write write) {
  Memory memory(BIO_new(BIO_s_mem()));
  check(memory && write(memory.get()) == 1);
  char* bytes = nullptr;
  long size = BIO_get_mem_data(memory.get(), &bytes);
  base::replace_file(path, {bytes, static_cast<std::size_t>(size)}, mode);
}

}  // namespace

void make_certificate(const std::string& certificate_file, const std::string& key_file,
                      std::span<const std::string> names) {
  Key key(EVP_EC_gen("P-256"));
  check(key != nullptr);
  Certificate certificate = certificate_for(key.get(), names);
  write_file(key_file, S_IRUSR | S_IWUSR, [&](BIO* memory) {
    return PEM_write_bio_PKCS8PrivateKey(memory, key.get(), nullptr, nullptr, 0, nullptr, nullptr);
  });
  write_file(certificate_file, S_IRUSR | S_IWUSR | S_IRGRP | S_IROTH,
             [&](BIO* memory) { return PEM_write_bio_X509(memory, certificate.get()); });
}

}  // namespace sparkify::net
