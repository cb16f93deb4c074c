#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <span>
#include <string_view>

#include "base/object_store.hpp"

namespace fuzz {

/// Ends the program as a finding unless so.
inline void expect(bool is_so) {
  if (!is_so) std::abort();
}

/// Bytes as an object whose reads give at most `most_bytes` each. Borrows them.
class FuzzObject final : public sparkify::base::Object {
 public:
  FuzzObject(std::string_view bytes, std::size_t most_bytes)
      : bytes_(bytes), most_bytes_(most_bytes) {}
  std::size_t read(std::uint64_t offset, std::span<char> buffer) override {
    if (offset >= bytes_.size()) return 0;
    std::size_t count = std::min({buffer.size(), bytes_.size() - offset, most_bytes_});
    std::memcpy(buffer.data(), bytes_.data() + offset, count);
    return count;
  }
  void verify_unchanged() override {}

 private:
  std::string_view bytes_;
  std::size_t most_bytes_;
};

}  // namespace fuzz
