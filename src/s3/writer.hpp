#pragma once

#include <memory>
#include <string_view>

#include "base/object_store.hpp"
#include "s3/address.hpp"
#include "s3/client.hpp"

namespace sparkify::s3 {

/// An object in the making: one PUT when it is at most 8 MiB, else an upload in parts, several at
/// once. Parts grow with their number, so that 10,000 hold 5 TB. Each goes with its CRC32C, the
/// object with that of the whole where the server takes one.
///
/// Destroyed before finish(), after a failure, and after Client::interrupt() too, it ends the
/// upload: no parts stay behind unless the server cannot be reached any more.
///
/// Memory: one part in work, and 64 MiB under way, or one part if that is more.
/// Lifetime: borrows `client`.
std::unique_ptr<base::ObjectWriter> make_writer(Client& client, std::string_view path);

/// Of the part with this number, counted from 0.
std::size_t part_bytes(std::size_t number);

}  // namespace sparkify::s3
