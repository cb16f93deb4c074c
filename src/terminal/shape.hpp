#pragma once

#include <span>
#include <string>

namespace sparkify::terminal {

/// A bar for `value`, `width` columns long for `most`, to an eighth of a column. Light blocks stand
/// for a value below zero. Nothing for NaN, or when `most` is not above zero.
std::string bar(double value, double most, std::size_t width);

/// One character a value, from the least to the greatest; a blank for NaN.
std::string sparkline(std::span<const double> values);

}  // namespace sparkify::terminal
