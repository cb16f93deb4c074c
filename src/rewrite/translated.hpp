#pragma once

#include <cstddef>
#include <string>
#include <vector>

namespace sparkify::rewrite {

/// A statement for another engine, and the way back to the text it came from.
struct Translated {
  /// Empty: the statement was understood and there is nothing to run.
  std::string text;
  struct Stretch {
    std::size_t offset = 0;  ///< in `text`, growing
    std::size_t origin = 0;  ///< in the original statement
    bool is_copied = true;   ///< byte for byte; else all of it stands for the byte at `origin`
  };
  std::vector<Stretch> stretches;  ///< empty: `text` is the original
  /// What was accepted and has no effect here, one sentence each.
  std::vector<std::string> notices;

  /// The offset in the original statement that the byte at `offset` of `text` came from; for bytes
  /// a rewrite put in, the start of what it replaced.
  std::size_t origin(std::size_t offset) const;
};

}  // namespace sparkify::rewrite
