#include "s3_bucket.hpp"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cstdio>
#include <cstring>
#include <random>

#include "aws/signer.hpp"
#include "base/text.hpp"
#include "s3/address.hpp"
#include "s3/checksum.hpp"

namespace sparkify::s3 {
namespace {

std::string etag_of(const std::string& data) {
  return fmt::format("{:016x}", crc_of(ChecksumKind::crc64nvme, data));
}

BucketRequest parse(const std::string& head) {
  BucketRequest request;
  std::size_t end = head.find("\r\n");
  std::string first = head.substr(0, end);
  std::size_t space = first.find(' ');
  request.method = first.substr(0, space);
  request.target = first.substr(space + 1, first.rfind(' ') - space - 1);
  for (std::size_t at = end + 2; at < head.size();) {
    std::size_t line_end = head.find("\r\n", at);
    std::string line = head.substr(at, line_end - at);
    std::size_t colon = line.find(':');
    if (colon != std::string::npos) {
      request.headers[base::to_lower(line.substr(0, colon))] = base::trim(line.substr(colon + 1));
    }
    at = line_end + 2;
  }
  std::size_t mark = request.target.find('?');
  std::string path = request.target.substr(0, mark);
  std::size_t slash = path.find('/', 1);
  if (slash != std::string::npos) {
    std::string key = path.substr(slash + 1);
    EXPECT_EQ(key.find('+'), std::string::npos) << "a plus stands for itself in a path";
    request.key = percent_decode(key);
  }
  if (mark == std::string::npos) return request;
  std::string query = request.target.substr(mark + 1) + "&";
  for (std::size_t at = 0; at < query.size();) {
    std::size_t and_at = query.find('&', at), equals = query.find('=', at);
    request.query[percent_decode(query.substr(at, equals - at))] =
        percent_decode(query.substr(equals + 1, and_at - equals - 1));
    at = and_at + 1;
  }
  return request;
}

std::string response(int status, const std::string& headers, std::string_view body) {
  return fmt::format("HTTP/1.1 {} X\r\nContent-Length: {}\r\n{}\r\n{}", status, body.size(),
                     headers, body);
}

/// With blanks as "+", as S3 writes them.
std::string encode_as_listed(const std::string& key) {
  std::string text = aws::uri_encode(key, true);
  for (std::size_t at; (at = text.find("%20")) != std::string::npos;) text.replace(at, 3, "+");
  return text;
}

}  // namespace

MemoryBucket::MemoryBucket(Meddler meddler)
    : meddler_(std::move(meddler)),
      server_([this](net::ServerConnection& connection) { serve(connection); }) {}

void MemoryBucket::put(const std::string& key, std::string data) {
  std::lock_guard lock(mutex_);
  objects_[key] = std::move(data);
}

std::optional<std::string> MemoryBucket::get(const std::string& key) {
  std::lock_guard lock(mutex_);
  auto found = objects_.find(key);
  return found == objects_.end() ? std::nullopt : std::optional(found->second);
}

std::size_t MemoryBucket::upload_count() {
  std::lock_guard lock(mutex_);
  return uploads_.size();
}

std::size_t MemoryBucket::part_count() {
  std::lock_guard lock(mutex_);
  return part_count_;
}

std::vector<BucketRequest> MemoryBucket::requests() {
  std::lock_guard lock(mutex_);
  return requests_;
}

std::size_t MemoryBucket::count(const std::string& method, const std::string& text) {
  std::size_t count = 0;
  for (const auto& request : requests()) {
    if (request.method == method && request.target.find(text) != std::string::npos) ++count;
  }
  return count;
}

void MemoryBucket::serve(net::ServerConnection& connection) {
  for (std::string head; !(head = connection.read_head()).empty();) {
    BucketRequest request = parse(head);
    if (request.headers.contains("content-length")) {
      request.body = connection.read_body(std::stoul(request.headers["content-length"]));
    }
    {
      std::lock_guard lock(mutex_);
      requests_.push_back(request);
      requests_.back().body.clear();
    }
    if (meddler_ && meddler_(connection, request)) continue;
    std::string text;
    {
      std::lock_guard lock(mutex_);
      text = answer(request);
    }
    if (request.method == "HEAD") text.resize(text.find("\r\n\r\n") + 4);
    if (!connection.write(text)) return;
  }
}

std::string MemoryBucket::answer(const BucketRequest& request) {
  if (!request.target.starts_with("/music")) return refusal(404, "NoSuchBucket");
  if (request.query.contains("list-type")) return list(request);
  if (request.method == "GET" || request.method == "HEAD") return read(request);
  if (request.method == "PUT") return write(request);
  if (request.method == "POST" && request.query.contains("uploads")) {
    std::string id = fmt::format("upload+{}/=", requests_.size());
    uploads_[id].key = request.key;
    return response(200, "x-amz-checksum-type: FULL_OBJECT\r\n",
                    fmt::format("<InitiateMultipartUploadResult><UploadId>{}</UploadId>"
                                "</InitiateMultipartUploadResult>",
                                id));
  }
  if (request.method == "DELETE" && !request.query.contains("uploadId")) {
    objects_.erase(request.key);
    return response(204, "", "");
  }
  if (!uploads_.contains(request.query.at("uploadId"))) return refusal(404, "NoSuchUpload");
  if (request.method == "POST") return complete(request);
  uploads_.erase(request.query.at("uploadId"));
  return response(204, "", "");
}

std::string MemoryBucket::list(const BucketRequest& request) {
  const std::string& prefix = request.query.at("prefix");
  auto token = request.query.find("continuation-token");
  auto at = token == request.query.end() ? objects_.lower_bound(prefix)
                                         : objects_.upper_bound(token->second);
  std::string contents, last;
  std::size_t count = 0;
  for (; at != objects_.end() && at->first.starts_with(prefix) && count < page_size; ++at) {
    contents +=
        fmt::format("<Contents><Key>{}</Key><ETag>&quot;{}&quot;</ETag><Size>{}</Size></Contents>",
                    encode_as_listed(at->first), etag_of(at->second), at->second.size());
    last = at->first;
    ++count;
  }
  bool goes_on = at != objects_.end() && at->first.starts_with(prefix);
  if (goes_on) {
    contents += fmt::format("<NextContinuationToken>{}</NextContinuationToken>", last);
  }
  return response(200, "",
                  fmt::format("<?xml version=\"1.0\"?><ListBucketResult><EncodingType>url"
                              "</EncodingType><IsTruncated>{}</IsTruncated>{}</ListBucketResult>",
                              goes_on, contents));
}

std::string MemoryBucket::read(const BucketRequest& request) {
  auto found = objects_.find(request.key);
  if (found == objects_.end()) return refusal(404, "NoSuchKey");
  const std::string& data = found->second;
  std::string headers = fmt::format("ETag: \"{}\"\r\n", etag_of(data));
  auto match = request.headers.find("if-match");
  if (match != request.headers.end() && match->second != fmt::format("\"{}\"", etag_of(data))) {
    return refusal(412, "PreconditionFailed");
  }
  std::size_t begin = 0, end = 0;
  auto range = request.headers.find("range");
  if (range != request.headers.end() &&
      std::sscanf(range->second.c_str(), "bytes=%zu-%zu", &begin, &end) == 2) {
    end = std::min(end + 1, data.size());
    headers += fmt::format("Content-Range: bytes {}-{}/{}\r\n", begin, end - 1, data.size());
    return response(206, headers, std::string_view(data).substr(begin, end - begin));
  }
  if (tells_checksums && request.headers.contains("x-amz-checksum-mode")) {
    headers += fmt::format("x-amz-checksum-crc64nvme: {}\r\n",
                           checksum_of(ChecksumKind::crc64nvme, data).base64);
  }
  return response(200, headers, data);
}

std::string MemoryBucket::write(const BucketRequest& request) {
  auto sum = request.headers.find("x-amz-checksum-crc32c");
  if (sum == request.headers.end() ||
      sum->second != checksum_of(ChecksumKind::crc32c, request.body).base64) {
    return refusal(400, "BadDigest");
  }
  auto id = request.query.find("uploadId");
  if (id == request.query.end()) {
    objects_[request.key] = request.body;
  } else {
    auto upload = uploads_.find(id->second);
    if (upload == uploads_.end()) return refusal(404, "NoSuchUpload");
    upload->second.parts[std::stoi(request.query.at("partNumber"))] = request.body;
  }
  return response(200, fmt::format("ETag: \"{}\"\r\n", etag_of(request.body)), "");
}

std::string MemoryBucket::complete(const BucketRequest& request) {
  auto upload = uploads_.find(request.query.at("uploadId"));
  std::string data;
  for (const auto& [number, part] : upload->second.parts) {
    std::string told = fmt::format("<PartNumber>{}</PartNumber>", number);
    if (request.body.find(told) == std::string::npos) return refusal(400, "InvalidPart");
    data += part;
  }
  auto sum = request.headers.find("x-amz-checksum-crc32c");
  if (sum == request.headers.end() ||
      sum->second != checksum_of(ChecksumKind::crc32c, data).base64) {
    return refusal(400, "BadDigest");
  }
  part_count_ += upload->second.parts.size();
  objects_[upload->second.key] = std::move(data);
  uploads_.erase(upload);
  return response(200, "", "<CompleteMultipartUploadResult/>");
}

std::string refusal(int status, const std::string& code, const std::string& more,
                    const std::string& headers) {
  return response(
      status, headers,
      fmt::format("<?xml version=\"1.0\"?><Error><Code>{}</Code>{}</Error>", code, more));
}

std::optional<aws::Credentials> TestCredentials::credentials() {
  if (key_.empty()) return std::nullopt;
  return aws::Credentials{key_, "the secret", fmt::format("token {}", refused_count_.load()), {}};
}

void TestCredentials::refuse(const aws::Credentials&) { ++refused_count_; }

Options options_for(const MemoryBucket& bucket) {
  Options options;
  options.endpoint = bucket.endpoint();
  options.region = "eu-west-1";
  return options;
}

std::string pattern(std::size_t size, unsigned seed) {
  std::mt19937_64 random(seed);
  std::string text(size, 0);
  for (std::size_t at = 0; at < size; at += sizeof(std::uint64_t)) {
    std::uint64_t word = random();
    std::memcpy(text.data() + at, &word, std::min(sizeof word, size - at));
  }
  return text;
}

base::Error error_of(const std::function<void()>& action) {
  try {
    action();
  } catch (const base::Error& error) {
    return error;
  }
  ADD_FAILURE() << "nothing was thrown";
  return {base::ErrorKind::internal, "nothing was thrown"};
}

std::string read_all(base::ObjectStore& store, const base::ObjectEntry& entry, std::size_t step) {
  auto object = store.open(entry);
  std::string text(entry.size_bytes, 0);
  std::size_t filled = 0;
  while (filled < text.size()) {
    std::size_t wanted = std::min(step, text.size() - filled);
    std::size_t count = object->read(filled, {text.data() + filled, wanted});
    EXPECT_GT(count, 0u);
    if (count == 0) break;
    filled += count;
  }
  object->verify_unchanged();
  return text;
}

}  // namespace sparkify::s3
