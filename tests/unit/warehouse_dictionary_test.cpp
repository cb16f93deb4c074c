#include "warehouse/dictionary.hpp"

#include <gtest/gtest.h>

#include <span>
#include <string>
#include <string_view>
#include <thread>
#include <utility>
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

/// Texts in a row, with what a cache may read behind them.
class Texts {
 public:
  void add(const std::string& text) {
    places_.emplace_back(bytes_.size(), text.size());
    bytes_ += text;
  }
  std::vector<std::string_view> views() {
    bytes_.resize(bytes_.size() + Dictionary::Cache::readable_bytes, '?');
    std::vector<std::string_view> views;
    for (auto [begin, size] : places_) views.emplace_back(bytes_.data() + begin, size);
    return views;
  }

 private:
  std::string bytes_;
  std::vector<std::pair<std::size_t, std::size_t>> places_;
};

std::vector<std::int32_t> codes_of(Dictionary& dictionary,
                                   std::span<const std::string_view> texts) {
  Dictionary::Cache cache(dictionary);
  std::vector<std::uint8_t> is_null(texts.size(), 0);
  std::vector<std::int32_t> codes(texts.size());
  EXPECT_TRUE(cache.code(texts, is_null, codes));
  return codes;
}

TEST(DictionaryCache, AgreesWithTheDictionaryOnManyThreads) {
  Dictionary dictionary;
  // More texts than the cache holds, each of them twice.
  Texts texts;
  for (int i = 0; i < 400'000; ++i) texts.add("text " + std::to_string(i % 200'000));
  auto views = texts.views();
  std::vector<std::vector<std::int32_t>> codes(4);
  {
    std::vector<std::jthread> threads;
    for (auto& of_thread : codes) {
      threads.emplace_back([&] { of_thread = codes_of(dictionary, views); });
    }
  }
  for (std::size_t i = 0; i < views.size(); ++i) {
    for (const auto& of_thread : codes) ASSERT_EQ(of_thread[i], codes[0][i]);
    ASSERT_EQ(dictionary.text(codes[0][i]), views[i]);
  }
}

TEST(DictionaryCache, TellsAllTextsApart) {
  Dictionary dictionary;
  Texts texts;
  // Of each length those that differ in one byte, and what is their beginning.
  for (std::size_t size = 0; size < 100; ++size) {
    std::string text(size, 'x');
    texts.add(text);
    for (char& byte : text) {
      byte = 'y';
      texts.add(text);
      byte = 'x';
    }
  }
  auto views = texts.views();
  for (int round = 0; round < 2; ++round) {
    auto codes = codes_of(dictionary, views);
    for (std::size_t i = 0; i < codes.size(); ++i) {
      ASSERT_EQ(codes[i], static_cast<std::int32_t>(i));
      ASSERT_EQ(dictionary.text(codes[i]), views[i]);
    }
  }
}

TEST(DictionaryCache, PassesOverNullsAndSaysWhenTheDictionaryIsFull) {
  Dictionary dictionary;
  Texts texts;
  for (int i = 0; i < 5; ++i)
    texts.add(std::string(Dictionary::most_bytes / 4, static_cast<char>('a' + i)));
  auto views = texts.views();
  Dictionary::Cache cache(dictionary);
  std::vector<std::int32_t> codes(5, 77);
  EXPECT_TRUE(cache.code(views, std::vector<std::uint8_t>{0, 0, 1, 0, 0}, codes));
  EXPECT_EQ(codes, (std::vector<std::int32_t>{0, 1, 77, 2, 3}));
  EXPECT_FALSE(cache.code(views, std::vector<std::uint8_t>(5, 0), codes));
}

}  // namespace
}  // namespace sparkify::warehouse
