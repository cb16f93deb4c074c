#pragma once

#include <string>
#include <string_view>

#include "base/error.hpp"
#include "net/http.hpp"
#include "s3/xml.hpp"

namespace sparkify::s3 {

/// What a request is about, for messages.
struct Subject {
  std::string_view action;  ///< the permission it takes: `s3:GetObject`
  std::string bucket;
  std::string key;   ///< or the prefix of a listing
  std::string path;  ///< as the user would type it
};

/// Who asked, and where.
struct Asker {
  std::string credentials_origin;  ///< empty: the request went unsigned
  std::string access_key_id;
  std::string endpoint;  ///< `Amazon S3`, or a URL
  std::string region;
};

/// What a response that is no success means, in words: which permission on what is missing for
/// whom, what is not there, whose clock is wrong. Kinds: denied, not_found, unavailable, bad_data.
base::Error explain(const Subject& subject, const net::HttpResponse& response,
                    const ErrorBody& body, const Asker& asker);

/// An object is no longer what was listed.
base::Error changed(const Subject& subject);

/// Whether the same request may succeed in a while.
bool may_pass(int status, std::string_view code);
/// Whether credentials are past their time.
bool is_expired(std::string_view code);
/// The region that a refusal names as the bucket's; empty when it names none.
std::string region_named(const net::HttpResponse& response, const ErrorBody& body);

}  // namespace sparkify::s3
