#include "warehouse/dictionary.hpp"

#include <algorithm>
#include <bit>
#include <cstring>
#include <utility>

namespace sparkify::warehouse {
namespace {

template <typename Number = std::uint64_t>
Number load(const char* bytes) {
  Number number;
  std::memcpy(&number, bytes, sizeof number);
  return number;
}

constexpr std::uint64_t factor = 0x9E3779B97F4A7C15;
constexpr std::size_t short_bytes = Dictionary::Cache::readable_bytes;

/// A short text as four numbers, and which of their bits are its own. Lengths vary from text to
/// text: without branches on them the processor has nothing to guess.
using Words = std::array<std::uint64_t, short_bytes / 8>;
constexpr auto masks = [] {
  std::array<Words, short_bytes + 1> all{};
  for (std::size_t size = 0; size <= short_bytes; ++size) {
    for (std::size_t i = 0; i < size; ++i) all[size][i / 8] |= std::uint64_t{0xFF} << i % 8 * 8;
  }
  return all;
}();

bool is_same(std::string_view text, const char* kept) {
  std::size_t size = text.size();
  if (load<std::uint32_t>(kept - 4) != size) return false;
  if (size > short_bytes) return std::memcmp(text.data(), kept, size) == 0;
  const Words& mask = masks[size];
  if (size <= 8) return ((load(text.data()) ^ load(kept)) & mask[0]) == 0;
  auto differ = [&](std::size_t i) {
    return (load(text.data() + 8 * i) ^ load(kept + 8 * i)) & mask[i];
  };
  return (differ(0) | differ(1) | differ(2) | differ(3)) == 0;
}

std::uint64_t finish(std::uint64_t sum) {
  sum = (sum ^ sum >> 32) * factor;
  return sum ^ sum >> 29;
}

std::uint64_t hash_of_short(std::string_view text) {
  const Words& mask = masks[text.size()];
  if (text.size() <= 8) return finish((load(text.data()) & mask[0]) * factor + text.size());
  auto spread = [&](std::size_t i) {
    std::uint64_t word = (load(text.data() + 8 * i) & mask[i]) * factor;
    return std::rotl(word, static_cast<int>(16 * i));
  };
  return finish((spread(0) ^ spread(1) ^ spread(2) ^ spread(3)) + text.size());
}

std::uint64_t hash_of_long(std::string_view text) {
  auto mix = [](std::uint64_t sum, std::uint64_t word) {
    return std::rotl(sum ^ word, 29) * factor;
  };
  const char* at = text.data();
  const char* end = at + text.size();
  std::uint64_t left = text.size(), right = factor;
  for (; at + 16 < end; at += 16) {
    left = mix(left, load(at));
    right = mix(right, load(at + 8));
  }
  return finish(mix(mix(left, load(end - 16)), mix(right, load(end - 8))));
}

std::uint64_t hash_of(std::string_view text) {
  return text.size() <= short_bytes ? hash_of_short(text) : hash_of_long(text);
}

/// Other bits than those that choose the bucket; never 0.
std::uint32_t tag_of(std::uint64_t hash) { return static_cast<std::uint32_t>(hash >> 32) | 1; }

}  // namespace

bool Dictionary::Cache::code(std::span<const std::string_view> texts,
                             std::span<const std::uint8_t> is_null, std::span<std::int32_t> codes) {
  // Many texts at once: memory answers them together.
  constexpr std::size_t most_guesses = 32;
  std::array<Guess, most_guesses> guesses;
  for (std::size_t begin = 0; begin < texts.size(); begin += most_guesses) {
    std::size_t count = std::min(most_guesses, texts.size() - begin);
    for (std::size_t i = 0; i < count; ++i) {
      if (is_null[begin + i] != 0) continue;
      guesses[i].hash = hash_of(texts[begin + i]);
      __builtin_prefetch(&buckets_[guesses[i].hash % bucket_count]);
    }
    for (std::size_t i = 0; i < count; ++i) {
      if (is_null[begin + i] != 0) continue;
      guesses[i] = guess(guesses[i].hash);
      __builtin_prefetch(guesses[i].text);
    }
    for (std::size_t i = 0; i < count; ++i) {
      if (is_null[begin + i] != 0) continue;
      std::string_view text = texts[begin + i];
      const Guess& guess = guesses[i];
      bool is_right = guess.text != nullptr && is_same(text, guess.text);
      std::int32_t code = is_right ? guess.code : ask(text, guess.hash);
      if (code == full) return false;
      codes[begin + i] = code;
    }
  }
  return true;
}

Dictionary::Cache::Guess Dictionary::Cache::guess(std::uint64_t hash) const {
  const Bucket& bucket = buckets_[hash % bucket_count];
  std::uint32_t tag = tag_of(hash);
  auto bit = [&](unsigned slot) { return bucket.tags[slot] == tag ? 1u << slot : 0u; };
  unsigned found = bit(0) | bit(1) | bit(2) | bit(3);
  if (found == 0) return {hash, nullptr, full};
  auto slot = static_cast<std::size_t>(std::countr_zero(found));
  return {hash, bucket.texts[slot], bucket.codes[slot]};
}

std::int32_t Dictionary::Cache::ask(std::string_view text, std::uint64_t hash) {
  Entry entry = dictionary_.entry(text);
  if (entry.code == full) return full;
  Bucket& bucket = buckets_[hash % bucket_count];
  auto put_first = [](auto& values, auto value) {
    std::shift_right(values.begin(), values.end(), 1);
    values.front() = value;
  };
  put_first(bucket.tags, tag_of(hash));
  put_first(bucket.codes, entry.code);
  put_first(bucket.texts, entry.text.data());
  return entry.code;
}

void Dictionary::clear() {
  codes_.clear();
  texts_.clear();
  blocks_.clear();
  block_left_ = bytes_ = 0;
}

Dictionary::Entry Dictionary::entry(std::string_view text) {
  std::lock_guard lock(mutex_);
  auto found = codes_.find(text);
  if (found != codes_.end()) return {found->first, found->second};
  if (texts_.size() >= most_texts || bytes_ + text.size() > most_bytes) return {};
  std::string_view kept = keep(text);
  auto code = static_cast<std::int32_t>(texts_.size());
  texts_.push_back(kept);
  codes_.emplace(kept, code);
  return {kept, code};
}

/// Copies a text to where it stays.
std::string_view Dictionary::keep(std::string_view text) {
  std::size_t wanted = sizeof(Size) + text.size();
  if (wanted > block_left_) {
    block_left_ = std::max(block_bytes, wanted);
    blocks_.push_back(std::make_unique<char[]>(block_left_ + Cache::readable_bytes));
    free_ = blocks_.back().get();
  }
  char* place = std::exchange(free_, free_ + wanted) + sizeof(Size);
  auto size = static_cast<Size>(text.size());
  std::memcpy(place - sizeof size, &size, sizeof size);
  std::memcpy(place, text.data(), text.size());
  block_left_ -= wanted;
  bytes_ += text.size();
  return {place, text.size()};
}

}  // namespace sparkify::warehouse
