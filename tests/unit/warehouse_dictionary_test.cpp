#include "warehouse/dictionary.hpp"

#include <gtest/gtest.h>

#include <string>
#include <thread>
#include <vector>

namespace sparkify::warehouse {
namespace {

TEST(Dictionary, GivesEachTextOneNumber) {
  Dictionary dictionary;
  std::int32_t first = dictionary.add("Phoenix-Mesa-Scottsdale, AZ");
  std::int32_t empty = dictionary.add("");
  EXPECT_NE(first, empty);
  EXPECT_EQ(dictionary.add("Phoenix-Mesa-Scottsdale, AZ"), first);
  EXPECT_EQ(dictionary.text(first), "Phoenix-Mesa-Scottsdale, AZ");
  EXPECT_EQ(dictionary.text(empty), "");
}

TEST(Dictionary, KeepsTextsWhereTheyAre) {
  Dictionary dictionary;
  std::vector<const char*> places;
  for (int i = 0; i < 200'000; ++i) {
    std::int32_t code = dictionary.add("a text of some length, number " + std::to_string(i));
    ASSERT_EQ(code, i);
    places.push_back(dictionary.text(code).data());
  }
  for (int i = 0; i < 200'000; ++i) {
    ASSERT_EQ(dictionary.text(i).data(), places[static_cast<std::size_t>(i)]);
    ASSERT_EQ(dictionary.text(i), "a text of some length, number " + std::to_string(i));
  }
}

TEST(Dictionary, SaysWhenItIsFullAndStillKnowsWhatItHolds) {
  Dictionary dictionary;
  std::string large(Dictionary::most_bytes / 4, 'a');
  for (int i = 0; i < 4; ++i) {
    large[0] = static_cast<char>('a' + i);
    EXPECT_EQ(dictionary.add(large), i);
  }
  EXPECT_EQ(dictionary.add("one more"), Dictionary::full);
  EXPECT_EQ(dictionary.add(large), 3);
  dictionary.clear();
  EXPECT_EQ(dictionary.add("one more"), 0);
}

TEST(DictionaryCache, AgreesWithTheDictionaryOnManyThreads) {
  Dictionary dictionary;
  std::vector<std::vector<std::int32_t>> codes(4);
  {
    std::vector<std::jthread> threads;
    for (std::size_t thread = 0; thread < codes.size(); ++thread) {
      threads.emplace_back([&, thread] {
        Dictionary::Cache cache(dictionary);
        // More texts than the cache has slots, each of them twice.
        for (int i = 0; i < 100'000; ++i) {
          codes[thread].push_back(cache.code("text " + std::to_string(i % 50'000)));
        }
      });
    }
  }
  for (std::size_t i = 0; i < 100'000; ++i) {
    std::string text = "text " + std::to_string(i % 50'000);
    for (const auto& of_thread : codes) {
      ASSERT_EQ(of_thread[i], codes[0][i]);
      ASSERT_EQ(dictionary.text(of_thread[i]), text);
    }
  }
}

}  // namespace
}  // namespace sparkify::warehouse
