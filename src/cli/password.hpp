#pragma once

#include <optional>
#include <string>

#include "terminal/interrupts.hpp"

namespace sparkify::cli {

/// A password from a file, from a terminal without echo and twice, or else the first line of
/// standard input. A line's end does not belong to it.
/// Throws usage (the two differ), not_found, denied, unavailable.
std::string read_password(const std::optional<std::string>& file, terminal::Interrupts& interrupts);

}  // namespace sparkify::cli
