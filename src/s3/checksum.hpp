#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "net/http.hpp"

namespace sparkify::s3 {

/// The checksums that S3 keeps of objects. Source: "Checking object integrity in Amazon S3".
enum class ChecksumKind { crc32c, crc32, crc64nvme, sha1, sha256 };

/// `x-amz-checksum-crc32c`.
std::string_view header_of(ChecksumKind kind);

/// A checksum of an object's bytes, as headers carry it.
struct Checksum {
  ChecksumKind kind = ChecksumKind::crc32c;
  std::string base64;
};

/// What a response says of the whole object; the cheapest if it says several things. Nothing for
/// checksums of checksums, as uploads in parts may have: they say nothing about the bytes.
std::optional<Checksum> find_checksum(std::span<const net::Header> headers);

Checksum checksum_of(ChecksumKind kind, std::string_view bytes);

/// CRCs of neighbours make the CRC of both.
bool is_crc(ChecksumKind kind);
/// Of a kind that is_crc().
std::uint64_t crc_of(ChecksumKind kind, std::string_view bytes);
std::uint64_t combine_crc(ChecksumKind kind, std::uint64_t first, std::uint64_t second,
                          std::uint64_t second_bytes);
Checksum checksum_of_crc(ChecksumKind kind, std::uint64_t crc);

}  // namespace sparkify::s3
