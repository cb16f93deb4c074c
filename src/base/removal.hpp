#pragma once

#include <span>

#include "base/object_store.hpp"

namespace sparkify::base {

/// What an ObjectStore may be able to do besides: nothing but UNLOAD's CLEANPATH asks for it, so
/// that stores that are only read or added to need not.
class Removal {
 public:
  virtual ~Removal() = default;
  /// Afterwards none of these is there, whether they were before or not. When it throws, some of
  /// them may be gone. Throws denied, unavailable, interrupted.
  virtual void remove(std::span<const ObjectEntry> entries) = 0;
};

}  // namespace sparkify::base
