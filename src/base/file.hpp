#pragma once

#include <string>

namespace sparkify::base {

/// The whole of a file, a pipe or (path `-`) standard input.
/// Throws not_found, denied, unavailable.
std::string read_file(const std::string& path);

}  // namespace sparkify::base
