#pragma once

#include <nlohmann/json.hpp>
#include <string>
#include <string_view>

#include "base/error.hpp"

namespace sparkify::base {

/// JSON for configuration and small documents; never for the data itself (event/reader.hpp).
/// Keys stay in the order of the text.
using Json = nlohmann::ordered_json;
/// Keys are in byte order. For objects of thousands of keys, which Json takes quadratic time to
/// read.
using SortedJson = nlohmann::json;

/// Throws config, with the line and column of `file` where the text stops being JSON.
Json parse_json(std::string_view text, const std::string& file);
SortedJson parse_sorted_json(std::string_view text, const std::string& file);
/// The line and column of the byte at `offset` of a file's text.
Place place_of(std::string_view text, std::size_t offset, const std::string& file);

}  // namespace sparkify::base
