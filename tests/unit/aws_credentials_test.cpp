#include "aws/credentials.hpp"

#include <gtest/gtest.h>

#include <atomic>
#include <barrier>
#include <future>
#include <thread>

#include "aws/credential_process.hpp"
#include "aws/identity.hpp"
#include "aws_home.hpp"
#include "base/error.hpp"
#include "net_server.hpp"

namespace sparkify::aws {
namespace {

using base::Error;
using base::ErrorKind;
using std::chrono::minutes;
using std::chrono::seconds;

/// A source whose credentials live `lifetime`, numbered, and that fails when told to.
struct Source {
  Instant now = Instant(seconds(1'800'000'000));
  minutes lifetime{60};
  bool fails = false;
  int count = 0;

  RefreshingProvider provider() {
    auto fetch = [this] {
      ++count;
      if (fails) throw Error(ErrorKind::unavailable, "no answer");
      return Credentials{"K" + std::to_string(count), "s", "t", now + lifetime};
    };
    return RefreshingProvider({"test", fetch}, [this] { return now; });
  }
};

std::string key(RefreshingProvider& provider) { return provider.credentials()->access_key_id; }

TEST(RefreshingProvider, AsksOnceWhileCredentialsAreGood) {
  Source source;
  auto provider = source.provider();
  EXPECT_EQ(key(provider), "K1");
  source.now += minutes(44);
  EXPECT_EQ(key(provider), "K1");
  source.now += minutes(2);
  EXPECT_EQ(key(provider), "K2");
  EXPECT_EQ(source.count, 2);
}

TEST(RefreshingProvider, ShortLivesAreNotAskedForWithEveryRequest) {
  Source source;
  source.lifetime = minutes(15);
  auto provider = source.provider();
  for (int i = 0; i < 11; ++i, source.now += minutes(1)) EXPECT_EQ(key(provider), "K1");
  source.now += minutes(1);
  EXPECT_EQ(key(provider), "K2");
}

TEST(RefreshingProvider, TheOldOnesServeWhileTheyAreValid) {
  Source source;
  auto provider = source.provider();
  EXPECT_EQ(key(provider), "K1");
  source.fails = true;
  source.now += minutes(50);
  EXPECT_EQ(key(provider), "K1");
  EXPECT_EQ(key(provider), "K1");
  EXPECT_EQ(source.count, 2) << "asked again at once";
  source.now += minutes(2);
  EXPECT_EQ(key(provider), "K1");
  EXPECT_EQ(source.count, 3);
  source.now += minutes(10);
  EXPECT_THROW(provider.credentials(), Error);
  source.fails = false;
  EXPECT_EQ(key(provider), "K5");
}

TEST(RefreshingProvider, RefusedOnesAreFetchedAnew) {
  Source source;
  auto provider = source.provider();
  Credentials first = *provider.credentials();
  provider.refuse(first);
  EXPECT_EQ(key(provider), "K2");
  provider.refuse(first);
  EXPECT_EQ(key(provider), "K2") << "others have seen to it already";
}

TEST(RefreshingProvider, ExpiredOnesFromTheSourceAreRefused) {
  Source source;
  source.lifetime = minutes(0);
  auto provider = source.provider();
  EXPECT_THROW(provider.credentials(), Error);
}

TEST(RefreshingProvider, OneAsksForAll) {
  constexpr int threads = 16;
  std::atomic<int> count = 0;
  std::promise<void> gate;
  std::shared_future<void> is_open(gate.get_future());
  auto fetch = [&] {
    ++count;
    is_open.wait();
    return Credentials{"K", "s", "", {}};
  };
  RefreshingProvider provider({"test", fetch}, [] { return Instant(); });
  {
    std::vector<std::jthread> askers;
    for (int i = 0; i < threads; ++i) {
      askers.emplace_back([&] { EXPECT_EQ(provider.credentials()->access_key_id, "K"); });
    }
    while (count == 0) std::this_thread::yield();
    gate.set_value();
  }
  EXPECT_EQ(count, 1);
}

TEST(RefreshingProvider, OneFailureIsForAllWhoWait) {
  constexpr int threads = 8;
  std::atomic<int> count = 0, failures = 0, begun = 0;
  auto fetch = [&]() -> Credentials {
    ++count;
    while (begun < threads) std::this_thread::yield();
    throw Error(ErrorKind::unavailable, "no answer");
  };
  RefreshingProvider provider({"test", fetch}, [] { return Instant(); });
  {
    std::vector<std::jthread> askers;
    for (int i = 0; i < threads; ++i) {
      askers.emplace_back([&] {
        ++begun;
        try {
          provider.credentials();
        } catch (const Error&) {
          ++failures;
        }
      });
    }
  }
  EXPECT_EQ(failures, threads);
  EXPECT_LE(count, threads);
}

TEST(ReadCredentials, TakesTheFormOfCommandsAndServices) {
  Credentials found = read_credentials(
      R"({"Version": 1, "AccessKeyId": "A", "SecretAccessKey": "S", "SessionToken": "T",
          "Expiration": "2026-11-21T01:02:03Z"})",
      "SessionToken", "it");
  EXPECT_EQ(found.access_key_id, "A");
  EXPECT_EQ(found.session_token, "T");
  EXPECT_EQ(found.expires_at, read_instant("2026-11-21T02:02:03.123456+01:00"));
  EXPECT_EQ(read_credentials(R"({"AccessKeyId": "A", "SecretAccessKey": "S", "Token": null})",
                             "Token", "it")
                .expires_at,
            std::nullopt);
}

TEST(ReadCredentials, SaysWhatIsWrongAndNothingThatIsSecret) {
  for (auto [text, what] : {
           std::pair{"", "it gave no JSON object"},
           std::pair{"[\"hush\"]", "it gave no JSON object"},
           std::pair{"{\"AccessKeyId\": \"A\", \"SecretAccessKey\": \"hush\"",
                     "it gave no JSON object"},
           std::pair{R"({"AccessKeyId": "A", "SecretAccessKey": 5})", "it gave no SecretAccessKey"},
           std::pair{R"({"SecretAccessKey": "hush"})", "it gave no AccessKeyId"},
           std::pair{R"({"AccessKeyId": "A", "SecretAccessKey": "hush", "Expiration": "soon"})",
                     "it gave an Expiration that is no time"},
       }) {
    try {
      read_credentials(text, "Token", "it");
      ADD_FAILURE() << text;
    } catch (const Error& error) {
      EXPECT_EQ(error.kind(), ErrorKind::denied);
      EXPECT_EQ(rendered(error), std::string("sparkify: error: ") + what + "\n");
    }
  }
}

TEST(ReadInstant, TakesWhatPeopleWrite) {
  auto instant = read_instant("2026-11-21T01:02:03Z");
  ASSERT_TRUE(instant);
  EXPECT_EQ(*instant, Instant(seconds(1'795'222'923)));
  EXPECT_EQ(read_instant("2026-11-21T01:02:03+00:00"), instant);
  EXPECT_EQ(read_instant("2026-11-20T23:32:03-01:30"), instant);
  EXPECT_EQ(read_instant("2026-11-21T01:02:03"), instant);
  EXPECT_GT(read_instant("9999-12-31T23:59:59Z"), instant);
  EXPECT_LT(read_instant("0001-01-01T00:00:00Z"), instant);
  for (std::string_view text : {"", "2026-11-21", "2026-13-21T01:02:03Z", "2026-11-21T01:02:03+1",
                                "2026-11-21T01:02:03Zebra", "2026-11-21T01:02:03+aa:bb"}) {
    EXPECT_EQ(read_instant(text), std::nullopt) << text;
  }
}

std::string process_outcome(const std::string& command,
                            std::chrono::milliseconds time = minutes(1)) {
  try {
    Credentials found = run_credential_process(command, time);
    return found.access_key_id + " " + found.secret_access_key + " " + found.session_token;
  } catch (const Error& error) {
    return error.message();
  }
}

TEST(CredentialProcess, ReadsWhatACommandPrints) {
  Home home;
  std::string script = home.write("print it.sh",
                                  "echo \"{\\\"Version\\\": 1, \\\"AccessKeyId\\\": "
                                  "\\\"$1\\\", \\\"SecretAccessKey\\\": \\\"$2\\\"}\"");
  EXPECT_EQ(process_outcome("sh \"" + script + "\" 'a b' c\\ d"), "a b c d ");
}

TEST(CredentialProcess, SaysHowItFailed) {
  EXPECT_EQ(process_outcome("sh -c 'echo hush; echo sign in first >&2; exit 3'"),
            "sh ended with status 3: sign in first");
  EXPECT_EQ(process_outcome("sh -c 'kill -9 $$'"), "sh was killed by signal 9");
  EXPECT_EQ(process_outcome("/nonexistent/command --token hush"),
            "cannot run /nonexistent/command: no such file or directory");
  EXPECT_EQ(process_outcome("echo hush"), "echo gave no JSON object");
  EXPECT_EQ(process_outcome("echo '{\"Version\": 2}'"), "echo gave no \"Version\": 1");
  EXPECT_EQ(process_outcome("echo '{\"Version\": 1}'"), "echo gave no AccessKeyId");
  EXPECT_EQ(process_outcome("echo 'it"), "a quote in credential_process is not closed");
  EXPECT_EQ(process_outcome(" "), "credential_process names no command");
}

TEST(CredentialProcess, DoesNotWaitForeverNorReadEverything) {
  EXPECT_EQ(process_outcome("sleep 600", std::chrono::milliseconds(30)), "sleep took too long");
  EXPECT_EQ(process_outcome("yes"), "yes printed more than credentials");
}

/// Answers by path, as a map says; 404 for all else.
net::ScriptedServer::Script by_path(std::map<std::string, std::string> answers) {
  return [answers = std::move(answers)](net::ServerConnection& connection) {
    for (;;) {
      std::string head = connection.read_head();
      if (head.empty()) return;
      std::size_t begin = head.find(' ') + 1;
      auto found = answers.find(head.substr(begin, head.find(' ', begin) - begin));
      bool is_there = found != answers.end();
      std::string missing = "HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n";
      if (!connection.write(is_there ? found->second : missing)) return;
    }
  };
}

constexpr std::string_view instance_keys =
    R"({"Code": "Success", "AccessKeyId": "A", "SecretAccessKey": "S", "Token": "T",
        "Expiration": "2030-01-01T00:00:00Z"})";

const std::string roles = "/latest/meta-data/iam/security-credentials/";

TEST(InstanceMetadata, GivesRoleKeysAndRegion) {
  std::string token_request, role_request;
  net::ScriptedServer server([&](net::ServerConnection& connection) {
    for (;;) {
      std::string head = connection.read_head();
      if (head.starts_with("PUT /latest/api/token ")) {
        token_request = head;
        connection.write(net::ok_response("tok"));
      } else if (head.starts_with("GET " + roles + "music ")) {
        connection.write(net::ok_response(instance_keys));
      } else if (head.starts_with("GET " + roles + " ")) {
        role_request = head;
        connection.write(net::ok_response("music"));
      } else if (head.starts_with("GET /latest/meta-data/placement/region ")) {
        connection.write(net::ok_response("eu-north-1"));
      } else {
        return;
      }
    }
  });
  Home home;
  home.variables["AWS_EC2_METADATA_DISABLED"] = "false";
  home.variables["AWS_EC2_METADATA_SERVICE_ENDPOINT"] = server.url("/");
  Identity identity = home.identity();
  EXPECT_EQ(outcome(identity), "A S T < instance, role music");
  EXPECT_EQ(identity.region("s3").text, "eu-north-1");
  EXPECT_EQ(identity.region("s3", Asking::forbidden).text, "us-east-1");
  EXPECT_NE(token_request.find("x-aws-ec2-metadata-token-ttl-seconds: 21600\r\n"),
            std::string::npos);
  EXPECT_NE(role_request.find("x-aws-ec2-metadata-token: tok\r\n"), std::string::npos);
}

TEST(InstanceMetadata, ServersThatAreNoneGiveNobody) {
  for (std::string answer :
       {std::string(), std::string("HTTP/1.1 500 Oops\r\nContent-Length: 0\r\n\r\n"),
        std::string(
            "HTTP/1.1 302 Found\r\nLocation: http://127.0.0.1:1/\r\nContent-Length: 0\r\n\r\n"),
        net::ok_response(std::string(100'000, 'x')), std::string("HTTP/1.1 200 OK\r\n"),
        net::ok_response("<html>\nwelcome</html>")}) {
    net::ScriptedServer server([&](net::ServerConnection& connection) {
      while (!connection.read_head().empty() && connection.write(answer)) {
        if (answer.size() < 20) return connection.wait_for_end();
      }
    });
    Home home;
    home.variables["AWS_EC2_METADATA_DISABLED"] = "";
    home.variables["AWS_METADATA_SERVICE_TIMEOUT"] = "0.1";
    home.variables["AWS_EC2_METADATA_SERVICE_ENDPOINT"] = server.url("");
    EXPECT_EQ(outcome(home.identity()), "nobody < no source has any: requests go unsigned");
  }
}

TEST(InstanceMetadata, ARoleWithoutKeysIsAnError) {
  net::ScriptedServer server(
      by_path({{"/latest/api/token", net::ok_response("tok")},
               {roles, net::ok_response("music\n")},
               {roles + "music", net::ok_response("{\"Code\": \"Failed\"}")}}));
  Home home;
  home.variables["AWS_EC2_METADATA_DISABLED"] = "";
  home.variables["AWS_EC2_METADATA_SERVICE_ENDPOINT"] = server.url("");
  EXPECT_EQ(outcome(home.identity()),
            "sparkify: error: the instance's metadata service, asked for role music, gave no "
            "AccessKeyId\n");
}

TEST(InstanceMetadata, ExpiredKeysServeALittleLonger) {
  net::ScriptedServer server(by_path({{"/latest/api/token", net::ok_response("tok")},
                                      {roles, net::ok_response("music")},
                                      {roles + "music", net::ok_response(instance_keys)}}));
  Home home;
  home.now = *read_instant("2031-01-01T00:00:00Z");
  home.variables["AWS_EC2_METADATA_DISABLED"] = "";
  home.variables["AWS_EC2_METADATA_SERVICE_ENDPOINT"] = server.url("");
  Identity identity = home.identity();
  EXPECT_EQ(identity.credentials()->credentials()->expires_at, home.now + minutes(10));
}

TEST(Container, GivesKeysForTheTokenOfAFile) {
  net::ScriptedServer server([](net::ServerConnection& connection) {
    for (std::string head; !(head = connection.read_head()).empty();) {
      bool is_asked_well = head.starts_with("GET /role?x=1 HTTP/1.1\r\n") &&
                           head.find("\r\nAuthorization: hush\r\n") != std::string::npos;
      connection.write(is_asked_well ? net::ok_response(instance_keys)
                                     : "HTTP/1.1 403 No\r\nContent-Length: 0\r\n\r\n");
    }
  });
  Home home;
  home.variables["AWS_CONTAINER_CREDENTIALS_FULL_URI"] = server.url("/role?x=1");
  home.variables["AWS_CONTAINER_AUTHORIZATION_TOKEN"] = "unused";
  home.variables["AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE"] = home.write("token", "hush\n");
  EXPECT_EQ(outcome(home.identity()), "A S T < container, AWS_CONTAINER_CREDENTIALS_FULL_URI");
}

TEST(Container, TriesAgainAndThenSaysWhy) {
  net::ScriptedServer server([](net::ServerConnection& connection) {
    while (!connection.read_head().empty()) {
      connection.write("HTTP/1.1 503 Busy\r\nContent-Length: 4\r\n\r\nhush");
    }
  });
  Home home;
  home.variables["AWS_CONTAINER_CREDENTIALS_FULL_URI"] = server.url("/role?hush");
  EXPECT_EQ(outcome(home.identity()),
            "sparkify: error: the container's credential service at 127.0.0.1 answered with "
            "status 503\n");
  EXPECT_EQ(home.pause_count, 2);
}

TEST(Container, NonsenseIsTold) {
  const std::string who = "the container's credential service at 127.0.0.1 ";
  for (auto [answer, words] : {
           std::pair{net::ok_response("hush"), who + "gave no JSON object"},
           std::pair{net::ok_response("{\"AccessKeyId\": \"hush\"}"),
                     who + "gave no SecretAccessKey"},
           std::pair{net::ok_response(std::string(100'000, ' ')),
                     std::string("longer than expected")},
           std::pair{std::string("HTTP/1.1 307 Moved\r\nLocation: http://example.com/\r\n"
                                 "Content-Length: 0\r\n\r\n"),
                     who + "answered with status 307"},
           std::pair{std::string("hush\r\n\r\n"), std::string("broke: ")},
       }) {
    net::ScriptedServer server([&, text = answer](net::ServerConnection& connection) {
      while (!connection.read_head().empty() && connection.write(text)) {
      }
    });
    Home home;
    home.variables["AWS_CONTAINER_CREDENTIALS_FULL_URI"] = server.url("/role?hush");
    std::string found = outcome(home.identity());
    EXPECT_NE(found.find(words), std::string::npos) << found;
    EXPECT_EQ(found.find("hush"), std::string::npos) << found;
  }
}

TEST(Container, OnlyHostsBesideItAreAsked) {
  Home home;
  for (std::string url :
       {"http://example.com/hush", "http://127.0.0.1.example.com/", "ftp://localhost/",
        "http://127.0.0.1@example.com/", "http://169.254.170.20/", "localhost"}) {
    home.variables["AWS_CONTAINER_CREDENTIALS_FULL_URI"] = url;
    EXPECT_THROW(container_url(home.surroundings()), Error) << url;
  }
  for (std::string url :
       {"https://example.com/", "http://169.254.170.23/v1", "http://localhost:80/",
        "http://[fd00:ec2::23]/v1", "http://127.1.2.3:8080/", "http://[::1]:1/"}) {
    home.variables["AWS_CONTAINER_CREDENTIALS_FULL_URI"] = url;
    EXPECT_EQ(container_url(home.surroundings()), url);
  }
  home.variables["AWS_CONTAINER_CREDENTIALS_RELATIVE_URI"] = "/v2/role";
  EXPECT_EQ(container_url(home.surroundings()), "http://169.254.170.2/v2/role");
}

}  // namespace
}  // namespace sparkify::aws
