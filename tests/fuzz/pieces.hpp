#pragma once

#include <algorithm>
#include <cstddef>
#include <span>
#include <string_view>

#include "net/stream.hpp"

/// Gives the input of a fuzz target in pieces, as a network does.
class Pieces : public sparkify::net::Stream {
 public:
  explicit Pieces(std::string_view bytes) : bytes_(bytes) {}
  std::size_t read(std::span<char> buffer, Patience) override {
    std::size_t count =
        std::min({buffer.size(), bytes_.size(), std::size_t{7} + bytes_.size() / 3});
    std::copy_n(bytes_.data(), count, buffer.data());
    bytes_.remove_prefix(count);
    return count;
  }
  void write(std::string_view, Patience) override {}

 private:
  std::string_view bytes_;
};
