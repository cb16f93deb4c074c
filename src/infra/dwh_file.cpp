#include "infra/dwh_file.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>
#include <optional>
#include <vector>

#include "base/error.hpp"
#include "base/text.hpp"
#include "config/ini.hpp"
#include "config/settings.hpp"

namespace sparkify::infra {
namespace {

std::vector<std::string> split_lines(std::string_view text) {
  std::vector<std::string> lines;
  while (!text.empty()) {
    std::size_t end = std::min(text.find('\n'), text.size());
    lines.emplace_back(text.substr(0, end));
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return lines;
}

bool has_word(std::string_view words, std::string_view word) {
  auto list = base::split_words(words);
  return std::find(list.begin(), list.end(), word) != list.end();
}

std::string_view plain_key(std::string_view key) {
  bool is_prefixed = key.starts_with("dwh_") || key.starts_with("aws_");
  return is_prefixed ? key.substr(4) : key;
}

bool is_entry_of(const config::Setting& setting, const config::IniEntry& entry) {
  return has_word(setting.sections, entry.section) &&
         (has_word(setting.keys, entry.key) || has_word(setting.keys, plain_key(entry.key)));
}

/// What stands before the value, delimiter included, then the value.
void replace_value(std::vector<std::string>& lines, const config::IniEntry& entry,
                   const std::string& value) {
  std::string& line = lines.at(entry.line - 1);
  std::size_t delimiter = line.find_first_of("=:", entry.key_column - 1 + entry.key.size());
  std::size_t start = line.find_first_not_of(" \t", delimiter + 1);
  std::size_t blanks = (start == std::string::npos ? line.size() : start) - delimiter - 1;
  std::string_view return_mark = line.ends_with('\r') ? "\r" : "";
  line = line.substr(0, delimiter + 1) + std::string(blanks > 0 ? 1 : 0, ' ') + value +
         std::string(return_mark);
}

/// The key as files of that section write it: DWH_ENDPOINT of [DWH].
std::string key_in(const config::Setting& setting, std::string_view section) {
  std::vector<std::string_view> keys = base::split_words(setting.keys);
  if (section != "DWH") {
    std::string key(keys.front());
    std::transform(key.begin(), key.end(), key.begin(),
                   [](char c) { return c >= 'a' && c <= 'z' ? static_cast<char>(c - 32) : c; });
    return key;
  }
  std::string_view of_seed = setting.name == "cluster.host"   ? "DWH_ENDPOINT"
                             : setting.name == "iam_role.arn" ? "DWH_ROLE_ARN"
                                                              : "DWH_PORT";
  return std::string(of_seed);
}

/// The line after which a section ends, blank lines before the next one left out.
std::size_t end_of(const config::Ini& ini, const std::vector<std::string>& lines,
                   std::size_t section) {
  std::size_t end = lines.size();
  if (section + 1 < ini.sections.size()) end = ini.sections[section + 1].place.line - 1;
  while (end > 0 && base::trim(lines[end - 1]).empty()) --end;
  return end;
}

void insert(std::vector<std::string>& lines, const config::Ini& ini, const config::Setting& setting,
            const std::string& value) {
  for (std::string_view section : base::split_words(setting.sections)) {
    // Scripts take all of [CLUSTER] by order: nothing else may stand there.
    if (setting.name == "iam_role.arn" && section == "CLUSTER") continue;
    for (std::size_t i = 0; i < ini.sections.size(); ++i) {
      if (ini.sections[i].name != section) continue;
      std::string line = fmt::format("{}={}", key_in(setting, section), value);
      // The host is the first of five that scripts take by their order.
      std::size_t at = setting.name == "cluster.host" && section == "CLUSTER"
                           ? ini.sections[i].place.line
                           : end_of(ini, lines, i);
      lines.insert(lines.begin() + static_cast<std::ptrdiff_t>(at), line);
      return;
    }
  }
  std::string_view section = base::split_words(setting.sections).front();
  if (!lines.empty() && !base::trim(lines.back()).empty()) lines.emplace_back();
  lines.push_back(fmt::format("[{}]", section));
  lines.push_back(fmt::format("{}={}", key_in(setting, section), value));
}

/// Where several lines set it, all must say the same; of lines that say nothing the first will do.
void write_entry(std::vector<std::string>& lines, const config::Ini& ini,
                 const config::Setting& setting, const std::string& value) {
  std::vector<config::IniEntry> found;
  std::copy_if(ini.entries.begin(), ini.entries.end(), std::back_inserter(found),
               [&](const config::IniEntry& entry) { return is_entry_of(setting, entry); });
  auto is_silent = [](const config::IniEntry& entry) { return entry.value.empty(); };
  if (found.empty()) {
    if (!value.empty()) insert(lines, ini, setting, value);
    return;
  }
  if (std::all_of(found.begin(), found.end(), is_silent)) {
    found.resize(1);
  } else {
    std::erase_if(found, is_silent);
  }
  for (const config::IniEntry& entry : found) {
    if (entry.value != value) replace_value(lines, entry, value);
  }
}

}  // namespace

std::string with_entries(std::string_view text, const std::string& file,
                         std::span<const Entry> entries) {
  std::string written(text);
  for (const Entry& wanted : entries) {
    const config::Setting& setting = config::setting(wanted.setting);
    config::Ini ini = config::parse_ini(written, file);
    std::vector<std::string> lines = split_lines(written);
    write_entry(lines, ini, setting, wanted.value);
    written = fmt::format("{}\n", fmt::join(lines, "\n"));
  }
  return written;
}

}  // namespace sparkify::infra
