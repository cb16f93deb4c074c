#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "base/object_store.hpp"
#include "event/mapping.hpp"
#include "event/piece.hpp"

namespace sparkify::event {

/// A compressed stream, step by step. Members (gzip), frames (zstd) or streams (bzip2) that follow
/// one another are one text; nothing else may follow.
/// Memory: gzip 90 KiB; bzip2 4 MB; zstd the stream's window, at most 128 MiB.
class Inflater {
 public:
  /// `compression`: any but none.
  static std::unique_ptr<Inflater> create(Compression compression);
  virtual ~Inflater() = default;

  /// Forgets all; the next step begins a stream.
  virtual void reset() = 0;

  struct Step {
    std::size_t consumed_bytes = 0;
    std::size_t produced_bytes = 0;
    const char* problem = nullptr;  ///< in words, when the stream is broken
  };
  virtual Step run(std::span<const char> input, std::span<char> output) = 0;

  /// True where the stream may end: after a whole member.
  virtual bool may_end() const = 0;

 protected:
  /// What the libraries take in one call.
  static std::uint32_t at_most(std::size_t size) {
    return static_cast<std::uint32_t>(
        std::min<std::size_t>(size, std::numeric_limits<std::uint32_t>::max()));
  }
};

/// The uncompressed bytes of a piece in order, and digests of its stored bytes.
///
/// An uncompressed piece begins one byte early (at its begin - 1, except at 0), so that the caller
/// sees whether a line begins with it, and goes on behind its end to the end of the object.
class Input {
 public:
  void reset(base::Object& object, const base::ObjectEntry& entry, Compression compression,
             Piece piece);

  /// Up to buffer.size() bytes; 0 at the end only. Throws unavailable, bad_data.
  std::size_t read(std::span<char> buffer);
  /// Nothing more will come.
  bool is_at_end() const { return is_at_end_; }

  /// Position in the uncompressed text of the first byte that read() gave.
  std::uint64_t first_byte() const { return first_byte_; }
  /// The bytes still to come from the piece and a little behind it, for the rest of its last line.
  /// Exact for an uncompressed object; else a guess that is 0 only at the end.
  std::size_t expected_bytes() const;

  std::uint64_t bytes_read() const;
  const std::vector<std::string>& digests() const { return digests_.digests(); }

 private:
  std::size_t read_stored(std::span<char> buffer);
  std::size_t inflate(std::span<char> buffer);
  void end();
  [[noreturn]] void fail(const std::string& what) const;

  base::Object* object_ = nullptr;
  std::string path_;
  std::uint64_t size_bytes_ = 0;
  Compression compression_ = Compression::none;
  Piece piece_;
  std::uint64_t first_byte_ = 0;
  std::uint64_t position_ = 0;  ///< in the stored object
  bool is_at_end_ = false;
  bool is_hashed_ = false;  ///< digests are complete
  PieceDigests digests_;

  std::array<std::unique_ptr<Inflater>, 4> inflaters_;  ///< by compression, made when first needed
  Inflater* inflater_ = nullptr;                        ///< one of them, or none
  std::unique_ptr<char[]> stored_;                      ///< compressed bytes not yet inflated
  std::size_t stored_begin_ = 0, stored_end_ = 0;
};

}  // namespace sparkify::event
