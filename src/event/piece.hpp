#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "base/object_store.hpp"
#include "event/mapping.hpp"

namespace sparkify::event {

/// A stretch of the stored object. Only an uncompressed object with Framing::lines has several.
struct Piece {
  std::uint64_t begin = 0;
  std::uint64_t end = 0;
};
inline constexpr std::uint64_t piece_bytes = 8 << 20;
/// At least one, also for an empty object.
std::vector<Piece> split(std::uint64_t size_bytes, Compression compression, Framing framing);

/// Digests of a stretch of stored bytes, one for each piece_bytes of it (one for an empty
/// stretch), fed in order.
class PieceDigests {
 public:
  PieceDigests();
  ~PieceDigests();
  PieceDigests(PieceDigests&&) noexcept;

  void reset();
  void add(std::span<const char> bytes);
  /// Closes the last digest. To be called once, at the end of the stretch.
  void finish();
  /// 32 hex digits each. Complete after finish().
  const std::vector<std::string>& digests() const { return digests_; }

 private:
  void close();

  struct State;
  std::unique_ptr<State> state_;
  std::uint64_t filled_bytes_ = 0;  ///< of the digest in work
  std::vector<std::string> digests_;
};

/// 128 bits of xxh3 over the stored bytes, taken per piece_bytes and then over these digests, so
/// that pieces may be hashed by different threads.
class ContentHash {
 public:
  /// `digests`: one for each piece_bytes of the object, in order. Returns 32 hex digits.
  static std::string combine(std::span<const std::string> digests);
  /// Reads the whole object. Throws unavailable.
  static std::string of(base::Object& object, std::uint64_t size_bytes);
};

}  // namespace sparkify::event
