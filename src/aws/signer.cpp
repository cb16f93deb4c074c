#include "aws/signer.hpp"

#include <fmt/chrono.h>
#include <fmt/format.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>

#include <algorithm>
#include <array>
#include <map>
#include <utility>
#include <vector>

#include "base/text.hpp"

namespace sparkify::aws {
namespace {

constexpr std::string_view algorithm = "AWS4-HMAC-SHA256";
constexpr std::string_view unsigned_payload = "UNSIGNED-PAYLOAD";
constexpr std::string_view sha256_of_nothing =
    "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";

using Digest = std::array<unsigned char, 32>;
using Pairs = std::vector<std::pair<std::string, std::string>>;

base::Error broken_crypto() {
  return base::Error(base::ErrorKind::internal, "OpenSSL cannot compute SHA-256");
}

std::string_view view(const Digest& digest) {
  return {reinterpret_cast<const char*>(digest.data()), digest.size()};
}

std::string hex(const Digest& digest) {
  constexpr std::string_view digits = "0123456789abcdef";
  std::string text;
  for (unsigned char byte : digest) {
    text += digits[byte >> 4];
    text += digits[byte & 15];
  }
  return text;
}

Digest hmac(std::string_view key, std::string_view text) {
  Digest digest;
  unsigned size = 0;
  const unsigned char* done =
      HMAC(EVP_sha256(), key.data(), static_cast<int>(key.size()),
           reinterpret_cast<const unsigned char*>(text.data()), text.size(), digest.data(), &size);
  if (done == nullptr) throw broken_crypto();
  return digest;
}

int digit(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

std::string decode(std::string_view text) {
  std::string bytes;
  for (std::size_t i = 0; i < text.size(); ++i) {
    bool is_code =
        text[i] == '%' && i + 2 < text.size() && digit(text[i + 1]) >= 0 && digit(text[i + 2]) >= 0;
    bytes += is_code ? static_cast<char>(digit(text[i + 1]) * 16 + digit(text[i + 2])) : text[i];
    if (is_code) i += 2;
  }
  return bytes;
}

/// The parts of `http://host:port/path?query`.
struct Url {
  explicit Url(std::string_view url) {
    std::size_t scheme_end = url.find("://");
    if (scheme_end == std::string_view::npos) {
      throw base::Error(base::ErrorKind::internal, "a URL without scheme cannot be signed");
    }
    std::string_view scheme = url.substr(0, scheme_end);
    url.remove_prefix(scheme_end + 3);
    std::size_t path_begin = std::min(url.find_first_of("/?"), url.size());
    host = url.substr(0, path_begin);
    std::string_view usual_port = base::to_lower(scheme) == "https" ? ":443" : ":80";
    if (host.ends_with(usual_port)) host.remove_suffix(usual_port.size());
    path = url.substr(path_begin);
    if (std::size_t mark = path.find('?'); mark != std::string_view::npos) {
      query = path.substr(mark + 1);
      path = path.substr(0, mark);
    }
    if (path.empty()) path = "/";
  }

  std::string_view host, path, query;  // borrow the URL
};

/// Without empty segments, `.` and `..`.
std::string normalise(std::string_view path) {
  std::vector<std::string_view> kept;
  bool is_folder = false;
  for (std::string_view rest = path; !rest.empty();) {
    std::size_t end = std::min(rest.find('/'), rest.size());
    std::string_view segment = rest.substr(0, end);
    is_folder = end < rest.size();
    rest.remove_prefix(std::min(end + 1, rest.size()));
    if (segment.empty() || segment == ".") continue;
    if (segment != "..") {
      kept.push_back(segment);
    } else if (!kept.empty()) {
      kept.pop_back();
    }
  }
  std::string text = kept.empty() ? "" : fmt::format("/{}", fmt::join(kept, "/"));
  return is_folder || text.empty() ? text + "/" : text;
}

bool is_s3(const SigningScope& scope) { return scope.service == "s3"; }

std::string canonical_path(std::string_view path, const SigningScope& scope) {
  if (is_s3(scope)) return std::string(path);
  return uri_encode(scope.normalises_path ? normalise(path) : path, true);
}

Pairs read_query(std::string_view query) {
  Pairs pairs;
  while (!query.empty()) {
    std::size_t end = std::min(query.find('&'), query.size());
    std::string_view pair = query.substr(0, end);
    query.remove_prefix(std::min(end + 1, query.size()));
    if (pair.empty()) continue;
    std::size_t equals = std::min(pair.find('='), pair.size());
    std::string_view value = pair.substr(std::min(equals + 1, pair.size()));
    pairs.emplace_back(decode(pair.substr(0, equals)), decode(value));
  }
  return pairs;
}

std::string write_query(const Pairs& pairs) {
  std::string text;
  for (const auto& [name, value] : pairs) {
    if (!text.empty()) text += '&';
    text += uri_encode(name) + '=' + uri_encode(value);
  }
  return text;
}

std::string canonical_query(const Pairs& pairs) {
  Pairs encoded;
  for (const auto& [name, value] : pairs) encoded.emplace_back(uri_encode(name), uri_encode(value));
  std::sort(encoded.begin(), encoded.end());
  std::string text;
  for (const auto& [name, value] : encoded) {
    if (!text.empty()) text += '&';
    text += name + '=' + value;
  }
  return text;
}

/// Trimmed, with one blank for each run of blanks.
std::string fold_blanks(std::string_view value) {
  std::string text;
  for (char c : base::trim(value)) {
    bool is_blank = c == ' ' || c == '\t' || c == '\r' || c == '\n';
    if (is_blank && text.ends_with(' ')) continue;
    text += is_blank ? ' ' : c;
  }
  return text;
}

struct CanonicalHeaders {
  explicit CanonicalHeaders(const std::vector<net::Header>& headers) {
    std::map<std::string, std::string> sorted;
    for (const net::Header& header : headers) {
      auto [found, is_new] = sorted.emplace(base::to_lower(header.name), "");
      found->second += (is_new ? "" : ",") + fold_blanks(header.value);
    }
    for (const auto& [name, value] : sorted) {
      lines += name + ':' + value + '\n';
      names += (names.empty() ? "" : ";") + name;
    }
  }

  std::string lines, names;
};

/// What day and scope a signature is for.
struct Stamp {
  Stamp(SigningTime now, const SigningScope& scope)
      : time(fmt::format("{:%Y%m%dT%H%M%SZ}", std::chrono::floor<std::chrono::seconds>(now))),
        day(time.substr(0, 8)),
        scope_text(fmt::format("{}/{}/{}/aws4_request", day, scope.region, scope.service)) {}

  std::string time, day, scope_text;
};

struct CanonicalRequest {
  std::string path, query;
  CanonicalHeaders headers;
  std::string payload_hash;
};

std::string signature(const std::string& method, const CanonicalRequest& request,
                      const Stamp& stamp, const SigningScope& scope, const std::string& secret) {
  std::string canonical =
      fmt::format("{}\n{}\n{}\n{}\n{}\n{}", method, request.path, request.query,
                  request.headers.lines, request.headers.names, request.payload_hash);
  std::string text =
      fmt::format("{}\n{}\n{}\n{}", algorithm, stamp.time, stamp.scope_text, sha256_hex(canonical));
  Digest key = hmac("AWS4" + secret, stamp.day);
  key = hmac(view(key), scope.region);
  key = hmac(view(key), scope.service);
  key = hmac(view(key), "aws4_request");
  return hex(hmac(view(key), text));
}

void remove_header(std::vector<net::Header>& headers, std::string_view name) {
  std::erase_if(headers,
                [&](const net::Header& header) { return base::to_lower(header.name) == name; });
}

}  // namespace

std::string uri_encode(std::string_view text, bool keeps_slashes) {
  constexpr std::string_view digits = "0123456789ABCDEF";
  std::string encoded;
  encoded.reserve(text.size() + 16);
  for (char c : text) {
    bool is_kept = (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') ||
                   c == '-' || c == '.' || c == '_' || c == '~' || (c == '/' && keeps_slashes);
    if (is_kept) {
      encoded += c;
    } else {
      encoded += '%';
      encoded += digits[static_cast<unsigned char>(c) >> 4];
      encoded += digits[static_cast<unsigned char>(c) & 15];
    }
  }
  return encoded;
}

std::string sha256_hex(std::string_view bytes) {
  if (bytes.empty()) return std::string(sha256_of_nothing);
  Digest digest;
  unsigned size = 0;
  int is_done = EVP_Digest(bytes.data(), bytes.size(), digest.data(), &size, EVP_sha256(), nullptr);
  if (is_done != 1) throw broken_crypto();
  return hex(digest);
}

void sign(net::HttpRequest& request, const Credentials& credentials, const SigningScope& scope,
          SigningTime now) {
  Url url(request.url);
  Stamp stamp(now, scope);
  std::vector<net::Header>& headers = request.headers;
  for (std::string_view name : {"authorization", "x-amz-date", "x-amz-security-token"}) {
    remove_header(headers, name);
  }
  auto given_hash = net::find_header(headers, "x-amz-content-sha256");
  std::string payload_hash = given_hash ? std::string(*given_hash) : sha256_hex(request.content());
  if (is_s3(scope) && !given_hash) headers.push_back({"X-Amz-Content-Sha256", payload_hash});
  if (!net::find_header(headers, "host")) headers.push_back({"Host", std::string(url.host)});
  headers.push_back({"X-Amz-Date", stamp.time});
  if (!credentials.session_token.empty()) {
    headers.push_back({"X-Amz-Security-Token", credentials.session_token});
  }
  CanonicalRequest canonical{canonical_path(url.path, scope),
                             canonical_query(read_query(url.query)), CanonicalHeaders(headers),
                             payload_hash};
  headers.push_back(
      {"Authorization",
       fmt::format(
           "{} Credential={}/{}, SignedHeaders={}, Signature={}", algorithm,
           credentials.access_key_id, stamp.scope_text, canonical.headers.names,
           signature(request.method, canonical, stamp, scope, credentials.secret_access_key))});
}

std::string presign(const net::HttpRequest& request, const Credentials& credentials,
                    const SigningScope& scope, std::chrono::seconds lifetime, SigningTime now) {
  Url url(request.url);
  Stamp stamp(now, scope);
  std::vector<net::Header> headers = request.headers;
  if (!net::find_header(headers, "host")) headers.push_back({"Host", std::string(url.host)});
  CanonicalRequest canonical{canonical_path(url.path, scope), "", CanonicalHeaders(headers), ""};
  canonical.payload_hash =
      is_s3(scope) ? std::string(unsigned_payload) : sha256_hex(request.content());
  Pairs added = {{"X-Amz-Algorithm", std::string(algorithm)},
                 {"X-Amz-Credential", credentials.access_key_id + '/' + stamp.scope_text},
                 {"X-Amz-Date", stamp.time},
                 {"X-Amz-Expires", std::to_string(lifetime.count())},
                 {"X-Amz-SignedHeaders", canonical.headers.names}};
  if (!credentials.session_token.empty()) {
    added.emplace_back("X-Amz-Security-Token", credentials.session_token);
  }
  Pairs all = read_query(url.query);
  all.insert(all.end(), added.begin(), added.end());
  canonical.query = canonical_query(all);
  std::string text =
      signature(request.method, canonical, stamp, scope, credentials.secret_access_key);
  std::string_view until_query = std::string_view(request.url).substr(0, request.url.find('?'));
  return fmt::format("{}?{}&X-Amz-Signature={}", until_query, write_query(all), text);
}

}  // namespace sparkify::aws
