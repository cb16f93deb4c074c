#include "net/http.hpp"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <condition_variable>
#include <future>
#include <thread>
#include <vector>

#include "net_server.hpp"

namespace sparkify::net {
namespace {

using Reason = HttpFailure::Reason;

HttpRequest get(std::string url) {
  HttpRequest request;
  request.url = std::move(url);
  request.is_direct = true;
  return request;
}

HttpResponse expect_response(HttpResult result) {
  auto* failure = std::get_if<HttpFailure>(&result);
  EXPECT_EQ(failure, nullptr) << (failure ? failure->what : "");
  return failure ? HttpResponse{} : std::get<HttpResponse>(std::move(result));
}

HttpFailure expect_failure(HttpResult result, Reason reason) {
  auto* failure = std::get_if<HttpFailure>(&result);
  EXPECT_NE(failure, nullptr) << "a response came";
  if (failure == nullptr) return {};
  EXPECT_EQ(failure->reason, reason) << failure->what;
  return *failure;
}

/// Answers each request of a connection with the same bytes.
ScriptedServer::Script always(std::string answer) {
  return [answer = std::move(answer)](ServerConnection& connection) {
    while (!connection.read_head().empty() && connection.write(answer)) {
    }
  };
}

/// Answers the first request of a connection and hangs up.
ScriptedServer::Script once(std::string answer) {
  return [answer = std::move(answer)](ServerConnection& connection) {
    if (!connection.read_head().empty()) connection.write(answer);
  };
}

TEST(HttpClient, SendsTheUrlByteByByte) {
  std::string head;
  ScriptedServer server([&](ServerConnection& connection) {
    head = connection.read_head();
    connection.write(ok_response("x"));
  });
  HttpClient client({});
  HttpRequest request = get(server.url("/b//a/../%2E/k%20+=~?list-type=2&prefix=a%2Fb&uploads"));
  request.headers = {{"X-Amz-Date", "now"}, {"X-Empty", ""}};
  HttpResponse response = expect_response(client.send(std::move(request)));
  EXPECT_EQ(response.status, 200);
  EXPECT_EQ(response.body, "x");
  EXPECT_TRUE(
      head.starts_with("GET /b//a/../%2E/k%20+=~?list-type=2&prefix=a%2Fb&uploads HTTP/1.1\r\n"))
      << head;
  EXPECT_NE(head.find("\r\nX-Amz-Date: now\r\n"), std::string::npos) << head;
  EXPECT_NE(head.find("\r\nX-Empty:\r\n"), std::string::npos) << head;
  EXPECT_EQ(head.find("Content-Type"), std::string::npos) << head;
  EXPECT_EQ(head.find("Accept-Encoding"), std::string::npos) << head;
}

TEST(HttpClient, ReadsABodyIntoTheCallersBytes) {
  ScriptedServer server(always(ok_response("0123456789", "ETag: \"abc\"\r\n")));
  HttpClient client({});
  std::string room(10, '.');
  HttpRequest request = get(server.url("/"));
  request.into = room;
  HttpResponse response = expect_response(client.send(request));
  EXPECT_EQ(response.into_bytes, 10u);
  EXPECT_EQ(room, "0123456789");
  EXPECT_EQ(response.body, "");
  EXPECT_EQ(find_header(response.headers, "etag"), "\"abc\"");
}

TEST(HttpClient, AnErrorPageDoesNotGoIntoTheCallersBytes) {
  ScriptedServer server(always("HTTP/1.1 404 Not Found\r\nContent-Length: 12\r\n\r\n<NoSuchKey/>"));
  HttpClient client({});
  std::string room(4, '.');
  HttpRequest request = get(server.url("/"));
  request.into = room;
  HttpResponse response = expect_response(client.send(request));
  EXPECT_EQ(response.status, 404);
  EXPECT_EQ(response.body, "<NoSuchKey/>");
  EXPECT_EQ(room, "....");
}

TEST(HttpClient, ABodyLongerThanTheRoomEndsTheTransfer) {
  std::string room(4, '.');
  for (std::string answer :
       {ok_response("12345"), std::string("HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n12345"),
        std::string("HTTP/1.1 200 OK\r\nContent-Length: 9000000000000000000\r\n\r\n12345"),
        std::string("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nffffff\r\n12345")}) {
    ScriptedServer server(once(answer));
    HttpClient client({});
    HttpRequest request = get(server.url("/?X-Amz-Signature=5ec7e7"));
    request.into = room;
    HttpFailure failure = expect_failure(client.send(request), Reason::too_long);
    EXPECT_EQ(failure.what,
              fmt::format("the response of 127.0.0.1:{} is longer than expected", server.port()));
    HttpRequest small = get(server.url("/"));
    small.most_body_bytes = 4;
    expect_failure(client.send(small), Reason::too_long);
  }
}

TEST(HttpClient, HeadWaitsForNoBody) {
  ScriptedServer server(always("HTTP/1.1 200 OK\r\nContent-Length: 5000000000\r\n\r\n"));
  HttpClient client({});
  for (int i = 0; i < 3; ++i) {
    HttpRequest request = get(server.url("/"));
    request.method = "HEAD";
    HttpResponse response = expect_response(client.send(request));
    EXPECT_EQ(find_header(response.headers, "Content-Length"), "5000000000");
  }
  EXPECT_EQ(server.connection_count(), 1);
}

TEST(HttpClient, SendsBodiesWholeAndWithoutAskingFirst) {
  const std::string body(3'000'000, 'b');
  std::string head, taken;
  ScriptedServer server([&](ServerConnection& connection) {
    for (;;) {
      std::string next = connection.read_head();
      if (next.empty()) return;
      head = next;
      taken = head.find("Content-Length: 0\r\n") != std::string::npos
                  ? ""
                  : connection.read_body(body.size());
      connection.write(ok_response(""));
    }
  });
  HttpClient client({});
  for (std::string method : {"PUT", "POST", "DELETE"}) {
    HttpRequest request = get(server.url("/"));
    request.method = method;
    request.body_view = body;
    expect_response(client.send(request));
    EXPECT_TRUE(head.starts_with(method + " / HTTP/1.1\r\n")) << head;
    EXPECT_NE(head.find("Content-Length: 3000000\r\n"), std::string::npos) << head;
    EXPECT_EQ(head.find("Expect"), std::string::npos) << head;
    EXPECT_TRUE(taken == body);
  }
  for (std::string method : {"PUT", "POST"}) {
    HttpRequest request = get(server.url("/"));
    request.method = method;
    expect_response(client.send(request));
    EXPECT_NE(head.find("Content-Length: 0\r\n"), std::string::npos) << head;
  }
  EXPECT_EQ(server.connection_count(), 1);
}

TEST(HttpClient, RedirectsAreResponses) {
  ScriptedServer server(
      always("HTTP/1.1 307 Temporary Redirect\r\nLocation: http://127.0.0.1:1/"
             "\r\nContent-Length: 0\r\n\r\n"));
  HttpClient client({});
  HttpResponse response = expect_response(client.send(get(server.url("/"))));
  EXPECT_EQ(response.status, 307);
  EXPECT_EQ(find_header(response.headers, "location"), "http://127.0.0.1:1/");
}

TEST(HttpClient, OnlyTheLastResponsesHeadersCount) {
  ScriptedServer server(
      always("HTTP/1.1 100 Continue\r\nETag: no\r\n\r\n"
             "HTTP/1.1 103 Early Hints\r\nETag: no\r\n\r\n" +
             ok_response("", "ETag: yes\r\n")));
  HttpClient client({});
  HttpResponse response = expect_response(client.send(get(server.url("/"))));
  EXPECT_EQ(response.status, 200);
  EXPECT_EQ(find_header(response.headers, "ETAG"), "yes");
}

TEST(HttpClient, KeepsConnectionsAndNeverHasMoreThanAllowed) {
  for (auto [connections, threads] : {std::pair{1, 4}, {3, 2}, {4, 1}, {5, 4}, {16, 3}}) {
    ScriptedServer server(always(ok_response("x")));
    HttpClient client({.connections = static_cast<std::size_t>(connections),
                       .threads = static_cast<std::size_t>(threads)});
    constexpr int count = 500;
    std::mutex mutex;
    std::condition_variable all_done;
    int done = 0;
    for (int i = 0; i < count; ++i) {
      client.start(get(server.url("/")), [&](HttpResult result) {
        expect_response(std::move(result));
        std::lock_guard lock(mutex);
        if (++done == count) all_done.notify_one();
      });
    }
    std::unique_lock lock(mutex);
    all_done.wait(lock, [&] { return done == count; });
    EXPECT_LE(server.connection_count(), connections);
  }
}

TEST(HttpClient, ManyThreadsMayAskAtOnce) {
  ScriptedServer server(always(ok_response("x")));
  HttpClient client({.connections = 5, .threads = 3});
  std::vector<std::jthread> askers;
  for (int i = 0; i < 16; ++i) {
    askers.emplace_back([&] {
      for (int k = 0; k < 100; ++k) expect_response(client.send(get(server.url("/"))));
    });
  }
}

TEST(HttpClient, ADoneMayStartTheNextRequest) {
  ScriptedServer server(always(ok_response("x")));
  HttpClient client({});
  std::promise<int> end;
  int left = 100;
  std::function<void(HttpResult)> next = [&](HttpResult) {
    if (--left == 0) {
      end.set_value(left);
    } else {
      // Every other one is refused before it is sent.
      client.start(left % 2 == 0 ? get(server.url("/")) : HttpRequest{}, next);
    }
  };
  client.start(get(server.url("/")), next);
  EXPECT_EQ(end.get_future().get(), 0);
}

TEST(HttpClient, AKeptConnectionThatDiedIsReplaced) {
  // Each connection serves one request and claims to stay.
  ScriptedServer server(once(ok_response("x")));
  HttpClient client({.connections = 1});
  for (int i = 0; i < 20; ++i) {
    HttpRequest request = get(server.url("/"));
    expect_response(client.send(request));
  }
  EXPECT_EQ(server.connection_count(), 20);
}

TEST(HttpClient, SaysWhereItCouldNotConnectAndWhy) {
  int port = 0;
  { port = ScriptedServer(always("")).port(); }
  HttpClient client({});
  HttpFailure failure = expect_failure(
      client.send(get(fmt::format("http://127.0.0.1:{}/?secret", port))), Reason::connect);
  EXPECT_EQ(failure.what,
            fmt::format("could not connect to 127.0.0.1:{}: connection refused", port));
  failure = expect_failure(client.send(get("http://name.invalid/?secret")), Reason::resolve);
  EXPECT_EQ(failure.what, "could not find the address of name.invalid:80");
}

TEST(HttpClient, LinksThatBreakAreTold) {
  for (std::string answer :
       {"", "HTTP/1.1 200 OK\r\nContent-Le", "HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nshort",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nshort\r\n", "SSH-2.0-server\r\n",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\nshort\r\n",
        "HTTP/9.9 200 OK\r\n\r\n", "HTTP/1.1 abc\r\n\r\n",
        "HTTP/1.1 200 OK\r\nContent-Length: -5\r\n\r\n", "\r\n\r\n\r\n"}) {
    ScriptedServer server(once(answer));
    HttpClient client({});
    SCOPED_TRACE(answer);
    HttpFailure failure = expect_failure(client.send(get(server.url("/?secret"))), Reason::broken);
    EXPECT_TRUE(failure.what.starts_with(
        fmt::format("the connection to 127.0.0.1:{} broke: ", server.port())))
        << failure.what;
    EXPECT_EQ(failure.what.find("secret"), std::string::npos);
  }
}

TEST(HttpClient, AResetInTheBodyIsTold) {
  ScriptedServer server([](ServerConnection& connection) {
    connection.read_head();
    connection.write("HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nshort");
    connection.reset();
  });
  HttpClient client({});
  expect_failure(client.send(get(server.url("/"))), Reason::broken);
}

TEST(HttpClient, EndlessHeadersEndTheTransfer) {
  for (std::string part : {"HTTP/1.1 100 Continue\r\n\r\n", "X-More: and more\r\n", "xxxxxxxxxx"}) {
    ScriptedServer server([&](ServerConnection& connection) {
      connection.read_head();
      connection.write("HTTP/1.1 200 OK\r\n");
      while (connection.write(part)) {
      }
    });
    HttpClient client({});
    HttpResult result = client.send(get(server.url("/")));
    EXPECT_NE(std::get_if<HttpFailure>(&result), nullptr) << part;
  }
}

TEST(HttpClient, SilenceEndsATransfer) {
  for (std::string answer :
       {"", "HTTP/1.1 200 OK\r\n", "HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nshort"}) {
    ScriptedServer server([&](ServerConnection& connection) {
      connection.read_head();
      connection.write(answer);
      connection.wait_for_end();
    });
    HttpClient client({});
    HttpRequest request = get(server.url("/"));
    request.stall_timeout = std::chrono::milliseconds(50);
    HttpFailure failure = expect_failure(client.send(request), Reason::timeout);
    EXPECT_EQ(failure.what, fmt::format("127.0.0.1:{} moved no byte for 0.05 s", server.port()));
  }
}

TEST(HttpClient, DropsDoNotKeepATransferAlivePastItsTotalTime) {
  ScriptedServer server([&](ServerConnection& connection) {
    connection.read_head();
    connection.write("HTTP/1.1 200 OK\r\nContent-Length: 1000000000\r\n\r\n");
    while (connection.write("x")) {
    }
  });
  HttpClient client({});
  HttpRequest request = get(server.url("/"));
  request.most_body_bytes = 2'000'000'000;
  request.total_timeout = std::chrono::milliseconds(80);
  HttpFailure failure = expect_failure(client.send(request), Reason::timeout);
  EXPECT_EQ(failure.what, fmt::format("127.0.0.1:{} did not answer within 0.08 s", server.port()));
}

TEST(HttpClient, WhatRunsOrWaitsIsCancelled) {
  ScriptedServer server([&](ServerConnection& connection) { connection.wait_for_end(); });
  std::atomic<int> cancelled = 0;
  auto count = [&](HttpResult result) {
    auto* failure = std::get_if<HttpFailure>(&result);
    if (failure && failure->reason == Reason::cancelled) ++cancelled;
  };
  {
    HttpClient client({.connections = 2});
    for (int i = 0; i < 5; ++i) client.start(get(server.url("/")), count);
  }
  EXPECT_EQ(cancelled, 5);
  {
    HttpClient client({});
    client.start(get(server.url("/")), count);
    client.cancel();
    expect_failure(client.send(get(server.url("/"))), Reason::cancelled);
  }
  EXPECT_EQ(cancelled, 6);
}

TEST(HttpClient, WhatCannotBeSentIsSaid) {
  HttpClient client({});
  expect_failure(client.send(get("")), Reason::unsendable);
  expect_failure(client.send(get("http://127.0.0.1:99999/")), Reason::unsendable);
  expect_failure(client.send(get("file:///etc/passwd")), Reason::unsendable);
  HttpRequest split = get("http://127.0.0.1:1/");
  split.headers = {{"X-Key", "a\r\nX-Other: b"}};
  expect_failure(client.send(split), Reason::unsendable);
}

}  // namespace
}  // namespace sparkify::net
