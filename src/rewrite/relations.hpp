#pragma once

#include <cstddef>
#include <vector>

#include "rewrite/tokens.hpp"

namespace sparkify::rewrite {

/// Where names of relations stand: behind from, join and the like, and after commas of from.
class RelationScan {
 public:
  explicit RelationScan(const Tokens& tokens) : tokens_(tokens) {}

  /// Token `i` begins the name of a relation. Must be asked for each token in turn.
  bool is_relation(std::size_t i);

 private:
  const Tokens& tokens_;
  std::vector<bool> levels_ = {false};  ///< per open bracket: commas part relations
  bool is_next_ = false;
};

}  // namespace sparkify::rewrite
