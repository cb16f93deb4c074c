#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace sparkify::functions {

/// to_char of a number: SQL where `@` stands for the value; nullopt for a format that is not known.
/// Digits 9 and 0, group separators, a point, FM, S, MI, PR, $ and L.
/// Source: "Numeric format strings" of Redshift's SQL reference.
std::optional<std::string> number_expression(std::string_view format);

}  // namespace sparkify::functions
