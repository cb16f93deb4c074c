#include "format/json.hpp"

#include <fmt/format.h>

#include <cmath>
#include <set>

#include "format/width.hpp"

namespace sparkify::format {
namespace {

void skip_digits(std::string_view& text) {
  text.remove_prefix(std::min(text.find_first_not_of("0123456789"), text.size()));
}

class JsonWriter final : public Writer {
 public:
  explicit JsonWriter(Output output) : output_(std::move(output)) {}

  void begin(std::vector<Column> columns) override {
    std::set<std::string> names;
    for (const Column& column : columns) {
      std::string name = column.name;
      for (int n = 2; !names.insert(name).second; ++n) name = fmt::format("{}_{}", column.name, n);
      keys_.push_back(json_text(name) + ":");
      kinds_.push_back(column.kind);
    }
    output_("[");
  }

  void row(Row values) override {
    std::string line = has_rows_ ? ",\n  {" : "\n  {";
    has_rows_ = true;
    for (std::size_t i = 0; i < keys_.size(); ++i) {
      if (i > 0) line += ',';
      line += keys_[i];
      append_value(line, values[i], kinds_[i]);
    }
    line += '}';
    output_(line);
  }

  void end() override { output_(has_rows_ ? "\n]\n" : "]\n"); }

 private:
  static void append_value(std::string& line, const std::optional<std::string_view>& value,
                           ValueKind kind) {
    if (!value) {
      line += "null";
    } else if (kind == ValueKind::number) {
      line += is_json_number(*value) ? *value : "null";
    } else if (kind == ValueKind::boolean && (*value == "true" || *value == "false")) {
      line += *value;
    } else {
      line += json_text(*value);
    }
  }

  Output output_;
  std::vector<std::string> keys_;
  std::vector<ValueKind> kinds_;
  bool has_rows_ = false;
};

}  // namespace

std::string json_text(std::string_view text) {
  std::string result = "\"";
  while (!text.empty()) {
    Character character = next_character(text);
    if (!character.is_valid) {
      result += "\xEF\xBF\xBD";
    } else if (character.code == '"' || character.code == '\\') {
      result += '\\';
      result += text.front();
    } else if (character.code == '\n') {
      result += "\\n";
    } else if (character.code == '\t') {
      result += "\\t";
    } else if (character.code == '\r') {
      result += "\\r";
    } else if (character.code < 0x20 || character.code == 0x7F) {
      result += fmt::format("\\u{:04x}", static_cast<unsigned>(character.code));
    } else {
      result += text.substr(0, character.size_bytes);
    }
    text.remove_prefix(character.size_bytes);
  }
  return result + '"';
}

bool is_json_number(std::string_view text) {
  if (text.starts_with('-')) text.remove_prefix(1);
  if (text.empty() || text.front() < '0' || text.front() > '9') return false;
  if (text.front() == '0') {
    text.remove_prefix(1);
  } else {
    skip_digits(text);
  }
  if (text.starts_with('.')) {
    text.remove_prefix(1);
    std::size_t before = text.size();
    skip_digits(text);
    if (text.size() == before) return false;
  }
  if (text.starts_with('e') || text.starts_with('E')) {
    text.remove_prefix(1);
    if (text.starts_with('+') || text.starts_with('-')) text.remove_prefix(1);
    std::size_t before = text.size();
    skip_digits(text);
    if (text.size() == before) return false;
  }
  return text.empty();
}

JsonDocument& JsonDocument::key(std::string_view name) {
  separate();
  text_ += json_text(name) + ": ";
  is_after_key_ = true;
  return *this;
}

JsonDocument& JsonDocument::number(std::int64_t value) { return put(fmt::to_string(value)); }
JsonDocument& JsonDocument::number(std::uint64_t value) { return put(fmt::to_string(value)); }
JsonDocument& JsonDocument::number(double value) {
  return std::isfinite(value) ? put(fmt::to_string(value)) : null();
}

JsonDocument& JsonDocument::begin(char bracket) {
  separate();
  text_ += bracket;
  has_items_.push_back(false);
  return *this;
}

JsonDocument& JsonDocument::finish(char bracket) {
  bool had_items = has_items_.back();
  has_items_.pop_back();
  if (had_items) text_ += '\n' + std::string(2 * has_items_.size(), ' ');
  text_ += bracket;
  return *this;
}

JsonDocument& JsonDocument::put(std::string_view raw) {
  separate();
  text_ += raw;
  return *this;
}

void JsonDocument::separate() {
  if (is_after_key_ || has_items_.empty()) {
    is_after_key_ = false;
    return;
  }
  if (has_items_.back()) text_ += ',';
  has_items_.back() = true;
  text_ += '\n' + std::string(2 * has_items_.size(), ' ');
}

std::unique_ptr<Writer> make_json_writer(Output output) {
  return std::make_unique<JsonWriter>(std::move(output));
}

}  // namespace sparkify::format
