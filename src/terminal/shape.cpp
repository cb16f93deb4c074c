#include "terminal/shape.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <string_view>

namespace sparkify::terminal {
namespace {

constexpr std::array<std::string_view, 8> parts = {"",       "\u258F", "\u258E", "\u258D",
                                                   "\u258C", "\u258B", "\u258A", "\u2589"};
constexpr std::array<std::string_view, 8> heights = {"\u2581", "\u2582", "\u2583", "\u2584",
                                                     "\u2585", "\u2586", "\u2587", "\u2588"};

}  // namespace

std::string bar(double value, double most, std::size_t width) {
  if (!std::isfinite(value) || !std::isfinite(most) || most <= 0) return {};
  double share = std::min(std::abs(value) / most, 1.0);
  auto eighths = static_cast<std::size_t>(std::lround(share * static_cast<double>(width) * 8));
  std::string text;
  if (value < 0) {
    for (std::size_t i = 0; i < (eighths + 7) / 8; ++i) text += "\u2591";
    return text;
  }
  for (std::size_t i = 0; i < eighths / 8; ++i) text += "\u2588";
  return text.append(parts[eighths % 8]);
}

std::string sparkline(std::span<const double> values) {
  double least = std::numeric_limits<double>::infinity(), most = -least;
  for (double value : values) {
    if (!std::isfinite(value)) continue;
    least = std::min(least, value);
    most = std::max(most, value);
  }
  std::string text;
  for (double value : values) {
    double share = most > least ? (value - least) / (most - least) : 0.5;
    text += std::isfinite(value) ? heights[static_cast<std::size_t>(std::lround(share * 7))] : " ";
  }
  return text;
}

}  // namespace sparkify::terminal
