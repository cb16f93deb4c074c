#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <mutex>
#include <span>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "duckdb/lookup.hpp"

namespace sparkify::warehouse {

/// Texts that occur again and again, each kept once and known by a number from 0.
///
/// Memory: the different texts and about 80 bytes for each, until it is full.
/// Threads: add() may be called from many; text() only while nobody adds.
class Dictionary final : public duckdb::TextLookup {
 public:
  static constexpr std::int32_t full = -1;
  static constexpr std::size_t most_texts = 2'000'000;
  static constexpr std::size_t most_bytes = 128 << 20;

  /// The number of a text; `full` when it is new and there is no room for it.
  std::int32_t add(std::string_view text) { return entry(text).code; }
  std::string_view text(std::int32_t code) const override {
    return texts_[static_cast<std::size_t>(code)];
  }
  /// Numbers that were given out; as text().
  std::size_t size() const { return texts_.size(); }
  void clear();

  /// One thread's way to the numbers: asks the dictionary only for texts it has not seen lately.
  /// Memory: 1 MiB.
  class Cache {
   public:
    /// Bytes from a text's first one on that must be readable, however short it is.
    static constexpr std::size_t readable_bytes = 32;

    explicit Cache(Dictionary& dictionary) : dictionary_(dictionary), buckets_(bucket_count) {}

    /// Writes the number of each text that is not NULL, as `is_null` says by 0 or 1. False when the
    /// dictionary is full; then the numbers are not to be used.
    bool code(std::span<const std::string_view> texts, std::span<const std::uint8_t> is_null,
              std::span<std::int32_t> codes);

   private:
    struct Guess {
      std::uint64_t hash = 0;
      const char* text = nullptr;  ///< what has the same hash, or none
      std::int32_t code = full;
    };
    Guess guess(std::uint64_t hash) const;
    std::int32_t ask(std::string_view text, std::uint64_t hash);

    static constexpr std::size_t bucket_count = 1 << 14;
    /// Texts with about the same hash, the newest first: a cache line.
    struct alignas(64) Bucket {
      std::array<std::uint32_t, 4> tags{};  ///< of the hash; 0 for none
      std::array<std::int32_t, 4> codes{};
      std::array<const char*, 4> texts{};  ///< the dictionary's
    };
    Dictionary& dictionary_;
    std::vector<Bucket> buckets_;
  };

 private:
  struct Entry {
    std::string_view text;
    std::int32_t code = full;
  };
  Entry entry(std::string_view text);
  std::string_view keep(std::string_view text);

  static constexpr std::size_t block_bytes = 1 << 20;
  /// Before each text lies its size, behind the last one of a block what a cache may read.
  using Size = std::uint32_t;
  std::mutex mutex_;
  std::unordered_map<std::string_view, std::int32_t> codes_;
  std::vector<std::string_view> texts_;
  std::vector<std::unique_ptr<char[]>> blocks_;
  char* free_ = nullptr;  ///< in the last block
  std::size_t block_left_ = 0, bytes_ = 0;
};

}  // namespace sparkify::warehouse
