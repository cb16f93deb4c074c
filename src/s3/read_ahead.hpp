#pragma once

#include <cstddef>
#include <memory>
#include <span>

#include "base/object_store.hpp"
#include "s3/client.hpp"

namespace sparkify::s3 {

/// Fetches objects before they are read, small ones whole and others in blocks.
///
/// What is expected is fetched in that order as far as the budget goes. A reader whose block is
/// not there yet has it fetched at once, budget or not, before all else; so readers never wait for
/// each other. A block that was read to its end is let go, but for what its neighbours' readers
/// still need: its last byte, and its first 64 KiB until two readers saw them begin.
///
/// Lengths, ranges and ETags of all responses are checked; of an object in one block the checksum
/// too, whichever the server names; of others the CRC, put together from the blocks' when the last
/// one was read.
///
/// Memory: the budget, + max(16, 2 x processors) x 8 MiB at most for what was fetched outside of
/// it, + 4 MiB; about 250 bytes for each object expected.
/// Threads: all members from any thread, so are the objects'.
class ReadAhead {
 public:
  static constexpr std::size_t block_bytes = 8 << 20;

  /// Borrows `client`, which ends its calls before this is gone.
  ReadAhead(Client& client, std::size_t connections, std::size_t budget_bytes);
  ~ReadAhead();

  void expect(std::span<const base::ObjectEntry> entries);
  /// Asks no server yet.
  std::unique_ptr<base::Object> open(const base::ObjectEntry& entry);

 private:
  class Body;
  class Opened;
  std::shared_ptr<Body> body_;
};

}  // namespace sparkify::s3
