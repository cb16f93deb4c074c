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
};

using SigningTime = std::chrono::system_clock::time_point;

/// Adds what AWS Signature Version 4 asks for to a request whose URL, headers and body are final:
/// Host, X-Amz-Date, X-Amz-Security-Token, for S3 X-Amz-Content-Sha256, and Authorization. All
/// headers that it holds are signed.
/// S3's path is taken as it stands; that of other services is normalised and encoded twice.
/// Source: "Signature Version 4 signing process" of the AWS General Reference.
void sign(net::HttpRequest& request, const Credentials& credentials, const SigningScope& scope,
          SigningTime now = std::chrono::system_clock::now());

/// The URL of a request that anyone may send until `lifetime` has passed; its body is not signed.
std::string presign(const net::HttpRequest& request, const Credentials& credentials,
                    const SigningScope& scope, std::chrono::seconds lifetime,
                    SigningTime now = std::chrono::system_clock::now());

}  // namespace sparkify::aws
