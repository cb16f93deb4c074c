#include "aws/signer.hpp"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <optional>

#include "base/file.hpp"
#include "base/json.hpp"
#include "base/text.hpp"
#include "base/time.hpp"

namespace sparkify::aws {
namespace {

namespace fs = std::filesystem;

SigningTime instant(std::string_view text) {
  return SigningTime(std::chrono::milliseconds(base::parse_time_ms(text).value()));
}

/// The folder of Amazon's and botocore's vectors; never part of the repository.
std::optional<fs::path> vectors() {
  const char* folder = std::getenv("SPARKIFY_REAL_DATA");
  if (folder != nullptr) return fs::path(folder) / "sigv4";
  const char* ci = std::getenv("CI");
  if (ci != nullptr && std::string_view(ci) == "true") {
    ADD_FAILURE() << "SPARKIFY_REAL_DATA is not set: no signature was compared";
  }
  return std::nullopt;
}

net::HttpRequest get(std::string url) {
  net::HttpRequest request;
  request.url = std::move(url);
  return request;
}

std::string header(const net::HttpRequest& request, std::string_view name) {
  return std::string(net::find_header(request.headers, name).value_or("none"));
}

const Credentials key{"AKIDEXAMPLE", "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY", "", {}};
const SigningTime at_noon = instant("2015-08-30T12:36:00Z");

/// `METHOD PATH HTTP/1.1`, header lines, of which one may go on in the next, and a body.
net::HttpRequest read_request(const std::string& text, const std::string& scheme) {
  net::HttpRequest request;
  std::size_t head_end = std::min(text.find("\n\n"), text.size());
  if (head_end + 2 < text.size()) request.body = text.substr(head_end + 2);
  std::string_view head = std::string_view(text).substr(0, head_end);
  std::string_view first = head.substr(0, head.find('\n'));
  head.remove_prefix(std::min(first.size() + 1, head.size()));
  std::size_t method_end = first.find(' ');
  request.method = first.substr(0, method_end);
  std::string target(first.substr(method_end + 1, first.rfind(' ') - method_end - 1));
  while (!head.empty()) {
    std::string_view line = head.substr(0, head.find('\n'));
    head.remove_prefix(std::min(line.size() + 1, head.size()));
    if (line.starts_with(' ')) {
      request.headers.back().value += fmt::format("\n{}", line);
    } else {
      std::size_t colon = line.find(':');
      request.headers.push_back(
          {std::string(line.substr(0, colon)), std::string(line.substr(colon + 1))});
    }
  }
  request.url = fmt::format("{}://{}{}", scheme, header(request, "host"), target);
  return request;
}

/// The value after `name` in a signed request, up to the next blank, `&` or line end.
std::string value_after(const std::string& text, std::string_view name) {
  std::size_t begin = text.find(name);
  if (begin == std::string::npos) return "none";
  begin += name.size();
  return text.substr(begin, std::min(text.find_first_of(" &\r\n", begin), text.size()) - begin);
}

void check_case(const fs::path& folder) {
  SCOPED_TRACE(folder.filename().string());
  base::Json context = base::parse_json(base::read_file(folder / "context.json"), "context.json");
  Credentials credentials = key;
  credentials.session_token = context["credentials"].value("token", "");
  bool is_token_left_out = context.value("omit_session_token", false);
  SigningScope scope{context["region"], context["service"], context["normalize"]};
  auto now = instant(context["timestamp"].get<std::string>());
  std::string text = base::read_file(folder / "request.txt");

  net::HttpRequest request = read_request(text, "https");
  if (context["sign_body"]) {
    request.headers.push_back({"x-amz-content-sha256", sha256_hex(request.body)});
  }
  Credentials signing = credentials;
  if (is_token_left_out) signing.session_token.clear();
  sign(request, signing, scope, now);
  std::string wanted = base::read_file(folder / "header-signed-request.txt");
  EXPECT_EQ(value_after(header(request, "authorization"), "Signature="),
            value_after(wanted, "Signature="));
  EXPECT_EQ(value_after(header(request, "authorization"), "SignedHeaders="),
            value_after(wanted, "SignedHeaders="));

  std::string url = presign(read_request(text, "https"), signing, scope,
                            std::chrono::seconds(context["expiration_in_seconds"]), now);
  EXPECT_EQ(value_after(url, "X-Amz-Signature="),
            base::trim(base::read_file(folder / "query-signature.txt")));
}

TEST(Signer, AgreesWithAmazonsOwnSuite) {
  auto folder = vectors();
  if (!folder) GTEST_SKIP() << "SPARKIFY_REAL_DATA is not set: no signature was compared";
  int count = 0;
  for (const fs::directory_entry& entry : fs::directory_iterator(*folder / "v4")) {
    check_case(entry.path());
    ++count;
  }
  EXPECT_EQ(count, 38);
}

std::string from_hex(std::string_view hex) {
  std::string bytes;
  for (std::size_t i = 0; i + 1 < hex.size(); i += 2) {
    bytes += static_cast<char>(std::stoi(std::string(hex.substr(i, 2)), nullptr, 16));
  }
  return bytes;
}

std::vector<std::string> split(const std::string& text, char delimiter) {
  std::vector<std::string> parts(1);
  for (char c : text) {
    if (c == delimiter) {
      parts.emplace_back();
    } else {
      parts.back() += c;
    }
  }
  return parts;
}

/// service, method, path, query, body, token, signature, time.
net::HttpRequest read_row(const std::vector<std::string>& row) {
  net::HttpRequest request;
  request.method = row[1];
  request.url = "https://h.example.com" + uri_encode(from_hex(row[2]), true);
  char delimiter = '?';
  if (!row[3].empty()) {
    for (const std::string& pair : split(row[3], ',')) {
      auto sides = split(pair, '=');
      request.url += delimiter + uri_encode(from_hex(sides[0])) + '=';
      request.url += uri_encode(from_hex(sides[1]));
      delimiter = '&';
    }
  }
  request.body = from_hex(row[4]);
  if (!request.body.empty()) {
    request.headers.push_back({"Content-Type", "application/x-www-form-urlencoded; charset=utf-8"});
  }
  return request;
}

TEST(Signer, AgreesWithBotocore) {
  auto folder = vectors();
  if (!folder) GTEST_SKIP() << "SPARKIFY_REAL_DATA is not set: no signature was compared";
  std::ifstream file(*folder / "botocore_vectors.tsv");
  int count = 0;
  for (std::string line; std::getline(file, line); ++count) {
    auto row = split(line, '\t');
    ASSERT_EQ(row.size(), 8u) << line;
    net::HttpRequest request = read_row(row);
    Credentials credentials = key;
    credentials.session_token = from_hex(row[5]);
    sign(request, credentials, {"us-west-2", row[0]}, instant("2026-11-21T01:02:03Z"));
    EXPECT_EQ(value_after(header(request, "authorization"), "Signature="), row[6]) << request.url;
    EXPECT_EQ(header(request, "x-amz-date"), row[7]);
  }
  EXPECT_EQ(count, 153);
}

TEST(Signer, S3PathsAreSignedAsTheyStand) {
  net::HttpRequest plain = get("https://b.s3.amazonaws.com/a/b"), dotted = plain;
  dotted.url = "https://b.s3.amazonaws.com/a/./b";
  for (net::HttpRequest* request : {&plain, &dotted})
    sign(*request, key, {"us-west-2", "s3"}, at_noon);
  EXPECT_NE(header(plain, "authorization"), header(dotted, "authorization"));
  EXPECT_EQ(header(plain, "x-amz-content-sha256"), sha256_hex(""));
}

TEST(Signer, AGivenPayloadHashIsUsed) {
  net::HttpRequest request = get("https://b.s3.amazonaws.com/a");
  request.method = "PUT";
  request.body = "body";
  net::HttpRequest unsigned_one = request;
  unsigned_one.headers.push_back({"x-amz-content-sha256", "UNSIGNED-PAYLOAD"});
  for (net::HttpRequest* each : {&request, &unsigned_one})
    sign(*each, key, {"us-west-2", "s3"}, at_noon);
  EXPECT_EQ(header(request, "x-amz-content-sha256"), sha256_hex("body"));
  EXPECT_EQ(header(unsigned_one, "x-amz-content-sha256"), "UNSIGNED-PAYLOAD");
  EXPECT_NE(header(request, "authorization"), header(unsigned_one, "authorization"));
}

TEST(Signer, SigningAgainReplacesTheSignature) {
  Credentials temporary = key;
  temporary.session_token = "token";
  net::HttpRequest once = get("https://b.s3.amazonaws.com/a"), twice = once;
  sign(once, key, {"us-west-2", "s3"}, at_noon);
  sign(twice, temporary, {"eu-west-1", "s3"}, at_noon + std::chrono::hours(30));
  sign(twice, key, {"us-west-2", "s3"}, at_noon);
  EXPECT_EQ(once.headers.size(), twice.headers.size());
  EXPECT_EQ(header(once, "authorization"), header(twice, "authorization"));
  EXPECT_EQ(header(twice, "x-amz-security-token"), "none");
}

TEST(Signer, APortOtherThanTheUsualIsPartOfTheHost) {
  for (auto [url, host] : {std::pair{"http://127.0.0.1:9000/b/k", "127.0.0.1:9000"},
                           std::pair{"https://example.com:443/", "example.com"},
                           std::pair{"http://example.com:80?a=b", "example.com"},
                           std::pair{"https://[::1]:9000/", "[::1]:9000"}}) {
    net::HttpRequest request = get(url);
    sign(request, key, {"us-west-2", "s3"}, at_noon);
    EXPECT_EQ(header(request, "host"), host);
  }
}

TEST(Signer, EncodesAllButTheUnreserved) {
  EXPECT_EQ(uri_encode("aZ09-._~/ +=%&\xC3\xA9"), "aZ09-._~%2F%20%2B%3D%25%26%C3%A9");
  EXPECT_EQ(uri_encode("a//b c", true), "a//b%20c");
}

}  // namespace
}  // namespace sparkify::aws
