#include "config/settings.hpp"

#include <fmt/format.h>
#include <sys/stat.h>

#include <algorithm>
#include <charconv>
#include <cstdlib>

#include "base/file.hpp"
#include "base/text.hpp"
#include "config/ini.hpp"

namespace sparkify::config {
namespace {

using base::Error;
using base::ErrorKind;

bool has_word(std::string_view words, std::string_view word) {
  auto list = base::split_words(words);
  return std::find(list.begin(), list.end(), word) != list.end();
}

std::optional<std::uint64_t> whole_number(std::string_view text) {
  std::uint64_t number = 0;
  auto [end, code] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (code != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return number;
}

/// Python's words for it.
std::optional<bool> truth(std::string_view text) {
  std::string word = base::to_lower(text);
  if (has_word("1 yes true on", word)) return true;
  if (has_word("0 no false off", word)) return false;
  return std::nullopt;
}

/// `2GB`, `512 MiB`, `1.5gb`, as DuckDB takes them.
bool is_size(std::string_view text) {
  std::size_t digits = text.find_first_not_of("0123456789.");
  if (digits == 0 || digits == std::string_view::npos) return false;
  double number = 0;
  auto [end, code] = std::from_chars(text.data(), text.data() + digits, number);
  if (code != std::errc() || end != text.data() + digits || number <= 0) return false;
  return has_word("b kb mb gb tb kib mib gib tib", base::to_lower(base::trim(text.substr(digits))));
}

bool has_key(const Setting& setting, std::string_view key) {
  if (has_word(setting.keys, key)) return true;
  bool is_prefixed = key.starts_with("dwh_") || key.starts_with("aws_");
  return is_prefixed && has_word(setting.keys, key.substr(4));
}

const Setting* find_setting(std::string_view section, std::string_view key) {
  for (const Setting& setting : settings()) {
    if (has_word(setting.sections, section) && has_key(setting, key)) return &setting;
  }
  return nullptr;
}

Error unknown_key(const IniEntry& entry) {
  std::vector<std::string_view> here, first_spellings;
  std::string elsewhere;
  for (const Setting& setting : settings()) {
    if (has_word(setting.sections, entry.section)) {
      for (std::string_view key : base::split_words(setting.keys)) here.push_back(key);
      first_spellings.push_back(base::split_words(setting.keys).front());
    } else if (has_key(setting, entry.key) && elsewhere.empty()) {
      elsewhere = fmt::format("it belongs in [{}]", base::split_words(setting.sections).front());
    }
  }
  // The user's spelling, with its case.
  std::string typed = entry.line_text.substr(entry.key_column - 1, entry.key.size());
  Error error(ErrorKind::config, fmt::format("unknown key \"{}\" in [{}]", typed, entry.section));
  std::string hint = base::did_you_mean(entry.key, here);
  if (hint.empty()) hint = elsewhere;
  if (hint.empty()) hint = fmt::format("known keys: {}", fmt::join(first_spellings, ", "));
  return error.at(entry.key_place()).hint(hint);
}

void refuse_unknown_sections(const Ini& ini) {
  std::vector<std::string_view> known;
  for (const Setting& setting : settings()) {
    for (std::string_view section : base::split_words(setting.sections)) {
      if (std::find(known.begin(), known.end(), section) == known.end()) known.push_back(section);
    }
  }
  for (const IniSection& section : ini.sections) {
    if (std::find(known.begin(), known.end(), section.name) != known.end()) continue;
    std::string hint = base::did_you_mean(section.name, known);
    if (hint.empty()) hint = fmt::format("known sections: {}", fmt::join(known, ", "));
    throw Error(ErrorKind::config, fmt::format("unknown section [{}]", section.name))
        .at(section.place)
        .hint(hint);
  }
}

base::Place place_of(const Setting& setting, const IniEntry& entry) {
  if (!setting.is_secret) return entry.value_place();
  return {entry.file, entry.line, entry.value_column, {}};
}

/// `~/` at the start of a path, which no shell has seen.
std::string expand_home(const Setting& setting, std::string text) {
  const char* home = std::getenv("HOME");
  bool is_below_home = setting.type == SettingType::path && text.starts_with("~/");
  return is_below_home && home != nullptr ? home + text.substr(1) : text;
}

}  // namespace

std::optional<std::string> objection(const Setting& setting, std::string_view text) {
  switch (setting.type) {
    case SettingType::text:
    case SettingType::path:
      return std::nullopt;
    case SettingType::count:
      if (whole_number(text)) return std::nullopt;
      return fmt::format("\"{}\" is not a whole number", text);
    case SettingType::port: {
      auto port = whole_number(text);
      if (port && *port > 0 && *port < 65536) return std::nullopt;
      return fmt::format("\"{}\" is not a port from 1 to 65535", text);
    }
    case SettingType::size:
      if (is_size(text)) return std::nullopt;
      return fmt::format("\"{}\" is not a size such as 512MB or 2GB", text);
    case SettingType::choice:
      if (has_word(setting.choices, text)) return std::nullopt;
      return fmt::format("\"{}\" is not one of {}", text,
                         fmt::join(base::split_words(setting.choices), ", "));
    case SettingType::boolean:
      if (truth(text)) return std::nullopt;
      return fmt::format("\"{}\" is not yes or no", text);
  }
  return std::nullopt;
}

Settings::Settings(const Inputs& inputs) {
  for (const Setting& setting : settings()) {
    values_[setting.name] = {std::string(setting.default_text), Source::fallback, "default", {}};
  }
  if (inputs.user_file) read_file(*inputs.user_file, Source::user_file);
  if (inputs.project_file) read_file(*inputs.project_file, Source::project_file);
  read_environment(inputs);
  read_flags(inputs);
}

void Settings::read_file(const Inputs::File& file, Source source) {
  Ini ini = parse_ini(file.text, file.name);
  refuse_unknown_sections(ini);
  for (const IniEntry& entry : ini.entries) {
    const Setting* setting = find_setting(entry.section, entry.key);
    if (setting == nullptr) throw unknown_key(entry);
    if (entry.value.empty()) continue;
    if (auto reason = objection(*setting, entry.value)) {
      Error error(ErrorKind::config, fmt::format("{}: {}", entry.key, *reason));
      throw error.at(place_of(*setting, entry));
    }
    std::string text = expand_home(*setting, entry.value);
    Value& value = values_.at(setting->name);
    if (value.source == source && value.text != text) {
      throw Error(ErrorKind::config,
                  fmt::format("\"{}\" sets {} again to another value", entry.key, setting->name))
          .at(entry.key_place())
          .hint(fmt::format("the first is in line {}; remove one", value.place->line));
    }
    if (setting->is_secret) files_with_secrets_.push_back(source);
    value = {text, source, fmt::format("{}:{}", entry.file, entry.line), place_of(*setting, entry)};
  }
}

void Settings::read_environment(const Inputs& inputs) {
  if (!inputs.variable) return;
  for (const Setting& setting : settings()) {
    for (std::string_view word : base::split_words(setting.variables)) {
      std::string name(word);
      auto text = inputs.variable(name);
      if (!text || text->empty()) continue;
      if (auto reason = objection(setting, *text)) {
        throw Error(ErrorKind::config, fmt::format("environment variable {}: {}", name, *reason));
      }
      values_.at(setting.name) = {*text, Source::environment, name, {}};
      break;
    }
  }
}

void Settings::read_flags(const Inputs& inputs) {
  for (const Inputs::Flag& flag : inputs.flags) {
    const Setting& about = setting(flag.setting);
    std::optional<std::string> reason = objection(about, flag.value);
    if (flag.value.empty()) reason = "the value is empty";
    if (reason) throw Error(ErrorKind::usage, fmt::format("{}: {}", flag.flag, *reason));
    values_.at(about.name) = {flag.value, Source::flag, flag.flag, {}};
  }
}

const Value& Settings::value(std::string_view name) const { return values_.at(setting(name).name); }

std::uint64_t Settings::count(std::string_view name) const {
  return whole_number(text(name)).value_or(0);
}

bool Settings::is_on(std::string_view name) const { return truth(text(name)).value_or(false); }

bool Settings::holds_secret(Source file) const {
  return std::find(files_with_secrets_.begin(), files_with_secrets_.end(), file) !=
         files_with_secrets_.end();
}

namespace {

std::optional<Inputs::File> read_if_there(const std::string& path) {
  struct stat st {};
  if (path.empty() || ::stat(path.c_str(), &st) != 0) return std::nullopt;
  return Inputs::File{path, base::read_file(path)};
}

std::string user_file_path() {
  const char* config_home = std::getenv("XDG_CONFIG_HOME");
  if (config_home != nullptr && *config_home == '/') {
    return fmt::format("{}/sparkify/sparkify.cfg", config_home);
  }
  const char* home = std::getenv("HOME");
  return home == nullptr ? "" : fmt::format("{}/.config/sparkify/sparkify.cfg", home);
}

/// A warning when others than the owner may read a file with secrets.
void look_at_mode(const std::string& path, std::vector<std::string>& warnings) {
  struct stat st {};
  if (::stat(path.c_str(), &st) != 0 || !S_ISREG(st.st_mode) || (st.st_mode & 0044) == 0) return;
  warnings.push_back(fmt::format(
      "{0}: warning: holds secrets and others may read it (mode {1:04o})\n  hint: chmod 600 {0}\n",
      path, st.st_mode & 07777));
}

}  // namespace

Settings read_settings(std::vector<Inputs::Flag> flags, std::optional<std::string> config_file,
                       std::vector<std::string>& warnings) {
  Inputs inputs;
  inputs.flags = std::move(flags);
  inputs.variable = [](const std::string& name) -> std::optional<std::string> {
    const char* text = std::getenv(name.c_str());
    return text == nullptr ? std::nullopt : std::optional<std::string>(text);
  };
  if (config_file) {
    inputs.project_file = {*config_file, base::read_file(*config_file)};
  } else {
    inputs.project_file = read_if_there("dwh.cfg");
  }
  inputs.user_file = read_if_there(user_file_path());
  Settings settings(inputs);
  if (settings.holds_secret(Source::project_file)) {
    look_at_mode(inputs.project_file->name, warnings);
  }
  if (settings.holds_secret(Source::user_file)) look_at_mode(inputs.user_file->name, warnings);
  return settings;
}

}  // namespace sparkify::config
