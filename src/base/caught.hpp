#pragma once

#include <string_view>

#include "base/error.hpp"

namespace sparkify::base {

/// In a catch block of a server, which goes on: what is being handled, for the client who is told.
/// An Error as it is; unavailable when memory ran out, which `who` has; internal, a bug, for
/// others.
Error caught_error(std::string_view who);

}  // namespace sparkify::base
