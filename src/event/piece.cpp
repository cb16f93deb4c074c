#define XXH_INLINE_ALL
#include "event/piece.hpp"

#include <fmt/format.h>
#include <xxhash.h>

#include <algorithm>

#include "base/error.hpp"

namespace sparkify::event {
namespace {

std::string to_hex(XXH128_hash_t hash) {
  return fmt::format("{:016x}{:016x}", hash.high64, hash.low64);
}

}  // namespace

struct PieceDigests::State {
  XXH3_state_t hash;
};

PieceDigests::PieceDigests() : state_(std::make_unique<State>()) { reset(); }
PieceDigests::~PieceDigests() = default;
PieceDigests::PieceDigests(PieceDigests&&) noexcept = default;

void PieceDigests::reset() {
  digests_.clear();
  filled_bytes_ = 0;
  XXH3_128bits_reset(&state_->hash);
}

void PieceDigests::add(std::span<const char> bytes) {
  while (!bytes.empty()) {
    // A full digest is closed only when more follows: a stretch of whole pieces has no empty one.
    if (filled_bytes_ == piece_bytes) close();
    auto count = std::min<std::uint64_t>(bytes.size(), piece_bytes - filled_bytes_);
    XXH3_128bits_update(&state_->hash, bytes.data(), static_cast<std::size_t>(count));
    filled_bytes_ += count;
    bytes = bytes.subspan(static_cast<std::size_t>(count));
  }
}

void PieceDigests::finish() { close(); }

void PieceDigests::close() {
  digests_.push_back(to_hex(XXH3_128bits_digest(&state_->hash)));
  XXH3_128bits_reset(&state_->hash);
  filled_bytes_ = 0;
}

std::vector<Piece> split(std::uint64_t size_bytes, Compression compression, Framing framing) {
  if (compression != Compression::none || framing != Framing::lines) return {{0, size_bytes}};
  std::vector<Piece> pieces;
  std::uint64_t begin = 0;
  do {
    std::uint64_t end = std::min(size_bytes, begin + piece_bytes);
    pieces.push_back({begin, end});
    begin = end;
  } while (begin < size_bytes);
  return pieces;
}

std::string ContentHash::combine(std::span<const std::string> digests) {
  XXH3_state_t state;
  XXH3_128bits_reset(&state);
  for (const std::string& digest : digests) {
    XXH3_128bits_update(&state, digest.data(), digest.size());
  }
  return to_hex(XXH3_128bits_digest(&state));
}

std::string ContentHash::of(base::Object& object, std::uint64_t size_bytes) {
  constexpr std::size_t block_bytes = 1 << 20;
  auto buffer = std::make_unique_for_overwrite<char[]>(
      static_cast<std::size_t>(std::min<std::uint64_t>(block_bytes, size_bytes)));
  PieceDigests digests;
  for (std::uint64_t offset = 0; offset < size_bytes;) {
    auto left = std::min<std::uint64_t>(block_bytes, size_bytes - offset);
    auto count = static_cast<std::size_t>(left);
    std::size_t got = object.read(offset, {buffer.get(), count});
    if (got == 0) {
      throw base::Error(base::ErrorKind::unavailable,
                        fmt::format("object ends at byte {} of {}", offset, size_bytes))
          .hint("load again when nothing writes to it");
    }
    digests.add({buffer.get(), got});
    offset += got;
  }
  digests.finish();
  return combine(digests.digests());
}

}  // namespace sparkify::event
