#pragma once

#include <cstdint>

namespace sparkify::base {

/// From the system: nobody guesses it. Throws unavailable.
std::uint64_t random_number();

}  // namespace sparkify::base
