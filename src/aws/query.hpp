#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace sparkify::aws {

/// The fields of a request of AWS's query protocol, in order.
using Form = std::vector<std::pair<std::string, std::string>>;

/// As a body of application/x-www-form-urlencoded.
std::string write_form(const Form& form);

/// What a server says, as it may be shown: without line breaks and in moderate length.
std::string printable_words(std::string_view words);

}  // namespace sparkify::aws
