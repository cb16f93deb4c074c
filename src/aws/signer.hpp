#pragma once

#include <chrono>
#include <string>
#include <string_view>

#include "aws/credentials.hpp"
#include "net/http.hpp"

namespace sparkify::aws {

/// What a signature is for.
struct SigningScope {
  std::string region;   ///< `us-west-2`
  std::string service;  ///< `s3`, `sts`, `redshift`
  /// Whether `//`, `/./` and `/../` are resolved before signing; never for S3, whose keys may hold
  /// them.
  bool normalises_path = true;
};

using SigningTime = std::chrono::system_clock::time_point;

/// Adds what AWS Signature Version 4 asks for to a request whose URL, headers and body are final:
/// Host, X-Amz-Date, X-Amz-Security-Token, for S3 X-Amz-Content-Sha256, and Authorization. All
/// headers that it holds are signed. A request that was signed before may be signed again.
///
/// The body's hash is that of X-Amz-Content-Sha256 where the request holds it: a known hash, or
/// UNSIGNED-PAYLOAD.
/// S3's path is taken as it stands on the wire, that of other services is encoded once more.
/// Source: "Signature Version 4 signing process" of the AWS General Reference.
void sign(net::HttpRequest& request, const Credentials& credentials, const SigningScope& scope,
          SigningTime now = std::chrono::system_clock::now());

/// The URL of a request that anyone may send until `lifetime` has passed, with the headers that
/// `request` holds. S3's bodies are not signed.
std::string presign(const net::HttpRequest& request, const Credentials& credentials,
                    const SigningScope& scope, std::chrono::seconds lifetime,
                    SigningTime now = std::chrono::system_clock::now());

/// Percent-encodes all bytes but letters, digits and `-._~`, as paths and queries must be that are
/// signed.
std::string uri_encode(std::string_view text, bool keeps_slashes = false);

/// Lower-case hex.
std::string sha256_hex(std::string_view bytes);

}  // namespace sparkify::aws
