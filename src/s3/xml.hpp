#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace sparkify::s3 {

/// One page of ListObjectsV2.
struct ListPage {
  struct Object {
    std::string key;
    std::string etag;  ///< without quotes
    std::uint64_t size_bytes = 0;
  };
  std::vector<Object> objects;
  bool is_truncated = false;
  std::string next_token;  ///< never empty when truncated
};

/// What a refusal says. Texts are empty where it says nothing; `code` is empty when the body is no
/// error of S3's.
struct ErrorBody {
  std::string code, message, region, endpoint, request_id, server_time, storage_class;
};

/// Throws bad_data: cut short, not XML, not a listing, or one that contradicts itself.
ListPage parse_list_page(std::string_view xml);
/// Whether a text may have been the beginning of an answer of S3's: XML without an end.
bool looks_cut_short(std::string_view xml);
/// Never throws.
ErrorBody parse_error(std::string_view xml);
/// Of CreateMultipartUpload's answer. Throws bad_data.
std::string parse_upload_id(std::string_view xml);
/// CompleteMultipartUpload's answer is a whole one of its kind. Throws bad_data.
void check_completed(std::string_view xml);

/// A part that was stored.
struct UploadedPart {
  std::string etag;      ///< as S3 gave it, with its quotes
  std::string checksum;  ///< base64 of CRC32C
};
/// The body of CompleteMultipartUpload.
std::string write_parts(const std::vector<UploadedPart>& parts);

}  // namespace sparkify::s3
