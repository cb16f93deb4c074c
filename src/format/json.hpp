#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "format/writer.hpp"

namespace sparkify::format {

/// `text` in quotes, escaped; valid UTF-8 whatever comes in.
std::string json_text(std::string_view text);

/// Whether `text` is a number as JSON writes it: no NaN, no leading zeros or plus.
bool is_json_number(std::string_view text);

/// A nested document for `--format json`, built in memory and indented by two spaces.
///
///   JsonDocument document;
///   document.begin_object().key("rows").number(3).end_object();
class JsonDocument {
 public:
  JsonDocument& begin_object() { return begin('{'); }
  JsonDocument& end_object() { return finish('}'); }
  JsonDocument& begin_array() { return begin('['); }
  JsonDocument& end_array() { return finish(']'); }
  JsonDocument& key(std::string_view name);
  JsonDocument& text(std::string_view value) { return put(json_text(value)); }
  JsonDocument& number(std::int64_t value);
  JsonDocument& number(std::uint64_t value);
  /// Null when not finite.
  JsonDocument& number(double value);
  JsonDocument& boolean(bool value) { return put(value ? "true" : "false"); }
  JsonDocument& null() { return put("null"); }

  /// With a newline at the end.
  std::string str() const { return text_ + '\n'; }

 private:
  JsonDocument& begin(char bracket);
  JsonDocument& finish(char bracket);
  JsonDocument& put(std::string_view raw);
  void separate();

  std::string text_;
  std::vector<bool> has_items_;  ///< one for each open bracket
  bool is_after_key_ = false;
};

std::unique_ptr<Writer> make_json_writer(Output output);

}  // namespace sparkify::format
