#pragma once

#include <cmath>
#include <cstdint>
#include <span>
#include <vector>

namespace sparkify::site {

/// A stream of random numbers: xoshiro256++ (Blackman and Vigna, 2019), begun by splitmix64.
/// Streams of one seed are independent of one another; each draws the same numbers every time.
/// Threads: one stream per thread.
class Random {
 public:
  Random() : Random(0, 0) {}
  Random(std::uint64_t seed, std::uint64_t stream);

  std::uint64_t next() {
    std::uint64_t sum = state_[0] + state_[3];
    std::uint64_t result = rotate_left(sum, 23) + state_[0];
    std::uint64_t shifted = state_[1] << 17;
    state_[2] ^= state_[0];
    state_[3] ^= state_[1];
    state_[1] ^= state_[2];
    state_[0] ^= state_[3];
    state_[2] ^= shifted;
    state_[3] = rotate_left(state_[3], 45);
    return result;
  }
  /// In [0, 1).
  double uniform() { return static_cast<double>(next() >> 11) * 0x1.0p-53; }
  /// In [0, bound); `bound` is at least 1.
  std::uint32_t below(std::uint32_t bound) {
    return static_cast<std::uint32_t>(((next() >> 32) * bound) >> 32);
  }
  bool chance(double probability) { return uniform() < probability; }
  double exponential(double mean) { return -mean * std::log1p(-uniform()); }
  /// Mean 0, standard deviation 1.
  double normal();
  /// exp(N(mu, sigma)) with mu such that the mean is `mean`.
  double lognormal(double mean, double sigma) {
    return mean * std::exp(sigma * normal() - sigma * sigma / 2);
  }

 private:
  static constexpr std::uint64_t rotate_left(std::uint64_t value, int bits) {
    return (value << bits) | (value >> (64 - bits));
  }

  std::uint64_t state_[4];
};

/// Draws an index with probability proportional to its weight, in constant time: the alias method
/// (Walker 1977, in Vose's form).
class Choice {
 public:
  Choice() = default;
  /// Weights are finite, not negative, and not all 0.
  explicit Choice(std::span<const double> weights);

  std::uint32_t draw(Random& random) const {
    std::uint64_t bits = random.next();
    auto slot = static_cast<std::uint32_t>(((bits >> 32) * slots_.size()) >> 32);
    const Slot& found = slots_[slot];
    return static_cast<std::uint32_t>(bits) < found.threshold ? slot : found.alias;
  }
  std::size_t size() const { return slots_.size(); }

 private:
  struct Slot {
    std::uint64_t threshold;  ///< of 2^32: below it the slot itself is drawn
    std::uint32_t alias;
  };
  std::vector<Slot> slots_;
};

}  // namespace sparkify::site
