#include "site/random.hpp"

#include <cassert>
#include <numbers>
#include <numeric>

namespace sparkify::site {
namespace {

/// Spreads a number over 64 bits and moves on (Steele, Lea and Flood, 2014).
std::uint64_t split_mix(std::uint64_t& state) {
  std::uint64_t mixed = state += 0x9E3779B97F4A7C15;
  mixed = (mixed ^ (mixed >> 30)) * 0xBF58476D1CE4E5B9;
  mixed = (mixed ^ (mixed >> 27)) * 0x94D049BB133111EB;
  return mixed ^ (mixed >> 31);
}

}  // namespace

Random::Random(std::uint64_t seed, std::uint64_t stream) {
  std::uint64_t state = split_mix(seed) ^ stream;
  for (std::uint64_t& word : state_) word = split_mix(state);
}

double Random::normal() {
  // Box and Muller, one of the two: no state to keep.
  double radius = std::sqrt(-2 * std::log1p(-uniform()));
  return radius * std::cos(2 * std::numbers::pi * uniform());
}

Choice::Choice(std::span<const double> weights) : slots_(weights.size()) {
  double sum = std::accumulate(weights.begin(), weights.end(), 0.0);
  assert(sum > 0);
  std::vector<double> shares;  // 1 is the average
  std::vector<std::uint32_t> small, large;
  for (std::uint32_t i = 0; i < weights.size(); ++i) {
    shares.push_back(weights[i] * static_cast<double>(weights.size()) / sum);
    (shares[i] < 1 ? small : large).push_back(i);
  }
  constexpr double whole = 0x1.0p32;
  while (!small.empty() && !large.empty()) {
    std::uint32_t few = small.back(), many = large.back();
    small.pop_back();
    slots_[few] = {static_cast<std::uint64_t>(shares[few] * whole), many};
    shares[many] -= 1 - shares[few];
    if (shares[many] < 1) {
      large.pop_back();
      small.push_back(many);
    }
  }
  // What is left is 1 but for rounding.
  for (std::uint32_t i : small) slots_[i] = {std::uint64_t{1} << 32, i};
  for (std::uint32_t i : large) slots_[i] = {std::uint64_t{1} << 32, i};
}

}  // namespace sparkify::site
