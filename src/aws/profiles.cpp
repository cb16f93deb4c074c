#include "aws/profiles.hpp"

#include <utility>

#include "base/file.hpp"
#include "base/text.hpp"
#include "config/ini.hpp"

namespace sparkify::aws {
namespace {

config::Ini read_ini(const std::string& path) {
  if (path.empty()) return {};
  std::string text;
  try {
    text = base::read_file(path);
  } catch (const base::Error& error) {
    if (error.kind() == base::ErrorKind::not_found) return {};
    throw;
  }
  return config::parse_ini(text, path, config::Quotes::keep);
}

/// `music` of `profile music` or `profile "music"`.
std::optional<std::string> name_after(std::string_view word, std::string_view section) {
  auto words = split_as_shell(section);
  if (!words || words->size() != 2 || words->front() != word) return std::nullopt;
  return words->back();
}

void add(Profile& profile, const config::IniEntry& entry) {
  profile.values[entry.key] = {entry.value, entry.file, entry.line};
}

}  // namespace

const ProfileValue* Profile::find(std::string_view key) const {
  auto found = values.find(key);
  return found == values.end() || found->second.text.empty() ? nullptr : &found->second;
}

std::string Profile::text(std::string_view key) const {
  const ProfileValue* value = find(key);
  return value == nullptr ? "" : value->text;
}

std::string Profile::inner_text(std::string_view key, std::string_view inner) const {
  const ProfileValue* value = find(key);
  if (value == nullptr) return {};
  for (std::string_view rest = value->text; !rest.empty();) {
    std::string_view line = rest.substr(0, rest.find('\n'));
    rest.remove_prefix(std::min(line.size() + 1, rest.size()));
    std::size_t equals = line.find('=');
    if (equals == std::string_view::npos || base::trim(line.substr(0, equals)) != inner) continue;
    return std::string(base::trim(line.substr(equals + 1)));
  }
  return {};
}

ProfileFiles::ProfileFiles(std::string config_path, std::string credentials_path)
    : config_path_(std::move(config_path)), credentials_path_(std::move(credentials_path)) {
  read_config();
  read_credentials();
}

void ProfileFiles::read_config() {
  config::Ini ini = read_ini(config_path_);
  // [profile default] stands above [default].
  bool has_long_default = false;
  for (const config::IniSection& section : ini.sections) {
    has_long_default = has_long_default || name_after("profile", section.name) == "default";
  }
  auto profile_of = [&](const std::string& section) -> Profile* {
    if (section == "default" && has_long_default) return nullptr;
    auto name = section == "default" ? section : name_after("profile", section);
    if (name) return &profiles_[*name];
    auto services = name_after("services", section);
    return services ? &services_[*services] : nullptr;
  };
  for (const config::IniSection& section : ini.sections) profile_of(section.name);
  for (const config::IniEntry& entry : ini.entries) {
    if (Profile* profile = profile_of(entry.section)) add(*profile, entry);
  }
  for (auto* all : {&profiles_, &services_}) {
    for (auto& [name, profile] : *all) profile.name = name;
  }
}

void ProfileFiles::read_credentials() {
  config::Ini ini = read_ini(credentials_path_);
  for (const config::IniSection& section : ini.sections) {
    profiles_[section.name].name = section.name;
  }
  for (const config::IniEntry& entry : ini.entries) add(profiles_[entry.section], entry);
}

const Profile* ProfileFiles::find(std::string_view name) const {
  auto found = profiles_.find(name);
  return found == profiles_.end() ? nullptr : &found->second;
}

const Profile* ProfileFiles::find_services(std::string_view name) const {
  auto found = services_.find(name);
  return found == services_.end() ? nullptr : &found->second;
}

std::vector<std::string_view> ProfileFiles::names() const {
  std::vector<std::string_view> names;
  for (const auto& [name, profile] : profiles_) names.push_back(name);
  return names;
}

std::optional<std::vector<std::string>> split_as_shell(std::string_view text) {
  std::vector<std::string> words;
  bool is_in_word = false;
  char quote = 0;
  for (std::size_t i = 0; i < text.size(); ++i) {
    char c = text[i];
    bool is_blank = c == ' ' || c == '\t' || c == '\n' || c == '\r';
    if (quote == 0 && is_blank) {
      is_in_word = false;
      continue;
    }
    if (!is_in_word) words.emplace_back();
    is_in_word = true;
    if (quote != 0 && c == quote) {
      quote = 0;
    } else if (quote == 0 && (c == '\'' || c == '"')) {
      quote = c;
    } else if (c == '\\' && quote != '\'') {
      if (++i == text.size()) return std::nullopt;
      // Inside "..." a backslash stands for itself, but before a quote or another one.
      bool is_kept = quote == '"' && text[i] != '"' && text[i] != '\\';
      if (is_kept) words.back() += '\\';
      words.back() += text[i];
    } else {
      words.back() += c;
    }
  }
  if (quote != 0) return std::nullopt;
  return words;
}

}  // namespace sparkify::aws
