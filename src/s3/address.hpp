#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace sparkify::s3 {

/// How a bucket stands in a URL: `https://BUCKET.s3...` or `https://s3.../BUCKET`.
enum class Addressing {
  automatic,  ///< path at an endpoint of one's own or where the name does not fit a certificate
  path,
  host,
};

/// Whether a path is of S3: `s3://`, `s3a://`, `s3n://`, in any case.
bool is_s3_path(std::string_view path);

/// `s3://bucket/key` taken apart. The key stands for itself: no escapes, no dots that mean
/// anything, any number of slashes.
struct Location {
  std::string scheme;  ///< with `://`, as typed
  std::string bucket;
  std::string key;  ///< may be empty, may begin with a slash

  /// As the user would type it.
  std::string path_of(std::string_view other_key) const;
  std::string path() const { return path_of(key); }
};

/// Throws usage when that is no path of S3.
Location locate(std::string_view path);

/// As listings encode keys: `+` becomes a space, %XX its byte; what is no escape stands.
std::string percent_decode(std::string_view text);

using Query = std::vector<std::pair<std::string, std::string>>;

/// Where requests go. Source: "Virtual hosting of buckets" and "Amazon S3 endpoints and quotas".
class Endpoint {
 public:
  /// `url`: http:// or https://, host, port and possibly a path; empty: AWS's.
  /// Throws config when it is no such thing.
  Endpoint(std::string url, Addressing addressing);

  bool is_amazon() const { return url_.empty(); }
  /// What a person knows it as: the URL, or `Amazon S3`.
  std::string name() const { return is_amazon() ? "Amazon S3" : url_; }
  /// `query` unencoded, in any order. An empty `bucket` or `key` is left out.
  std::string url(std::string_view region, std::string_view bucket, std::string_view key,
                  Query query) const;

 private:
  std::string url_;  ///< without slashes at its end
  Addressing addressing_;
};

/// Of a host name of AWS such as `music.s3.eu-west-1.amazonaws.com`; empty when there is none.
std::string region_of_host(std::string_view host);

}  // namespace sparkify::s3
