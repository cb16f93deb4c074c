#include "config/ini.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <optional>
#include <utility>

#include "base/text.hpp"

namespace sparkify::config {
namespace {

using base::Error;
using base::ErrorKind;

/// Reads line by line; the state is what configparser keeps.
class Parser {
 public:
  explicit Parser(std::string_view file) : file_(file) {}

  void read_line(std::string_view line) {
    ++line_number_;
    std::string_view text = base::trim(line);
    if (text.empty()) {
      if (is_value_open_) ini_.entries.back().value += '\n';
      return;
    }
    if (text.front() == '#' || text.front() == ';') return;
    auto indent = static_cast<std::size_t>(text.data() - line.data());
    if (is_value_open_ && indent > indent_) {
      ini_.entries.back().value += '\n';
      ini_.entries.back().value += text;
      return;
    }
    indent_ = indent;
    if (text.front() == '[') {
      read_section(line, text, indent);
    } else {
      read_key(line, text, indent);
    }
  }

  Ini finish(Quotes quotes) {
    for (IniEntry& entry : ini_.entries) {
      if (quotes == Quotes::strip) {
        unquote(entry);
      } else {
        entry.value = std::string(base::trim(entry.value));
      }
    }
    return std::move(ini_);
  }

 private:
  base::Place place(std::size_t column, std::string_view excerpt = {}) const {
    return {file_, line_number_, column, std::string(excerpt)};
  }

  void read_section(std::string_view line, std::string_view text, std::size_t indent) {
    std::size_t end = text.find(']');
    if (end == std::string_view::npos || end == 1) {
      throw Error(ErrorKind::config, "a section is written [NAME]").at(place(indent + 1, line));
    }
    std::string_view rest = base::trim(text.substr(end + 1));
    if (!rest.empty() && rest.front() != '#' && rest.front() != ';') {
      throw Error(ErrorKind::config, "text after the section's name")
          .at(place(static_cast<std::size_t>(rest.data() - line.data()) + 1));
    }
    std::string name(text.substr(1, end - 1));
    auto same_name = [&](const IniSection& section) { return section.name == name; };
    auto first = std::find_if(ini_.sections.begin(), ini_.sections.end(), same_name);
    if (first != ini_.sections.end()) {
      throw Error(ErrorKind::config, fmt::format("section [{}] appears twice", name))
          .at(place(indent + 1, line))
          .hint(fmt::format("the first is in line {}; put the keys together", first->place.line));
    }
    ini_.sections.push_back({name, place(indent + 1, line)});
    is_value_open_ = false;
  }

  void read_key(std::string_view line, std::string_view text, std::size_t indent) {
    if (ini_.sections.empty()) {
      throw Error(ErrorKind::config, "a line before the first [SECTION]").at(place(indent + 1));
    }
    // No excerpt: a line that is not understood may be part of a secret.
    std::size_t delimiter = text.find_first_of("=:");
    if (delimiter == std::string_view::npos) {
      throw Error(ErrorKind::config, "expected \"key = value\"").at(place(indent + 1));
    }
    std::string_view key = base::trim(text.substr(0, delimiter));
    if (key.empty()) {
      throw Error(ErrorKind::config, fmt::format("no key before \"{}\"", text[delimiter]))
          .at(place(indent + 1));
    }
    std::string_view value = base::trim(text.substr(delimiter + 1));
    IniEntry entry;
    entry.section = ini_.sections.back().name;
    entry.key = base::to_lower(key);
    entry.value = value;
    entry.file = file_;
    entry.line = line_number_;
    entry.key_column = indent + 1;
    entry.value_column = value.empty() ? indent + delimiter + 2
                                       : static_cast<std::size_t>(value.data() - line.data()) + 1;
    entry.line_text = line;
    refuse_second(entry);
    ini_.entries.push_back(std::move(entry));
    is_value_open_ = true;
  }

  void refuse_second(const IniEntry& entry) const {
    for (const IniEntry& earlier : ini_.entries) {
      if (earlier.section != entry.section || earlier.key != entry.key) continue;
      throw Error(ErrorKind::config,
                  fmt::format("key \"{}\" appears twice in [{}]", entry.key, entry.section))
          .at(entry.key_place())
          .hint(fmt::format("the first is in line {}; remove one", earlier.line));
    }
  }

  static void unquote(IniEntry& entry) {
    std::string_view value = base::trim(entry.value);
    bool is_quoted = value.size() >= 2 && (value.front() == '\'' || value.front() == '"') &&
                     value.back() == value.front();
    if (is_quoted) {
      value = value.substr(1, value.size() - 2);
      ++entry.value_column;
    }
    entry.value = std::string(value);
  }

  std::string file_;
  Ini ini_;
  std::size_t line_number_ = 0;
  std::size_t indent_ = 0;
  bool is_value_open_ = false;
};

}  // namespace

base::Place IniEntry::key_place() const {
  std::size_t end = std::min(value_column - 1, line_text.size());
  std::string_view shown = std::string_view(line_text).substr(0, end);
  while (!shown.empty() && (shown.back() == '\'' || shown.back() == '"')) shown.remove_suffix(1);
  return {file, line, key_column, std::string(shown)};
}

base::Place IniEntry::value_place() const { return {file, line, value_column, line_text}; }

Ini parse_ini(std::string_view text, std::string_view file, Quotes quotes) {
  if (text.starts_with("\xEF\xBB\xBF")) text.remove_prefix(3);
  Parser parser(file);
  while (!text.empty()) {
    std::size_t end = text.find('\n');
    std::string_view line = text.substr(0, end);
    text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
    if (line.ends_with('\r')) line.remove_suffix(1);
    parser.read_line(line);
  }
  return parser.finish(quotes);
}

}  // namespace sparkify::config
