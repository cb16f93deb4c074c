#pragma once

#include <cstdint>
#include <optional>
#include <span>

#include "base/object_store.hpp"
#include "s3/checksum.hpp"
#include "s3/client.hpp"

namespace sparkify::s3 {

/// An object as it was listed, and how requests name it.
struct Listed {
  explicit Listed(base::ObjectEntry listed);

  base::ObjectEntry entry;  ///< its version is the ETag, without quotes
  Subject subject;          ///< s3:GetObject
};

/// GET of all of it into `into`, which has its size. The call ends well only with these bytes,
/// that ETag and, where the server names one, that checksum. Borrows `listed`.
Call fetch_whole(const Listed& listed, std::span<char> into);
/// GET of the bytes from `begin` on. Borrows `listed`.
Call fetch_range(const Listed& listed, std::uint64_t begin, std::span<char> into);
/// HEAD, for the checksum of the whole, which S3 does not tell of ranges. Borrows `listed`.
Call ask_checksum(const Listed& listed);

/// Bytes that came are not those of the checksum.
base::Error wrong_checksum(const Listed& listed, const Checksum& expected, const Checksum& found);

}  // namespace sparkify::s3
