#include "web/request.hpp"

#include <gtest/gtest.h>

#include "web/guard.hpp"

namespace sparkify::web {
namespace {

using Query = std::vector<std::pair<std::string, std::string>>;

Request request_of(std::string_view target, std::vector<net::Header> headers = {}) {
  Request request;
  EXPECT_TRUE(read_target(target, request)) << target;
  request.headers = std::move(headers);
  return request;
}

TEST(WebRequest, PathAndQueryAreDecoded) {
  Request request = request_of("/api/a%20b+c?from=2018-11-01&x=a+b%26c&empty=&none&=odd");
  EXPECT_EQ(request.path, "/api/a b+c");
  Query expected{{"from", "2018-11-01"}, {"x", "a b&c"}, {"empty", ""}, {"none", ""}, {"", "odd"}};
  EXPECT_EQ(request.query, expected);
  EXPECT_EQ(request.parameter("x"), "a b&c");
  EXPECT_FALSE(request.parameter("y"));
}

TEST(WebRequest, WhatIsNoTargetIsRefused) {
  for (const char* target :
       {"", "*", "api", "http://x/", "/%", "/%4", "/%4g", "/%-1", "/a?b=%zz"}) {
    Request request;
    EXPECT_FALSE(read_target(target, request)) << target;
  }
}

TEST(WebRequest, ACookieIsFoundAmongOthers) {
  Request request = request_of("/", {{"cookie", "a=1; sparkify_8080=secret ;b==2;c"}});
  EXPECT_EQ(request.cookie("sparkify_8080"), "secret");
  EXPECT_EQ(request.cookie("b"), "=2");
  EXPECT_EQ(request.cookie("c"), "");
  EXPECT_FALSE(request.cookie("sparkify_808"));
}

constexpr std::string_view client = "127.0.0.1";

std::string query_of(const Guard& guard) { return guard.link().substr(guard.link().find("/?")); }

TEST(WebGuard, TheTokenIsTheWayIn) {
  Guard guard({"127.0.0.1", 8080});
  net::Header host{"Host", "127.0.0.1:8080"};
  auto answer = guard.judge(request_of(query_of(guard), {host}), client);
  ASSERT_TRUE(answer);
  EXPECT_EQ(answer->status, 303);
  std::string cookie(net::find_header(answer->headers, "Set-Cookie").value_or(""));
  cookie.resize(cookie.find(';'));
  EXPECT_FALSE(guard.judge(request_of("/growth", {host, {"Cookie", cookie}}), client));
  EXPECT_EQ(guard.judge(request_of("/growth", {host}), client)->status, 401);
  EXPECT_EQ(guard.judge(request_of(query_of(guard)), client)->status, 421);
  Guard other({"127.0.0.1", 8080});
  EXPECT_EQ(other.judge(request_of("/", {host, {"Cookie", cookie}}), client)->status, 401);
}

/// A browser leaves the port of the scheme out.
std::string host_of(const Guard& guard) {
  std::string_view link = guard.link();
  link.remove_prefix(std::string_view("http://").size());
  std::string_view host = link.substr(0, link.find('/'));
  if (host.ends_with(":80")) host.remove_suffix(3);
  return std::string(host);
}

TEST(WebGuard, ALinkNamesAnAddressThatABrowserTakes) {
  EXPECT_TRUE(Guard({"::1", 80}).link().starts_with("http://[::1]:80/?token="));
  EXPECT_TRUE(Guard({"localhost", 9}).link().starts_with("http://localhost:9/?token="));
  for (const char* name : {"127.0.0.1", "localhost", "::1", "127.0.0.2", "studio.example"}) {
    for (std::uint16_t port : {std::uint16_t{80}, std::uint16_t{8080}}) {
      Guard guard({name, port});
      auto answer = guard.judge(request_of(query_of(guard), {{"Host", host_of(guard)}}), client);
      ASSERT_TRUE(answer);
      EXPECT_EQ(answer->status, 303) << guard.link();
      answer = guard.judge(request_of(query_of(guard), {{"Host", "evil.example"}}), client);
      EXPECT_EQ(answer->status, 421) << guard.link();
    }
  }
}

}  // namespace
}  // namespace sparkify::web
