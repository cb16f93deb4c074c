#include "event/record.hpp"

#include <simdjson.h>

#include <algorithm>
#include <cstring>
#include <optional>
#include <string>
#include <vector>

#include "base/text.hpp"
#include "event/json.hpp"
#include "event/speculation.hpp"

namespace sparkify::event {
namespace {

namespace ondemand = simdjson::ondemand;

static_assert(RecordParser::padding_bytes >= simdjson::SIMDJSON_PADDING);

struct Child;

/// What to do with a value: which columns take it, and where to go on below it.
struct Node {
  std::vector<std::size_t> columns;
  std::vector<Child> children;
  std::vector<std::size_t> columns_below;  ///< of all children, at any depth
};

/// A step down. Keys are compared as they are written, with their closing quote, the first and the
/// last eight bytes as numbers; a key written with escapes is compared again unescaped.
struct Child {
  std::string key;
  std::optional<std::size_t> index;
  std::string quoted;
  std::uint64_t head = 0;
  std::uint64_t head_mask = 0;  ///< 0: only comparable unescaped
  std::uint64_t tail = 0;       ///< of a quoted key longer than its head
  Node node;

  bool is_written_at(const char* text) const {
    if ((load(text) & head_mask) != head || head_mask == 0) return false;
    std::size_t size = quoted.size();
    if (size <= sizeof head) return true;
    if (load(text + size - sizeof tail) != tail) return false;
    return size <= sizeof head + sizeof tail || std::string_view(text, size) == quoted;
  }

  static std::uint64_t load(const char* text) {
    std::uint64_t number;
    std::memcpy(&number, text, sizeof number);
    return number;
  }
};

Child make_child(const PathStep& step) {
  Child child;
  child.key = step.key;
  child.index = step.index;
  child.quoted = step.key + '"';
  if (step.index || step.key.find_first_of("\"\\") != std::string::npos) return child;
  std::size_t count = std::min(child.quoted.size(), sizeof child.head);
  std::memcpy(&child.head, child.quoted.data(), count);
  std::memset(&child.head_mask, 0xFF, count);
  if (child.quoted.size() > count)
    child.tail = Child::load(child.quoted.data() + child.quoted.size() - 8);
  return child;
}

void add_path(Node& root, const Path& path, std::size_t column) {
  Node* node = &root;
  for (const PathStep& step : path) {
    node->columns_below.push_back(column);
    auto same = [&step](const Child& child) {
      return child.key == step.key && child.index == step.index;
    };
    auto found = std::find_if(node->children.begin(), node->children.end(), same);
    if (found == node->children.end()) {
      found = node->children.insert(found, make_child(step));
    }
    node = &found->node;
  }
  node->columns.push_back(column);
}

/// The bytes of a key, from behind its opening quote to its closing one.
std::string_view key_text(const char* key) {
  const char* end = key;
  while (*end != '"') end += *end == '\\' ? 2 : 1;
  return {key, static_cast<std::size_t>(end - key)};
}

}  // namespace

/// Walks one record. Functions return false where it is no JSON; all of it is looked at, also
/// what no column takes, because simdjson's on-demand walk alone would pass over such errors.
class RecordParser::Body {
 public:
  Body(const Mapping& mapping, Speculating speculating) : tokens_(mapping.columns.size() + 1) {
    for (std::size_t i = 0; i < mapping.paths.size(); ++i) add_path(root_, mapping.paths[i], i);
    ignores_case_ = mapping.ignores_case;
    is_list_ = !root_.children.empty() && root_.children.front().index;
    all_.resize(mapping.columns.size());
    for (std::size_t i = 0; i < all_.size(); ++i) all_[i] = i;
    if (speculating == Speculating::never) return;
    bool is_wide = speculating == Speculating::on_widest_lanes;
    speculation_.emplace(mapping, is_wide ? Marks::Lanes::widest : Marks::Lanes::portable);
  }

  bool parse(std::string_view record) {
    if (!speculation_) return parse_by_simdjson(record);
    if (speculation_->take(record, tokens_)) {
      unknown_keys_ = speculation_->unknown_keys();
      return true;
    }
    if (!parse_by_simdjson(record)) return false;
    speculation_->learn(record);
    return true;
  }

  std::span<const Token> tokens() const { return {tokens_.data(), all_.size()}; }
  std::uint64_t unknown_keys() const { return unknown_keys_; }

 private:
  static constexpr std::size_t least_bytes = 16 << 10;
  static constexpr std::size_t kept_bytes = 1 << 20;  ///< a larger parser is not kept

  bool parse_by_simdjson(std::string_view record) {
    if (record.size() > kept_bytes) {
      ondemand::parser large;
      return parse_with(large, record);
    }
    if (parser_.capacity() < record.size()) {
      std::size_t capacity = std::max(2 * record.size(), least_bytes);
      if (parser_.allocate(capacity) != simdjson::SUCCESS) return false;
    }
    return parse_with(parser_, record);
  }

  bool parse_with(ondemand::parser& parser, std::string_view record) {
    clear(all_);
    unknown_keys_ = 0;
    record_end_ = record.data() + record.size();
    backslash_ = find_backslash(record.data());
    ondemand::document document;
    simdjson::padded_string_view padded(record.data(), record.size(),
                                        record.size() + padding_bytes);
    if (parser.iterate(padded).get(document) != simdjson::SUCCESS) return false;
    depth_ = 1;
    if (!(is_list_ ? walk_root_list(document) : walk_root_object(document))) return false;
    const char* behind = nullptr;
    return document.current_location().get(behind) == simdjson::OUT_OF_BOUNDS;
  }

  bool walk_root_object(ondemand::document& document) {
    ondemand::object object;
    return document.get_object().get(object) == simdjson::SUCCESS && walk_object(object, root_);
  }

  bool walk_root_list(ondemand::document& document) {
    mark_unreachable(root_, record_end_);
    ondemand::array array;
    return document.get_array().get(array) == simdjson::SUCCESS && walk_array(array, root_);
  }

  bool walk_object(ondemand::object& object, const Node& node) {
    std::size_t expected = 0;
    for (auto result : object) {
      if (result.error() != simdjson::SUCCESS) return false;
      ondemand::field& field = result.value_unsafe();
      const Child* child = nullptr;
      if (!find_child(field.key().raw(), node, expected, child)) return false;
      if (child == nullptr) ++unknown_keys_;
      if (!take(field.value(), child == nullptr ? nullptr : &child->node)) return false;
    }
    return true;
  }

  bool walk_array(ondemand::array& array, const Node& node) {
    std::size_t index = 0;
    for (auto result : array) {
      if (result.error() != simdjson::SUCCESS) return false;
      const Node* below = nullptr;
      for (const Child& child : node.children) {
        if (child.index == index) below = &child.node;
      }
      if (!take(result.value_unsafe(), below)) return false;
      ++index;
    }
    return true;
  }

  /// False when the key itself is no JSON. `child` stays null for an unknown key.
  bool find_child(const char* key, const Node& node, std::size_t& expected, const Child*& child) {
    const std::vector<Child>& children = node.children;
    for (std::size_t tried = 0; tried < children.size(); ++tried) {
      if (expected >= children.size()) expected = 0;
      const Child& candidate = children[expected++];
      if (candidate.is_written_at(key)) {
        child = &candidate;
        return true;
      }
    }
    return find_escaped_child(key_text(key), node, child);
  }

  /// Also keys in another case, where that makes no difference.
  bool find_escaped_child(std::string_view key, const Node& node, const Child*& child) const {
    if (key.find('\\') == std::string_view::npos && !ignores_case_) return true;
    if (find_bad_escape(key)) return false;
    std::string plain(key.size(), '\0');
    plain.resize(unescape(key, plain.data()).size_bytes);
    if (ignores_case_) plain = base::to_lower(plain);
    for (const Child& candidate : node.children) {
      if (!candidate.index && candidate.key == plain) child = &candidate;
    }
    return true;
  }

  /// Reads the value at hand for `node`; without one only its form is checked.
  bool take(ondemand::value& value, const Node* node) {
    std::string_view text = value.raw_json_token();
    while (!text.empty() && is_json_blank(text.back())) text.remove_suffix(1);
    if (text.empty()) return false;
    if (node != nullptr && !node->children.empty()) {
      text == "null" ? clear(node->columns_below) : mark_unreachable(*node, text.data());
    }
    switch (text.front()) {
      case '"': {
        // Consumed at once: left alone, a string before a stray colon would pass for a key.
        ondemand::raw_json_string consumed;
        return value.get_raw_json_string().get(consumed) == simdjson::SUCCESS &&
               take_string(text, node);
      }
      case '{':
      case '[':
        return take_container(value, text.data(), node);
      case 't':
        return text == "true" && put(node, text, Token::Kind::boolean);
      case 'f':
        return text == "false" && put(node, text, Token::Kind::boolean);
      case 'n':
        return text == "null" && put(node, text, Token::Kind::null);
      default:
        return is_number(text) && put(node, text, Token::Kind::number);
    }
  }

  bool take_string(std::string_view text, const Node* node) {
    if (text.size() < 2 || text.back() != '"') return false;
    text = text.substr(1, text.size() - 2);
    const char* end = text.data() + text.size();
    if (backslash_ < text.data()) backslash_ = find_backslash(text.data());
    if (backslash_ >= end) return put(node, text, Token::Kind::string);
    return !find_bad_escape(text) && put(node, text, Token::Kind::escaped_string);
  }

  bool take_container(ondemand::value& value, const char* begin, const Node* node) {
    std::string_view text(begin, static_cast<std::size_t>(record_end_ - begin));
    put(node, text, Token::Kind::nested);
    if (node == nullptr || node->children.empty()) {
      return scan_value(text, max_depth - depth_).state == Scan::State::complete;
    }
    ++depth_;
    bool is_json = *begin == '{' ? take_object(value, *node) : take_array(value, *node);
    --depth_;
    return is_json;
  }

  bool take_object(ondemand::value& value, const Node& node) {
    for (const Child& child : node.children) {
      if (child.index) continue;
      clear(child.node.columns);
      clear(child.node.columns_below);
    }
    ondemand::object object;
    return value.get_object().get(object) == simdjson::SUCCESS && walk_object(object, node);
  }

  bool take_array(ondemand::value& value, const Node& node) {
    ondemand::array array;
    return value.get_array().get(array) == simdjson::SUCCESS && walk_array(array, node);
  }

  bool put(const Node* node, std::string_view text, Token::Kind kind) {
    if (node == nullptr) return true;
    for (std::size_t column : node->columns) tokens_[column] = {text, kind};
    return true;
  }

  /// Until the walk comes there.
  void mark_unreachable(const Node& node, const char* place) {
    for (std::size_t column : node.columns_below) {
      tokens_[column] = {std::string_view(place, place), Token::Kind::unreachable};
    }
  }

  void clear(const std::vector<std::size_t>& columns) {
    for (std::size_t column : columns) tokens_[column] = {};
  }

  /// The first backslash from here on, or the record's end. Most strings have none, so one
  /// search passes over many of them.
  const char* find_backslash(const char* from) const {
    auto size = static_cast<std::size_t>(record_end_ - from);
    const void* found = std::memchr(from, '\\', size);
    return found == nullptr ? record_end_ : static_cast<const char*>(found);
  }

  std::optional<Speculation> speculation_;
  Node root_;
  bool is_list_ = false;  ///< records are lists
  bool ignores_case_ = false;
  std::vector<std::size_t> all_;  ///< columns
  ondemand::parser parser_;
  std::vector<Token> tokens_;  ///< and one that speculation uses
  std::uint64_t unknown_keys_ = 0;
  std::size_t depth_ = 0;  ///< brackets open where the walk is
  const char* record_end_ = nullptr;
  const char* backslash_ = nullptr;  ///< the first one not before the last string looked at
};

RecordParser::RecordParser(const Mapping& mapping, Speculating speculating)
    : body_(std::make_unique<Body>(mapping, speculating)) {}
RecordParser::~RecordParser() = default;

bool RecordParser::parse(std::string_view record) { return body_->parse(record); }
std::span<const Token> RecordParser::tokens() const { return body_->tokens(); }
std::uint64_t RecordParser::unknown_keys() const { return body_->unknown_keys(); }

RecordParser::Failure RecordParser::explain(std::string_view record) {
  if (auto offset = find_invalid_utf8(record)) return {Reason::invalid_utf8, *offset};
  if (auto offset = record.find('\0'); offset != std::string_view::npos) {
    return {Reason::nul_byte, offset};
  }
  Scan scan = scan_value(record);
  if (scan.state != Scan::State::complete) return {Reason::malformed_json, scan.offset};
  std::string_view rest = record.substr(scan.offset);
  auto behind = std::find_if_not(rest.begin(), rest.end(), is_json_blank);
  if (behind != rest.end()) {
    return {Reason::malformed_json, static_cast<std::size_t>(behind - rest.begin()) + scan.offset};
  }
  return {record.front() == '{' ? Reason::malformed_json : Reason::not_an_object, 0};
}

}  // namespace sparkify::event
