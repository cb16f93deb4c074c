#pragma once

#include <cstddef>
#include <memory>
#include <span>

#include "event/mapping.hpp"

namespace sparkify::event {

/// A compressed stream, step by step. Members (gzip) or frames (zstd) that follow one another are
/// one text; nothing else may follow.
/// Memory: gzip 90 KiB; zstd the stream's window, at most 128 MiB.
class Inflater {
 public:
  /// `compression`: gzip or zstd.
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
};

}  // namespace sparkify::event
