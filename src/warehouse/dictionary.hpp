#pragma once

#include <cstdint>
#include <memory>
#include <mutex>
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
  void clear();

  /// One thread's way to the numbers: asks the dictionary only for texts it has not seen lately.
  class Cache {
   public:
    explicit Cache(Dictionary& dictionary) : dictionary_(dictionary), slots_(slot_count) {}
    std::int32_t code(std::string_view text);

   private:
    static constexpr std::size_t slot_count = 1 << 15;
    struct Slot {
      std::size_t hash = 0;
      std::string_view text;  ///< the dictionary's
      std::int32_t code = full;
    };
    Dictionary& dictionary_;
    std::vector<Slot> slots_;
  };

 private:
  struct Entry {
    std::string_view text;
    std::int32_t code = full;
  };
  Entry entry(std::string_view text);
  std::string_view keep(std::string_view text);

  static constexpr std::size_t block_bytes = 1 << 20;
  std::mutex mutex_;
  std::unordered_map<std::string_view, std::int32_t> codes_;
  std::vector<std::string_view> texts_;
  std::vector<std::unique_ptr<char[]>> blocks_;
  char* free_ = nullptr;  ///< in the last block
  std::size_t block_left_ = 0, bytes_ = 0;
};

}  // namespace sparkify::warehouse
