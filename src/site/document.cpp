#include "site/document.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <utility>

#include "base/text.hpp"
#include "event/json.hpp"

namespace sparkify::site {
namespace {

using base::Error;
using base::ErrorKind;
using base::Json;

/// Walks the text beside the tree that was made of it. The tree forgets all but the last of
/// members with one key, so the last place found counts.
class Walk {
 public:
  Walk(std::string_view text, const Json& target) : text_(text), target_(target) {}

  /// `at`: where the text of `here` or blanks before it begin.
  void look(const Json& here, std::size_t at, int levels_left) {
    at = skip_blanks(at);
    if (&here == &target_) value_ = at;
    bool has_parts = (here.is_object() && byte(at) == '{') || (here.is_array() && byte(at) == '[');
    if (has_parts && levels_left > 0) look_inside(here, at, levels_left - 1);
  }

  std::size_t key() const { return key_; }
  std::size_t value() const { return value_; }

 private:
  char byte(std::size_t at) const { return at < text_.size() ? text_[at] : '\0'; }
  std::size_t skip_blanks(std::size_t at) const {
    while (at < text_.size() && event::is_json_blank(text_[at])) ++at;
    return at;
  }
  /// One past the value; the text's end when it is nested too deep to be scanned.
  std::size_t end_of(std::size_t at) const {
    if (at >= text_.size()) return text_.size();
    event::Scan scan = event::scan_value(text_.substr(at));
    return scan.state == event::Scan::State::malformed ? text_.size() : at + scan.offset;
  }

  /// The parts of a list or object that begins at `at`.
  void look_inside(const Json& here, std::size_t at, int levels_left) {
    for (std::size_t index = 0; byte(at) == '[' || byte(at) == '{' || byte(at) == ','; ++index) {
      at = skip_blanks(at + 1);
      if (byte(at) == ']' || byte(at) == '}') return;
      const std::size_t key_at = at;
      const Json* part = nullptr;
      if (here.is_object()) {
        std::size_t key_end = end_of(at);
        part = member(here, text_.substr(at, key_end - at));
        at = skip_blanks(skip_blanks(key_end) + 1);
      } else if (index < here.size()) {
        part = &here[index];
      }
      if (part == &target_) key_ = key_at;
      if (part != nullptr) look(*part, at, levels_left);
      at = skip_blanks(end_of(at));
    }
  }

  static const Json* member(const Json& object, std::string_view quoted) {
    if (quoted.size() < 2) return nullptr;
    std::string key(quoted.substr(1, quoted.size() - 2));
    key.resize(event::unescape(std::string(key), key.data()).size_bytes);
    auto found = object.find(key);
    return found == object.end() ? nullptr : &*found;
  }

  std::string_view text_;
  const Json& target_;
  std::size_t key_ = 0, value_ = 0;
};

/// The first number that no double can hold. All before it is JSON.
std::size_t find_overflow(std::string_view text) {
  for (std::size_t at = 0; at < text.size();) {
    std::size_t end = at + 1;
    if (text[at] == '"') {
      end = std::max(end, at + event::scan_value(text.substr(at)).offset);
    } else if (text[at] == '-' || (text[at] >= '0' && text[at] <= '9')) {
      end = std::min(text.find_first_not_of("+-.eE0123456789", at), text.size());
      std::string digits(text.substr(at, end - at));
      if (std::isinf(std::strtod(digits.c_str(), nullptr))) return at;
    }
    at = end;
  }
  return text.size();
}

Json parse(std::string_view text, const std::string& file) {
  try {
    return base::parse_json(text, file);
  } catch (const Error& error) {
    if (error.place() && error.place()->line > 0) throw;
    throw Error(ErrorKind::config, "a number is too large")
        .at(base::place_of(text, find_overflow(text), file));
  }
}

std::string_view type_of(const Json& value) {
  if (value.is_object()) return "an object";
  if (value.is_array()) return "a list";
  if (value.is_string()) return "a string";
  if (value.is_boolean()) return "true or false";
  return value.is_number() ? "a number" : "null";
}

}  // namespace

Document::Document(std::string_view text, std::string file)
    : text_(text), file_(std::move(file)), root_(parse(text, file_)) {}

Document::Offsets Document::find(const Json& value) const {
  // Nothing that is checked lies deeper: transitions, its items, their states, their values.
  constexpr int levels = 4;
  constexpr std::string_view byte_order_mark = "\xEF\xBB\xBF";
  Walk walk(text_, value);
  walk.look(root_, text_.starts_with(byte_order_mark) ? byte_order_mark.size() : 0, levels);
  return {walk.key(), walk.value()};
}

Error Document::error(std::size_t offset, std::string message) const {
  return Error(ErrorKind::config, std::move(message)).at(base::place_of(text_, offset, file_));
}

Error Document::error_at(const Json& value, std::string message) const {
  return error(find(value).value, std::move(message));
}

Error Document::error_at_key(const Json& value, std::string message) const {
  return error(find(value).key, std::move(message));
}

void Document::check_object(const Json& value, std::string_view name,
                            std::span<const std::string_view> keys) const {
  if (!value.is_object()) {
    throw error_at(value, fmt::format("{} is {}, not an object", name, type_of(value)));
  }
  for (const auto& [key, part] : value.items()) {
    if (std::find(keys.begin(), keys.end(), key) != keys.end()) continue;
    std::string hint = base::did_you_mean(key, keys);
    if (hint.empty()) hint = fmt::format("known are {}", fmt::join(keys, ", "));
    throw error_at_key(part, fmt::format("unknown key \"{}\" in {}", key, name)).hint(hint);
  }
}

const Json& Document::member(const Json& object, std::string_view key) const {
  auto found = object.find(std::string(key));
  if (found == object.end()) throw error_at(object, fmt::format("\"{}\" is missing", key));
  return *found;
}

const Json& Document::list(const Json& object, std::string_view key) const {
  const Json& value = member(object, key);
  if (value.is_array()) return value;
  throw error_at(value, fmt::format("\"{}\" is {}, not a list", key, type_of(value)));
}

const std::string& Document::string(const Json& object, std::string_view key) const {
  const Json& value = member(object, key);
  if (value.is_string()) return value.get_ref<const std::string&>();
  throw error_at(value, fmt::format("\"{}\" is {}, not a string", key, type_of(value)));
}

bool Document::boolean(const Json& object, std::string_view key) const {
  const Json& value = member(object, key);
  if (value.is_boolean()) return value.get<bool>();
  throw error_at(value, fmt::format("\"{}\" is {}, not true or false", key, type_of(value)));
}

double Document::number(const Json& object, std::string_view key, double least, double most) const {
  const Json& value = member(object, key);
  if (!value.is_number()) {
    throw error_at(value, fmt::format("\"{}\" is {}, not a number", key, type_of(value)));
  }
  auto number = value.get<double>();
  if (number >= least && number <= most) return number;
  throw error_at(value, fmt::format("\"{}\" is {}, not {} to {}", key, number, least, most));
}

std::int64_t Document::whole(const Json& object, std::string_view key, std::int64_t least,
                             std::int64_t most) const {
  const Json& value = member(object, key);
  double number = this->number(object, key, static_cast<double>(least), static_cast<double>(most));
  if (number == std::trunc(number)) return static_cast<std::int64_t>(number);
  throw error_at(value, fmt::format("\"{}\" is {}, not a whole number", key, number));
}

}  // namespace sparkify::site
