#include "s3/fetch.hpp"

#include <fmt/format.h>

#include <utility>

namespace sparkify::s3 {
namespace {

using base::Error;
using base::ErrorKind;

std::string_view bare(std::string_view etag) {
  if (etag.starts_with("W/")) etag.remove_prefix(2);
  bool is_quoted = etag.size() >= 2 && etag.front() == '"' && etag.back() == '"';
  return is_quoted ? etag.substr(1, etag.size() - 2) : etag;
}

Fault wrong(const Listed& listed, std::string what) {
  return {Error(ErrorKind::unavailable, std::move(what)).at({listed.entry.path, 0, 0, {}})};
}

std::optional<Fault> find_change(const Listed& listed, const net::HttpResponse& response) {
  auto etag = net::find_header(response.headers, "etag");
  if (!etag || listed.entry.version.empty() || bare(*etag) == listed.entry.version) {
    return std::nullopt;
  }
  return Fault{changed(listed.subject)};
}

std::optional<Fault> find_wrong_length(const Listed& listed, const net::HttpResponse& response,
                                       std::size_t expected) {
  if (response.into_bytes == expected) return std::nullopt;
  return wrong(listed,
               fmt::format("{} bytes came where {} were asked for", response.into_bytes, expected));
}

std::optional<Fault> find_wrong_checksum(const Listed& listed, const net::HttpResponse& response,
                                         std::span<const char> bytes) {
  auto expected = find_checksum(response.headers);
  if (!expected) return std::nullopt;
  Checksum found = checksum_of(expected->kind, {bytes.data(), bytes.size()});
  if (found.base64 == expected->base64) return std::nullopt;
  return Fault{wrong_checksum(listed, *expected, found)};
}

std::optional<Fault> find_wrong_range(const Listed& listed, const net::HttpResponse& response,
                                      std::uint64_t begin, std::uint64_t end) {
  auto range = net::find_header(response.headers, "content-range");
  std::string expected = fmt::format("bytes {}-{}/{}", begin, end - 1, listed.entry.size_bytes);
  if (response.status == 206 && range && *range == expected) return std::nullopt;
  return wrong(listed, fmt::format("{} came with status {} where {} was asked for",
                                   range ? *range : "no range", response.status, expected));
}

Call ask(const Listed& listed, std::string method) {
  Call call;
  call.subject = listed.subject;
  call.key = listed.subject.key;
  call.method = std::move(method);
  if (!listed.entry.version.empty()) {
    call.headers.push_back({"If-Match", fmt::format("\"{}\"", listed.entry.version)});
  }
  return call;
}

}  // namespace

Listed::Listed(base::ObjectEntry listed) : entry(std::move(listed)) {
  Location location = locate(entry.path);
  subject = {"s3:GetObject", std::move(location.bucket), std::move(location.key), entry.path};
}

Error wrong_checksum(const Listed& listed, const Checksum& expected, const Checksum& found) {
  return Error(ErrorKind::unavailable,
               fmt::format("the bytes that came do not fit {}: {} instead of {}",
                           header_of(expected.kind), found.base64, expected.base64))
      .at({listed.entry.path, 0, 0, {}})
      .hint("the object or the way to it is damaged; compare it with its origin");
}

Call fetch_whole(const Listed& listed, std::span<char> into) {
  Call call = ask(listed, "GET");
  call.headers.push_back({"x-amz-checksum-mode", "ENABLED"});
  call.into = into;
  call.find_fault = [&listed, into](const net::HttpResponse& response) {
    auto fault = find_change(listed, response);
    if (!fault) fault = find_wrong_length(listed, response, into.size());
    if (!fault) fault = find_wrong_checksum(listed, response, into);
    return fault;
  };
  return call;
}

Call fetch_range(const Listed& listed, std::uint64_t begin, std::span<char> into) {
  Call call = ask(listed, "GET");
  std::uint64_t end = begin + into.size();
  call.headers.push_back({"Range", fmt::format("bytes={}-{}", begin, end - 1)});
  call.into = into;
  call.find_fault = [&listed, begin, end](const net::HttpResponse& response) {
    auto fault = find_change(listed, response);
    if (!fault) fault = find_wrong_range(listed, response, begin, end);
    if (!fault) fault = find_wrong_length(listed, response, end - begin);
    return fault;
  };
  return call;
}

Call ask_checksum(const Listed& listed) {
  Call call = ask(listed, "HEAD");
  call.headers.push_back({"x-amz-checksum-mode", "ENABLED"});
  call.find_fault = [&listed](const net::HttpResponse& response) {
    return find_change(listed, response);
  };
  return call;
}

}  // namespace sparkify::s3
