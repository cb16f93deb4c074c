#include "pgwire/input.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <deque>
#include <string>

#include "base/error.hpp"

namespace sparkify::pgwire {
namespace {

using namespace std::chrono_literals;

/// Pieces in order; an empty one is a silence that outlasts anybody's patience.
class Pieces final : public net::Stream {
 public:
  explicit Pieces(std::deque<std::string> pieces) : pieces_(std::move(pieces)) {}

  std::size_t read(std::span<char> buffer, Patience patience) override {
    waits.push_back(patience);
    if (pieces_.empty()) return 0;
    std::string piece = std::move(pieces_.front());
    pieces_.pop_front();
    if (piece.empty()) throw base::Error(base::ErrorKind::unavailable, "silence");
    std::copy(piece.begin(), piece.end(), buffer.begin());
    return piece.size();
  }
  void write(std::string_view, Patience) override {}

  std::vector<Patience> waits;

 private:
  std::deque<std::string> pieces_;
};

TEST(Input, GoesOnWithAMessageAfterASilenceWithin) {
  using std::string;
  Pieces pieces({"", "d", "", string("\0\0", 2), "", string("\0\x06", 2) + "1", "", "\nS"});
  Input input(pieces, {1 << 10, 120s});
  auto next = [&] { return input.next_by(Input::Clock::now() + 50ms); };
  for (std::size_t begun : {0, 1, 3, 6}) {
    EXPECT_THROW(next(), base::Error);
    EXPECT_EQ(input.begun_bytes(), begun);
  }
  auto frame = next();
  ASSERT_TRUE(frame);
  EXPECT_EQ(frame->type, 'd');
  EXPECT_EQ(frame->body, "1\n");
  EXPECT_EQ(input.begun_bytes(), 1U);
  EXPECT_TRUE(std::all_of(pieces.waits.begin(), pieces.waits.end(),
                          [](auto wait) { return wait && *wait <= 50ms; }));
}

TEST(Input, WaitsWithinAMessageAsLongAsItsLimit) {
  Pieces pieces({"S", std::string("\0\0\0\x04", 4)});
  Input input(pieces, {1 << 10, 120s});
  ASSERT_TRUE(input.next(std::nullopt));
  EXPECT_EQ(pieces.waits, (std::vector<net::Stream::Patience>{std::nullopt, 120s}));
}

}  // namespace
}  // namespace sparkify::pgwire
