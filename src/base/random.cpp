#include "base/random.hpp"

#include <fmt/format.h>
#include <sys/random.h>

#include <cerrno>

#include "base/error.hpp"

namespace sparkify::base {

std::uint64_t random_number() {
  std::uint64_t number = 0;
  if (::getrandom(&number, sizeof number, 0) != sizeof number) {
    throw system_error(errno, "get", "random numbers");
  }
  return number;
}

std::string random_key() { return fmt::format("{:016x}{:016x}", random_number(), random_number()); }

}  // namespace sparkify::base
