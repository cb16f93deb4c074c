#include "s3/address.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "aws/partition.hpp"
#include "aws/signer.hpp"
#include "base/error.hpp"
#include "base/text.hpp"

namespace sparkify::s3 {
namespace {

constexpr std::array<std::string_view, 3> schemes{"s3://", "s3a://", "s3n://"};

/// Bytes of the scheme, 0 when it is another.
std::size_t scheme_bytes(std::string_view path) {
  std::size_t colon = path.find("://");
  if (colon == std::string_view::npos) return 0;
  std::string scheme = base::to_lower(path.substr(0, colon + 3));
  return std::find(schemes.begin(), schemes.end(), scheme) == schemes.end() ? 0 : scheme.size();
}

bool is_lower_or_digit(char c) { return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9'); }

/// Old buckets of us-east-1 and other servers' may hold more than new ones of AWS.
bool is_bucket_name(std::string_view name) {
  return !name.empty() && name != "." && name != ".." &&
         std::all_of(name.begin(), name.end(), [](char c) {
           return is_lower_or_digit(c) || (c >= 'A' && c <= 'Z') || c == '-' || c == '.' ||
                  c == '_';
         });
}

/// A wildcard certificate covers one label, and host names know no case.
bool fits_a_host(std::string_view name) {
  return name.size() >= 3 && name.size() <= 63 && name.front() != '-' && name.back() != '-' &&
         std::all_of(name.begin(), name.end(),
                     [](char c) { return is_lower_or_digit(c) || c == '-'; });
}

int hex_value(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

}  // namespace

bool is_s3_path(std::string_view path) { return scheme_bytes(path) > 0; }

std::string Location::path_of(std::string_view other_key) const {
  return fmt::format("{}{}/{}", scheme, bucket, other_key);
}

Location locate(std::string_view path) {
  std::size_t begin = scheme_bytes(path);
  std::string_view rest = path.substr(begin);
  std::size_t slash = rest.find('/');
  std::string_view bucket = rest.substr(0, slash);
  std::string_view key = slash == std::string_view::npos ? "" : rest.substr(slash + 1);
  if (begin > 0 && is_bucket_name(bucket)) {
    return {std::string(path.substr(0, begin)), std::string(bucket), std::string(key)};
  }
  throw base::Error(base::ErrorKind::usage,
                    bucket.empty() ? std::string("no bucket is named")
                                   : fmt::format("\"{}\" is no name of a bucket", bucket))
      .at({std::string(path), 0, 0, {}})
      .hint("write s3://BUCKET/KEY; a bucket's name holds letters, digits, dots and hyphens");
}

std::string percent_decode(std::string_view text) {
  std::string decoded;
  decoded.reserve(text.size());
  for (std::size_t i = 0; i < text.size(); ++i) {
    bool is_escape = text[i] == '%' && text.size() - i > 2 && hex_value(text[i + 1]) >= 0 &&
                     hex_value(text[i + 2]) >= 0;
    if (is_escape) {
      decoded += static_cast<char>(hex_value(text[i + 1]) * 16 + hex_value(text[i + 2]));
      i += 2;
    } else {
      decoded += text[i] == '+' ? ' ' : text[i];
    }
  }
  return decoded;
}

Endpoint::Endpoint(std::string url, Addressing addressing)
    : url_(std::move(url)), addressing_(addressing) {
  if (url_.empty()) return;
  std::string lower = base::to_lower(url_.substr(0, 8));
  std::size_t host = lower.starts_with("https://") ? 8 : lower.starts_with("http://") ? 7 : 0;
  bool is_good = host > 0 && url_.size() > host && url_[host] != '/' &&
                 url_.find_first_of("?#@ ", host) == std::string::npos;
  if (!is_good) {
    // What stands before an @ may be a password.
    std::string shown = url_.substr(url_.find('@') == std::string::npos ? 0 : url_.rfind('@') + 1);
    throw base::Error(base::ErrorKind::config, fmt::format("endpoint \"{}\" is no URL", shown))
        .hint("write it as https://HOST or http://HOST:PORT");
  }
  while (url_.back() == '/') url_.pop_back();
}

std::string Endpoint::url(std::string_view region, std::string_view bucket, std::string_view key,
                          Query query) const {
  bool is_host = addressing_ == Addressing::host ||
                 (addressing_ == Addressing::automatic && is_amazon() && fits_a_host(bucket));
  std::string base =
      is_amazon() ? fmt::format("https://s3.{}.{}", region, aws::dns_suffix(region)) : url_;
  if (is_host && !bucket.empty()) {
    base.insert(base.find("://") + 3, fmt::format("{}.", bucket));
  } else if (!bucket.empty()) {
    base += fmt::format("/{}", bucket);
  }
  if (is_host || bucket.empty() || !key.empty()) base += '/';
  base += aws::uri_encode(key, true);
  for (auto& [name, value] : query) {
    name = aws::uri_encode(name);
    value = aws::uri_encode(value);
  }
  std::sort(query.begin(), query.end());
  char mark = '?';
  for (const auto& [name, value] : query) {
    base += fmt::format("{}{}={}", std::exchange(mark, '&'), name, value);
  }
  return base;
}

std::string region_of_host(std::string_view host) {
  std::size_t end = host.find(".amazonaws.com");
  if (end == std::string_view::npos) return {};
  std::string_view front = host.substr(0, end);
  // `s3.eu-west-1`, `s3-eu-west-1`, `s3.dualstack.eu-west-1`, with or without a bucket before.
  std::size_t dot = front.rfind('.');
  std::string_view last = dot == std::string_view::npos ? front : front.substr(dot + 1);
  if (last.starts_with("s3-")) last.remove_prefix(3);
  bool is_region = std::count(last.begin(), last.end(), '-') >= 2 && last.back() >= '0' &&
                   last.back() <= '9' && fits_a_host(last);
  return is_region ? std::string(last) : std::string();
}

}  // namespace sparkify::s3
