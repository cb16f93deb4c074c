#pragma once

#include <string_view>

namespace sparkify::aws {

/// What hosts of AWS in a region end with: `amazonaws.com`, but in China and the other partitions.
/// Source: partitions.json of AWS's SDKs.
std::string_view dns_suffix(std::string_view region);

}  // namespace sparkify::aws
