#pragma once

#include <cstddef>
#include <memory>

namespace sparkify::s3 {

/// Memory for what is fetched. Whole blocks are used again, for touching fresh memory costs more
/// than copying.
///
/// Memory: as many blocks as were ever lent at once; anything smaller only while it is lent.
/// Threads: all members from any.
class Buffers {
 public:
  explicit Buffers(std::size_t block_bytes);

  /// `size_bytes` of it, not cleared. May outlive this.
  std::shared_ptr<char[]> take(std::size_t size_bytes);

 private:
  struct Spare;
  std::size_t block_bytes_;
  std::shared_ptr<Spare> spare_;
};

}  // namespace sparkify::s3
