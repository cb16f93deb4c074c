#include "event/marks.hpp"

#include <gtest/gtest.h>

#include <random>
#include <string>

namespace sparkify::event {
namespace {

class EachLanes : public testing::TestWithParam<Marks::Lanes> {};
INSTANTIATE_TEST_SUITE_P(Marks, EachLanes,
                         testing::Values(Marks::Lanes::widest, Marks::Lanes::portable));

bool is_digit(char byte) { return byte >= '0' && byte <= '9'; }
bool is_stop(char byte) { return byte == '"' || byte == '\\'; }

TEST_P(EachLanes, SeeEveryByteOfARecordAndNoneBehindIt) {
  Marks marks(GetParam());
  std::minstd_rand random(11);
  for (std::size_t size = 1; size < 400; ++size) {
    // Behind the record lie bytes that would count.
    std::string text(size + 64, '"');
    for (std::size_t i = 0; i < size; ++i) text[i] = static_cast<char>(' ' + random() % 96);
    if (size % 2 == 0) std::fill(text.begin() + static_cast<std::ptrdiff_t>(size), text.end(), '7');
    ASSERT_TRUE(marks.set({text.data(), size}));
    for (std::size_t at = 0; at <= size; ++at) {
      std::size_t stop = at;
      while (stop < size && !is_stop(text[stop])) ++stop;
      if (stop < size) {
        ASSERT_EQ(marks.next_stop(at), stop);
      } else {
        ASSERT_GE(marks.next_stop(at), size);
        ASSERT_LE(marks.next_stop(at), size + 63);
      }
      std::uint64_t stops = marks.stops(at), digits = marks.digits(at);
      for (std::size_t i = 0; i < Marks::least_window && at + i < size; ++i) {
        ASSERT_EQ(stops >> i & 1, is_stop(text[at + i]) ? 1u : 0u) << size << " " << at << " " << i;
        ASSERT_EQ(digits >> i & 1, is_digit(text[at + i]) ? 1u : 0u);
      }
      for (std::size_t i = size - at; i < Marks::least_window; ++i) ASSERT_EQ(digits >> i & 1, 0u);
    }
  }
}

TEST_P(EachLanes, KnowEveryByte) {
  Marks marks(GetParam());
  for (int value = 0; value < 256; ++value) {
    std::string text = "ab" + std::string(1, static_cast<char>(value)) + std::string(64, ' ');
    bool is_ascii_text = value >= 0x20 && value < 0x80;
    ASSERT_EQ(marks.set({text.data(), 3}), is_ascii_text) << value;
    if (!is_ascii_text) continue;
    EXPECT_EQ(marks.digits(2) & 1, is_digit(text[2]) ? 1u : 0u) << value;
    EXPECT_EQ(marks.stops(2) & 1, is_stop(text[2]) ? 1u : 0u) << value;
  }
}

TEST_P(EachLanes, TakeUtf8ButNoControlCharacters) {
  Marks marks(GetParam());
  auto is_taken = [&](const std::string& text) {
    std::string padded = text + std::string(64, '\n');
    return marks.set({padded.data(), text.size()});
  };
  std::string blanks(100, ' ');
  EXPECT_TRUE(is_taken(blanks + "caf\u00e9 \u3042" + blanks));
  EXPECT_FALSE(is_taken(blanks + "caf\u00e9\t" + blanks));
  EXPECT_FALSE(is_taken(blanks + "caf\xe9" + blanks));
  EXPECT_FALSE(is_taken(blanks + "\xed\xa0\x80"));
  EXPECT_FALSE(is_taken(blanks + "\xc3"));
  EXPECT_FALSE(is_taken(std::string(1, '\0')));
  EXPECT_FALSE(is_taken(""));
  EXPECT_TRUE(is_taken(std::string(Marks::most_bytes, 'x')));
  EXPECT_FALSE(is_taken(std::string(Marks::most_bytes + 1, 'x')));
}

}  // namespace
}  // namespace sparkify::event
