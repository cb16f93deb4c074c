#pragma once

#include <string_view>

namespace sparkify::net {

/// Whether two secrets are equal, in a time that does not tell where they differ.
bool is_same(std::string_view left, std::string_view right);

}  // namespace sparkify::net
