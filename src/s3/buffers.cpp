#include "s3/buffers.hpp"

#include <sys/mman.h>

#include <mutex>
#include <new>
#include <utility>
#include <vector>

namespace sparkify::s3 {
namespace {

constexpr std::align_val_t huge_page{2 << 20};

struct Free {
  void operator()(char* bytes) const { ::operator delete[](bytes, huge_page); }
};
using Buffer = std::unique_ptr<char, Free>;

/// In huge pages where there are some: they are touched in a fraction of the time.
Buffer allocate(std::size_t size_bytes) {
  Buffer bytes(static_cast<char*>(::operator new[](size_bytes, huge_page)));
  ::madvise(bytes.get(), size_bytes, MADV_HUGEPAGE);
  return bytes;
}

}  // namespace

struct Buffers::Spare {
  std::mutex mutex;
  std::vector<Buffer> buffers;
};

Buffers::Buffers(std::size_t block_bytes)
    : block_bytes_(block_bytes), spare_(std::make_shared<Spare>()) {}

std::shared_ptr<char[]> Buffers::take(std::size_t size_bytes) {
  if (size_bytes != block_bytes_) return std::make_shared_for_overwrite<char[]>(size_bytes);
  Buffer bytes;
  {
    std::lock_guard lock(spare_->mutex);
    if (!spare_->buffers.empty()) {
      bytes = std::move(spare_->buffers.back());
      spare_->buffers.pop_back();
    }
  }
  if (!bytes) bytes = allocate(block_bytes_);
  return {bytes.release(), [spare = spare_](char* used) {
            std::lock_guard lock(spare->mutex);
            spare->buffers.emplace_back(used);
          }};
}

}  // namespace sparkify::s3
