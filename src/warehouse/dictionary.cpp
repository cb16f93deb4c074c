#include "warehouse/dictionary.hpp"

#include <algorithm>
#include <cstring>
#include <functional>
#include <utility>

namespace sparkify::warehouse {

std::int32_t Dictionary::Cache::code(std::string_view text) {
  std::size_t hash = std::hash<std::string_view>()(text);
  Slot& slot = slots_[hash % slot_count];
  if (slot.code != full && slot.hash == hash && slot.text == text) return slot.code;
  Entry entry = dictionary_.entry(text);
  slot = {hash, entry.text, entry.code};
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
  if (text.size() > block_left_) {
    block_left_ = std::max(block_bytes, text.size());
    blocks_.push_back(std::make_unique<char[]>(block_left_));
    free_ = blocks_.back().get();
  }
  char* place = std::exchange(free_, free_ + text.size());
  std::memcpy(place, text.data(), text.size());
  block_left_ -= text.size();
  bytes_ += text.size();
  return {place, text.size()};
}

}  // namespace sparkify::warehouse
