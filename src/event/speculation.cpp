#include "event/speculation.hpp"

#include <algorithm>
#include <bit>
#include <cstring>
#include <limits>

#include "base/text.hpp"
#include "event/json.hpp"

namespace sparkify::event {
namespace {

constexpr std::size_t most_nodes = 256;
constexpr std::size_t most_columns = 63;  ///< one bit each, and one for unknown keys
constexpr std::size_t none = std::numeric_limits<std::size_t>::max();

// Prices for a byte, in twentieths of the parser's time for it.
constexpr std::int64_t price_of_try = 14;
constexpr std::int64_t price_of_lesson = 300;
constexpr std::int64_t gain_of_success = 8;
constexpr std::int64_t gain_of_leaving = 1;
constexpr std::int64_t most_account = 8 << 20;  ///< some thirty lessons

std::uint64_t load(const char* text) {
  std::uint64_t number;
  std::memcpy(&number, text, sizeof number);
  return number;
}

/// Where the scalar at `at` of a record that is JSON ends; none for an object or a list.
std::size_t scalar_end(std::string_view record, std::size_t at) {
  if (record[at] == '{' || record[at] == '[') return none;
  if (record[at] != '"') return record.find_first_of(",} \t\r\n", at);
  for (++at; record[at] != '"';) at += record[at] == '\\' ? 2 : 1;
  return at + 1;
}

}  // namespace

Speculation::Speculation(const Mapping& mapping, Marks::Lanes lanes)
    : marks_(lanes), account_(most_account) {
  ignores_case_ = mapping.ignores_case;
  for (const Path& path : mapping.paths) keys_.push_back(path.front().key);
  std::vector<std::string> sorted = keys_;
  std::sort(sorted.begin(), sorted.end());
  bool is_flat = std::all_of(mapping.paths.begin(), mapping.paths.end(), [](const Path& path) {
    return path.size() == 1 && !path.front().index;
  });
  bool has_twins = std::adjacent_find(sorted.begin(), sorted.end()) != sorted.end();
  if (!is_flat || has_twins || keys_.size() > most_columns) keys_.clear();
  nodes_.reserve(most_nodes);
  nodes_.emplace_back();
}

bool Speculation::take(std::string_view record, std::span<Token> tokens) {
  if (keys_.empty()) return false;
  auto size = static_cast<std::int64_t>(record.size());
  wants_lesson_ = false;
  if (account_ <= 0) {
    account_ += gain_of_leaving * size;
    return false;
  }
  Outcome outcome = marks_.set(record) ? walk(record, tokens) : Outcome::other;
  if (outcome == Outcome::taken) {
    account_ = std::min(account_ + gain_of_success * size, most_account);
    return true;
  }
  account_ -= price_of_try * size;
  wants_lesson_ = outcome == Outcome::unknown_key;
  return false;
}

inline bool Speculation::Node::is_at(const char* place) const {
  // The compiler would make a loop of a loop.
  std::uint64_t difference = ((load(place) ^ head[0]) & head_mask[0]) |
                             ((load(place + 8) ^ head[1]) & head_mask[1]) |
                             ((load(place + 16) ^ head[2]) & head_mask[2]);
  if (difference != 0) return false;
  return size_bytes <= sizeof head || std::memcmp(place, text.data(), size_bytes) == 0;
}

/// The node's successor whose text is written at `place`, behind which 64 bytes may be read.
inline Speculation::Node* Speculation::follow(Node& from, const char* place) {
  Node* latest = from.successors.front();
  if (latest != nullptr && latest->is_at(place)) [[likely]]
    return latest;
  for (Node*& successor : from.successors) {
    if (successor == nullptr) break;
    if (!successor->is_at(place)) continue;
    std::swap(successor, from.successors.front());
    return from.successors.front();
  }
  return nullptr;
}

/// Returns the place behind the value at `at`; one behind the record when it is none.
inline std::size_t Speculation::take_value(std::string_view record, std::size_t at,
                                           Token& token) const {
  const char* begin = record.data() + at;
  if (*begin != '"') return take_other(record, at, token);
  std::size_t end = marks_.next_stop(at + 1);
  bool is_plain = record.data()[end] == '"';
  if (!is_plain) end = string_end(record, end);
  if (end == none) return none;
  token = {{begin + 1, end - at - 1}, is_plain ? Token::Kind::string : Token::Kind::escaped_string};
  return end + 1;
}

/// A value that is no string.
std::size_t Speculation::take_other(std::string_view record, std::size_t at, Token& token) const {
  const char* begin = record.data() + at;
  auto put = [&](Token::Kind kind, std::size_t size) {
    token = {{begin, size}, kind};
    return at + size;
  };
  auto put_word = [&](std::string_view word, Token::Kind kind) {
    bool is_word = std::memcmp(begin, word.data(), word.size()) == 0;
    return is_word ? put(kind, word.size()) : none;
  };
  if (*begin == 'n') return put_word("null", Token::Kind::null);
  if (*begin == 't') return put_word("true", Token::Kind::boolean);
  if (*begin == 'f') return put_word("false", Token::Kind::boolean);
  std::size_t end = number_end(record, at);
  return end == none ? none : put(Token::Kind::number, end - at);
}

/// From a backslash in a string to its closing quote; none when an escape is bad.
std::size_t Speculation::string_end(std::string_view record, std::size_t at) const {
  while (at < record.size()) {
    std::uint64_t stops = marks_.stops(at);
    std::size_t behind = Marks::behind_window(at);
    while (stops != 0) {
      auto offset = static_cast<std::size_t>(std::countr_zero(stops));
      if (at + offset >= record.size()) return none;
      if (record[at + offset] == '"') return at + offset;
      if (escape_bytes(record.substr(at + offset)) == 0) return none;
      stops &= stops - 1;
      stops &= ~(std::uint64_t{2} << offset);
      behind = std::max(behind, at + offset + 2);
    }
    at = behind;
  }
  return none;
}

/// Behind the number at `at`, as RFC 8259 has it; none when it is none, or a very long one.
std::size_t Speculation::number_end(std::string_view record, std::size_t at) const {
  const char* text = record.data();
  if (text[at] == '-') ++at;
  std::uint64_t others = ~marks_.digits(at);
  auto count = static_cast<std::size_t>(std::countr_zero(others));
  if (count == 0 || count >= Marks::least_window || (text[at] == '0' && count > 1)) return none;
  if (text[at + count] == '.') {
    ++count;
    auto fraction = static_cast<std::size_t>(std::countr_zero(others >> count));
    if (fraction == 0 || count + fraction >= Marks::least_window) return none;
    count += fraction;
  }
  at += count;
  return (text[at] | 0x20) == 'e' ? exponent_end(record, at) : at;
}

std::size_t Speculation::exponent_end(std::string_view record, std::size_t at) const {
  ++at;
  if (record.data()[at] == '-' || record.data()[at] == '+') ++at;
  auto count = static_cast<std::size_t>(std::countr_one(marks_.digits(at)));
  return count == 0 || count >= Marks::least_window ? none : at + count;
}

/// Each text that a node holds stood between two values of a JSON object, or at an end of one; so
/// with values between them they make one again.
Speculation::Outcome Speculation::walk(std::string_view record, std::span<Token> tokens) {
  std::uint64_t absent = ~std::uint64_t{0} >> (64 - keys_.size());
  std::uint64_t unknown_keys = 0;
  std::size_t at = 0;
  for (Node* node = &nodes_.front();;) {
    node = follow(*node, record.data() + at);
    if (node == nullptr) return Outcome::unknown_key;
    at += node->size_bytes;
    if (node->is_end) break;
    if (at >= record.size()) return Outcome::other;
    std::size_t behind = take_value(record, at, tokens[node->column]);
    // With one more blank before its value this is another text, perhaps.
    if (behind >= record.size()) return record[at] == ' ' ? Outcome::unknown_key : Outcome::other;
    at = behind;
    absent &= node->others;
    unknown_keys += node->is_unknown ? 1 : 0;
  }
  for (; absent != 0; absent &= absent - 1) {
    tokens[static_cast<std::size_t>(std::countr_zero(absent))] = {};
  }
  unknown_keys_ = unknown_keys;
  return at == record.size() ? Outcome::taken : Outcome::other;
}

void Speculation::learn(std::string_view record) {
  if (!wants_lesson_) return;
  wants_lesson_ = false;
  account_ -= price_of_lesson * static_cast<std::int64_t>(record.size());
  if (nodes_.size() == most_nodes) {
    nodes_.resize(1);
    nodes_.front() = {};
  }
  Node* node = &nodes_.front();
  for (std::size_t at = 0; node != nullptr && at != none;) {
    std::size_t quote = record.find_first_of("\"}", at);
    if (record[quote] == '}') {
      link(*node, record.substr(at), {});
      return;
    }
    std::size_t key_end = record.find('"', quote + 1);
    std::string_view key = record.substr(quote + 1, key_end - quote - 1);
    if (key.find('\\') != std::string_view::npos) return;
    std::size_t value = record.find(':', key_end) + 1;
    while (is_json_blank(record[value])) ++value;
    node = link(*node, record.substr(at, value - at), key);
    at = scalar_end(record, value);
  }
}

/// Makes `text` the latest successor; null when it has no room.
Speculation::Node* Speculation::link(Node& from, std::string_view text, std::string_view key) {
  if (text.size() > Node::most_bytes) return nullptr;
  Node* to = find_or_add(text, key);
  if (to == nullptr) return nullptr;
  auto& successors = from.successors;
  auto place = std::find(successors.begin(), successors.end() - 1, to);
  *place = to;
  std::rotate(successors.begin(), place, place + 1);
  return to;
}

Speculation::Node* Speculation::find_or_add(std::string_view text, std::string_view key) {
  auto same = [text](const Node& node) { return node.text == text; };
  auto found = std::find_if(nodes_.begin() + 1, nodes_.end(), same);
  if (found != nodes_.end()) return &*found;
  if (nodes_.size() == most_nodes) return nullptr;
  Node& node = nodes_.emplace_back();
  node.text = text;
  node.size_bytes = text.size();
  node.is_end = trim_blanks(text).back() == '}';
  auto column = std::find(keys_.begin(), keys_.end(), ignores_case_ ? base::to_lower(key) : key);
  node.column = static_cast<std::size_t>(column - keys_.begin());
  node.others = ~(std::uint64_t{1} << node.column);
  node.is_unknown = column == keys_.end();
  std::size_t head_bytes = std::min(text.size(), sizeof node.head);
  std::memcpy(&node.head, text.data(), head_bytes);
  std::memset(&node.head_mask, 0xFF, head_bytes);
  return &node;
}

}  // namespace sparkify::event
