#include "s3_server/bucket.hpp"

#include <fcntl.h>
#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <fstream>
#include <functional>
#include <sstream>
#include <stdexcept>

namespace sparkify::bench {
namespace {

constexpr std::size_t page_size = 1000;
constexpr std::uint64_t small_bytes = 64 << 10;

/// As S3 writes keys for encoding-type=url, which every client here asks for.
std::string encode(std::string_view text) {
  std::string out;
  for (const char c : text) {
    const bool stands = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
                        (c >= '0' && c <= '9') ||
                        std::string_view("-_.~/").find(c) != std::string_view::npos;
    if (stands) {
      out += c;
    } else {
      out += fmt::format("%{:02X}", static_cast<unsigned char>(c));
    }
  }
  return out;
}

Stored read_stored(const std::string& bucket, const std::filesystem::path& folder,
                   const std::filesystem::path& path) {
  Stored stored;
  stored.path = bucket + "/" + path.lexically_relative(folder).generic_string();
  stored.size_bytes = std::filesystem::file_size(path);
  const auto changed = std::filesystem::last_write_time(path).time_since_epoch().count();
  stored.etag = fmt::format("\"{:016x}{:016x}\"", static_cast<std::uint64_t>(changed),
                            std::hash<std::string>{}(stored.path) ^ stored.size_bytes);
  if (stored.size_bytes <= small_bytes) {
    std::ostringstream text;
    text << std::ifstream(path, std::ios::binary).rdbuf();
    stored.content = text.str();
  } else {
    stored.file = open(path.c_str(), O_RDONLY | O_CLOEXEC);
    if (stored.file < 0) throw std::runtime_error("cannot open " + path.string());
  }
  return stored;
}

}  // namespace

void Buckets::lay(const std::string& bucket, const std::filesystem::path& folder) {
  const auto links = std::filesystem::directory_options::follow_directory_symlink;
  for (const auto& entry : std::filesystem::recursive_directory_iterator(folder, links)) {
    if (entry.is_regular_file()) objects_.push_back(read_stored(bucket, folder, entry.path()));
  }
}

void Buckets::sort() { std::ranges::sort(objects_, {}, &Stored::path); }

const Stored* Buckets::find(std::string_view path) const {
  const auto found = std::ranges::lower_bound(objects_, path, {}, &Stored::path);
  return found != objects_.end() && found->path == path ? &*found : nullptr;
}

std::string Buckets::list(std::string_view bucket, std::string_view prefix,
                          std::string_view token) const {
  const auto start = fmt::format("{}/{}", bucket, prefix);
  const auto first = std::ranges::lower_bound(objects_, start, {}, &Stored::path);
  std::size_t place = static_cast<std::size_t>(first - objects_.begin());
  std::from_chars(token.data(), token.data() + token.size(), place);
  std::string inner;
  std::size_t count = 0;
  const auto is_there = [&] {
    return place < objects_.size() && objects_[place].path.starts_with(start);
  };
  for (; count < page_size && is_there(); ++count, ++place) {
    const Stored& stored = objects_[place];
    inner += fmt::format(
        "<Contents><Key>{}</Key><LastModified>2018-11-01T00:00:00.000Z</LastModified>"
        "<ETag>&quot;{}&quot;</ETag><Size>{}</Size><StorageClass>STANDARD</StorageClass></"
        "Contents>",
        encode(std::string_view(stored.path).substr(bucket.size() + 1)),
        std::string_view(stored.etag).substr(1, stored.etag.size() - 2), stored.size_bytes);
  }
  const bool is_truncated = is_there();
  if (is_truncated) {
    inner += fmt::format("<NextContinuationToken>{}</NextContinuationToken>", place);
  }
  return fmt::format(
      "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<ListBucketResult "
      "xmlns=\"http://s3.amazonaws.com/doc/2006-03-01/\"><Name>{}</Name><Prefix>{}</Prefix>"
      "<KeyCount>{}</KeyCount><MaxKeys>{}</MaxKeys><EncodingType>url</EncodingType>"
      "<IsTruncated>{}</IsTruncated>{}</ListBucketResult>",
      bucket, encode(prefix), count, page_size, is_truncated, inner);
}

std::string decode(std::string_view text, bool plus_is_space) {
  std::string out;
  for (std::size_t i = 0; i < text.size(); ++i) {
    int byte = 0;
    const char* digits = text.data() + i + 1;
    if (text[i] == '%' && i + 2 < text.size() &&
        std::from_chars(digits, digits + 2, byte, 16).ptr == digits + 2) {
      out += static_cast<char>(byte);
      i += 2;
    } else {
      out += text[i] == '+' && plus_is_space ? ' ' : text[i];
    }
  }
  return out;
}

}  // namespace sparkify::bench
