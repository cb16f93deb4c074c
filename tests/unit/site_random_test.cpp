#include "site/random.hpp"

#include <gtest/gtest.h>

#include <array>
#include <cmath>
#include <functional>
#include <numeric>
#include <vector>

namespace sparkify::site {
namespace {

struct Moments {
  double mean = 0, deviation = 0;
};

Moments moments(const std::function<double()>& draw, int count) {
  double sum = 0, squares = 0;
  for (int i = 0; i < count; ++i) {
    double value = draw();
    sum += value;
    squares += value * value;
  }
  double mean = sum / count;
  return {mean, std::sqrt(squares / count - mean * mean)};
}

constexpr int draw_count = 400'000;
/// Five standard errors of a mean over draw_count values.
double tolerance(double deviation) { return 5 * deviation / std::sqrt(draw_count); }

TEST(Random, DrawsWhatTheAlgorithmsAuthorsDescribe) {
  // From another implementation of splitmix64 and xoshiro256++.
  using Words = std::array<std::uint64_t, 3>;
  auto draw = [](std::uint64_t seed, std::uint64_t stream) {
    Random random(seed, stream);
    return Words{random.next(), random.next(), random.next()};
  };
  EXPECT_EQ(draw(0, 0), (Words{0x84f09bf307c1073a, 0xc82ffb597ceee51b, 0xadf96905c5df4417}));
  EXPECT_EQ(draw(42, 7), (Words{0x2f5123ea624002b9, 0xa363774976f2640e, 0xd90d5796f8344ca8}));
  EXPECT_EQ(draw(42, std::uint64_t{1} << 62),
            (Words{0x24dd06fbdfbdeea0, 0xd07869d513710376, 0x82da05de709a145a}));
}

TEST(Random, StreamsOfOneSeedAreNotCorrelated) {
  for (std::uint64_t stream : {1u, 2u, 1000u}) {
    Random left(3, 0), right(3, stream);
    Moments product =
        moments([&] { return (left.uniform() - 0.5) * (right.uniform() - 0.5); }, draw_count);
    EXPECT_NEAR(product.mean, 0, tolerance(1.0 / 12)) << stream;
  }
}

TEST(Random, UniformFillsTheUnitInterval) {
  Random random(1, 1);
  double least = 1, greatest = 0;
  Moments found = moments(
      [&] {
        double value = random.uniform();
        least = std::min(least, value);
        greatest = std::max(greatest, value);
        return value;
      },
      draw_count);
  double deviation = std::sqrt(1.0 / 12);
  EXPECT_NEAR(found.mean, 0.5, tolerance(deviation));
  EXPECT_NEAR(found.deviation, deviation, 0.01 * deviation);
  EXPECT_GE(least, 0);
  EXPECT_LT(least, 1e-4);
  EXPECT_LT(greatest, 1);
  EXPECT_GT(greatest, 1 - 1e-4);
}

TEST(Random, ExponentialHasItsMeanAndAnEqualDeviation) {
  Random random(1, 2);
  Moments found = moments([&] { return random.exponential(60); }, draw_count);
  EXPECT_NEAR(found.mean, 60, tolerance(60));
  EXPECT_NEAR(found.deviation, 60, 0.01 * 60);
}

TEST(Random, NormalHasMeanZeroAndDeviationOne) {
  Random random(1, 3);
  int within_one = 0;
  Moments found = moments(
      [&] {
        double value = random.normal();
        within_one += std::abs(value) < 1;
        return value;
      },
      draw_count);
  EXPECT_NEAR(found.mean, 0, tolerance(1));
  EXPECT_NEAR(found.deviation, 1, 0.01);
  EXPECT_NEAR(within_one / double{draw_count}, 0.6827, tolerance(0.4655));
}

TEST(Random, LognormalHasItsMean) {
  Random random(1, 4);
  double sigma = 0.4, deviation = 230 * std::sqrt(std::exp(sigma * sigma) - 1);
  Moments found = moments([&] { return random.lognormal(230, sigma); }, draw_count);
  EXPECT_NEAR(found.mean, 230, tolerance(deviation));
  EXPECT_NEAR(found.deviation, deviation, 0.02 * deviation);
}

/// Pearson's statistic of draws against what the weights promise.
double chi_square(const std::vector<std::uint32_t>& counts, const std::vector<double>& weights) {
  double weight_sum = std::accumulate(weights.begin(), weights.end(), 0.0), statistic = 0;
  for (std::size_t i = 0; i < weights.size(); ++i) {
    double expected = draw_count * weights[i] / weight_sum;
    if (expected > 0) statistic += (counts[i] - expected) * (counts[i] - expected) / expected;
  }
  return statistic;
}

/// Five standard deviations above the mean of a chi-square variable.
double chi_square_bound(std::size_t freedom) {
  auto degrees = static_cast<double>(freedom);
  return degrees + 5 * std::sqrt(2 * degrees);
}

TEST(Random, BelowDrawsEachNumberAlike) {
  for (std::uint32_t bound : {1u, 2u, 7u, 1000u}) {
    Random random(5, bound);
    std::vector<std::uint32_t> counts(bound);
    for (int i = 0; i < draw_count; ++i) ++counts.at(random.below(bound));
    EXPECT_LE(chi_square(counts, std::vector<double>(bound, 1)), chi_square_bound(bound - 1));
  }
}

std::vector<std::uint32_t> draw_all(const std::vector<double>& weights, std::uint64_t seed) {
  Choice choice(weights);
  Random random(seed, 0);
  std::vector<std::uint32_t> counts(weights.size());
  for (int i = 0; i < draw_count; ++i) ++counts.at(choice.draw(random));
  return counts;
}

TEST(Choice, DrawsInProportionToTheWeights) {
  std::vector<std::vector<double>> cases = {
      {1, 1}, {1, 2, 3, 4}, {0.9, 0.05, 0.05}, {1e-3, 1, 1e3}, {5, 0, 1, 0, 0, 2}};
  std::vector<double> tail;
  for (int rank = 1; rank <= 500; ++rank) tail.push_back(1.0 / (rank + 10));
  cases.push_back(tail);
  std::uint64_t seed = 11;
  for (const auto& weights : cases) {
    auto counts = draw_all(weights, ++seed);
    EXPECT_LE(chi_square(counts, weights), chi_square_bound(weights.size() - 1)) << seed;
  }
}

TEST(Choice, WeightsNeedNotAddUpToOne) {
  EXPECT_EQ(draw_all({1, 2, 5}, 4), draw_all({100, 200, 500}, 4));
}

TEST(Choice, OneWeightIsAlwaysDrawn) {
  Choice choice(std::vector<double>{0.25});
  Random random(1, 1);
  for (int i = 0; i < 1000; ++i) ASSERT_EQ(choice.draw(random), 0u);
  EXPECT_EQ(choice.size(), 1u);
}

TEST(Choice, NeverDrawsAWeightOfZero) {
  Random shapes(9, 9);
  for (std::uint64_t round = 0; round < 40; ++round) {
    std::vector<double> weights(1 + shapes.below(300));
    for (double& weight : weights) weight = shapes.chance(0.5) ? 0 : shapes.exponential(1);
    weights[shapes.below(static_cast<std::uint32_t>(weights.size()))] = 1;
    Choice choice(weights);
    Random random(9, round);
    for (int i = 0; i < 20'000; ++i) ASSERT_GT(weights.at(choice.draw(random)), 0) << round;
  }
}

}  // namespace
}  // namespace sparkify::site
