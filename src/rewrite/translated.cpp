#include "rewrite/translated.hpp"

#include <algorithm>
#include <iterator>

namespace sparkify::rewrite {

std::size_t Translated::origin(std::size_t offset) const {
  auto next =
      std::upper_bound(stretches.begin(), stretches.end(), offset,
                       [](std::size_t at, const Stretch& stretch) { return at < stretch.offset; });
  if (next == stretches.begin()) return offset;
  const Stretch& stretch = *std::prev(next);
  return stretch.is_copied ? stretch.origin + (offset - stretch.offset) : stretch.origin;
}

}  // namespace sparkify::rewrite
