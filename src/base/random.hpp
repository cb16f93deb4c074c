#pragma once

#include <cstdint>
#include <string>

namespace sparkify::base {

/// From the system: nobody guesses it. Throws unavailable.
std::uint64_t random_number();
/// 128 bits of it, as 32 hexadecimal digits: a secret to be known by. Throws unavailable.
std::string random_key();

}  // namespace sparkify::base
