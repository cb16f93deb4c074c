#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

namespace sparkify::bench {

/// A file as an object. Small ones lie in memory, others are sent from their open file.
struct Stored {
  std::string path;  ///< `bucket/key`
  std::string etag;  ///< with its quotes
  std::uint64_t size_bytes = 0;
  std::string content;
  int file = -1;
};

/// All buckets as one list, sorted by path.
class Buckets {
 public:
  /// Every file below `folder`. Throws std::runtime_error when one cannot be read.
  void lay(const std::string& bucket, const std::filesystem::path& folder);
  void sort();

  std::size_t size() const { return objects_.size(); }
  /// Nothing there: nullptr.
  const Stored* find(std::string_view path) const;
  /// ListObjectsV2 as XML: a page of 1,000 objects whose path begins with `bucket/prefix`. The
  /// token is the place of the first one in the list; empty: from the beginning.
  std::string list(std::string_view bucket, std::string_view prefix, std::string_view token) const;

 private:
  std::vector<Stored> objects_;
};

/// %XX becomes its byte, `+` a space where `plus_is_space`.
std::string decode(std::string_view text, bool plus_is_space);

}  // namespace sparkify::bench
