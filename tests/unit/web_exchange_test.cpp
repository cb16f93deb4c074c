#include "web/exchange.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <thread>

#include "base/error.hpp"

namespace sparkify::web {
namespace {

using namespace std::chrono_literals;

/// A client that says one thing, then another again and again, as much at a time as is read. It
/// leaves when it has been listened to for much too long.
class Client final : public net::Stream {
 public:
  Client(std::string first, std::string_view again) : bytes_(std::move(first)), again_(again) {}
  std::size_t read(std::span<char> buffer, Patience) override {
    while (!again_.empty() && read_bytes < most_bytes && bytes_.size() < buffer.size()) {
      bytes_ += again_;
    }
    std::size_t count = std::min(buffer.size(), bytes_.size());
    std::copy_n(bytes_.data(), count, buffer.data());
    bytes_.erase(0, count);
    read_bytes += count;
    std::this_thread::sleep_for(pause);
    return count;
  }
  void write(std::string_view bytes, Patience) override { answer += bytes; }

  std::string answer;
  std::size_t read_bytes = 0;
  std::chrono::milliseconds pause{0};

 private:
  static constexpr std::size_t most_bytes = 2 << 20;

  std::string bytes_, again_;
};

constexpr std::size_t record_bytes = 4096;
const std::string chunked = "POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n";

/// What is left of a head of 16 KiB and a body of 64 KiB when a client never comes to an end.
struct Refusal {
  std::string head;
  std::size_t read_bytes;
};
Refusal refusal_of(const std::string& first, std::string_view again) {
  Client client(first, again);
  Limits limits;
  limits.body_bytes = 64 << 10;
  Exchange exchange(client, limits);
  EXPECT_FALSE(exchange.read());
  EXPECT_FALSE(exchange.is_open());
  return {client.answer.substr(0, 12), client.read_bytes};
}

TEST(WebExchange, AHeadOfShortLinesHasAnEnd) {
  // Wherever in a line the records end: the parser takes all lines that are whole.
  for (std::size_t shift = 0; shift < 4; ++shift) {
    std::string first = "GET / HTTP/1.1\r\nb:" + std::string(shift, 'b') + "\r\n";
    Refusal refusal = refusal_of(first, "a:\r\n");
    EXPECT_EQ(refusal.head, "HTTP/1.1 431") << shift;
    EXPECT_LE(refusal.read_bytes, (16 << 10) + record_bytes);
  }
}

TEST(WebExchange, WhatStandsBesideChunksHasAnEnd) {
  Refusal extension = refusal_of(chunked + "1;", "x");
  EXPECT_EQ(extension.head, "HTTP/1.1 431");
  EXPECT_LE(extension.read_bytes, (16 << 10) + 2 * record_bytes);
  Refusal trailers = refusal_of(chunked + "0\r\n", "a:\r\n");
  EXPECT_EQ(trailers.head, "HTTP/1.1 431");
  EXPECT_LE(trailers.read_bytes, (16 << 10) + 2 * record_bytes);
  Refusal extensions = refusal_of(chunked, "1;" + std::string(1000, 'x') + "\r\nb\r\n");
  EXPECT_EQ(extensions.head, "HTTP/1.1 413");
  EXPECT_LE(extensions.read_bytes, (16 << 10) + 2 * (64 << 10) + record_bytes);
}

TEST(WebExchange, WhatIsShortEnoughIsReadHoweverItIsCut) {
  std::string body(1 << 20, 'x');
  Client client("POST /a HTTP/1.1\r\nContent-Length: " + std::to_string(body.size()) + "\r\n\r\n" +
                    body + "POST /b HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n100000;a=b\r\n" +
                    body + "\r\n0\r\nc: d\r\n\r\nGET /c HTTP/1.1\r\n\r\n",
                "");
  Exchange exchange(client, {});
  for (const char* path : {"/a", "/b", "/c"}) {
    auto request = exchange.read();
    ASSERT_TRUE(request) << path << client.answer;
    EXPECT_EQ(request->path, path);
    EXPECT_EQ(request->body == body, request->method == Method::post);
    EXPECT_FALSE(exchange.has_begun());
    exchange.write(plain_response(200, ""));
    EXPECT_TRUE(exchange.has_begun());
  }
  EXPECT_FALSE(exchange.read());
}

TEST(WebExchange, TimeIsUpAlsoForWhoAlwaysHasMoreToSay) {
  Client client("POST / HTTP/1.1\r\nContent-Length: 1000000\r\n\r\n", "x");
  client.pause = 2ms;
  Limits limits;
  limits.request_time = 20ms;
  Exchange exchange(client, limits);
  EXPECT_THROW(exchange.read(), base::Error);
  EXPECT_LT(client.read_bytes, 1'000'000U);
  EXPECT_EQ(client.answer, "");
}

}  // namespace
}  // namespace sparkify::web
