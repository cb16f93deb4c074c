#include "pgwire/messages.hpp"

#include <gtest/gtest.h>

#include <string>

namespace sparkify::pgwire {
namespace {

using namespace std::string_literals;

/// The SQLSTATE of what decoding throws; empty when it throws nothing.
template <typename Decode>
std::string state_of(Decode decode) {
  try {
    decode();
  } catch (const base::Error& error) {
    return error.sql_state_text();
  }
  return {};
}

TEST(Messages, AParseBringsNameTextAndTypes) {
  const std::string body = "s1\0select $1\0\0\1\0\0\0\x17"s;
  auto message = decode('P', body);
  const auto& parse = std::get<Parse>(message);
  EXPECT_EQ(parse.name, "s1");
  EXPECT_EQ(parse.text, "select $1");
  EXPECT_EQ(parse.parameter_types, std::vector<std::uint32_t>{23});
}

TEST(Messages, ABindBringsValuesAndNulls) {
  const std::string body = "\0s\0\0\1\0\1\0\2\0\0\0\2ab\xff\xff\xff\xff\0\0"s;
  auto message = decode('B', body);
  const auto& bind = std::get<Bind>(message);
  EXPECT_EQ(bind.statement, "s");
  ASSERT_EQ(bind.parameters.size(), 2u);
  EXPECT_EQ(bind.parameters[0], "ab");
  EXPECT_FALSE(bind.parameters[1].has_value());
  EXPECT_EQ(bind.parameter_formats, std::vector<Format>{Format::binary});
}

TEST(Messages, ANegativeRowLimitIsNone) {
  auto message = decode('E', "\0\xff\xff\xff\xff"s);
  EXPECT_EQ(std::get<Execute>(message).most_rows, 0u);
}

TEST(Messages, LengthsThatLieAreRefused) {
  for (const auto& [type, body] :
       std::vector<std::pair<char, std::string>>{{'Q', "no end"s},
                                                 {'Q', "a\0b"s},
                                                 {'P', "a\0b\0\xff\xff"s},
                                                 {'B', "\0\0\0\0\0\1\x7f\xff\xff\xff"s},
                                                 {'B', "\0\0\0\1\0\7\0\0\0\0"s},
                                                 {'B', "\0\0\0\2\0\0\0\0\0\1\0\0\0\0\0\0"s},
                                                 {'D', "Xname\0"s},
                                                 {'E', "p\0\0\0"s},
                                                 {'S', "more"s},
                                                 {'~', ""s}}) {
    auto decoded = [&type = type, &body = body] { decode(type, body); };
    EXPECT_EQ(state_of(decoded), "08P01") << type << body;
  }
}

TEST(Messages, EveryBeginningOfAMessageIsRefusedOrWhole) {
  const std::string body = "p\0s\0\0\2\0\0\0\1\0\2\0\0\0\1x\0\0\0\1y\0\0"s;
  EXPECT_EQ(state_of([&] { decode('B', body); }), "");
  for (std::size_t size = 0; size < body.size(); ++size) {
    EXPECT_EQ(state_of([&] { decode('B', body.substr(0, size)); }), "08P01") << size;
  }
}

TEST(Messages, AStartupTakesAnyKey) {
  const std::string body = "\0\3\0\2user\0me\0_pq_.x\0y\0driver_version\0z\0\0"s;
  auto message = decode_startup(body);
  const auto& startup = std::get<Startup>(message);
  EXPECT_EQ(startup.minor_version, 2);
  EXPECT_EQ(startup.parameter("user"), "me");
  EXPECT_EQ(startup.parameter("driver_version"), "z");
  EXPECT_EQ(startup.parameter("nothing"), "");
}

TEST(Messages, RequestsBeforeTheStartupAreKnown) {
  EXPECT_TRUE(std::holds_alternative<SslRequest>(decode_startup("\x04\xd2\x16\x2f"s)));
  EXPECT_TRUE(std::holds_alternative<GssRequest>(decode_startup("\x04\xd2\x16\x30"s)));
  auto cancel = std::get<CancelRequest>(decode_startup("\x04\xd2\x16\x2e\0\0\0\7\0\0\1\0"s));
  EXPECT_EQ(cancel.process, 7u);
  EXPECT_EQ(cancel.key, 256u);
}

TEST(Messages, WhatIsNoStartupIsRefused) {
  EXPECT_EQ(state_of([] { decode_startup("GET / HTTP/1.1"s); }), "0A000");
  EXPECT_EQ(state_of([] { decode_startup("\0\2\0\0user\0\0"s); }), "0A000");
  EXPECT_EQ(state_of([] { decode_startup("\0\3\0\0user"s); }), "08P01");
  EXPECT_EQ(state_of([] { decode_startup("\0\3"s); }), "08P01");
}

}  // namespace
}  // namespace sparkify::pgwire
