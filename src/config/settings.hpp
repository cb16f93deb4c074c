#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.hpp"

namespace sparkify::config {

enum class SettingType { text, path, count, port, size, choice, boolean };

/// One thing a user can set. Lists are words with one space between them.
struct Setting {
  std::string_view name;       ///< section.key, as the program and `config show` call it
  std::string_view sections;   ///< of the files; the first is ours
  std::string_view keys;       ///< the first is ours; `dwh_` or `aws_` may stand before any
  std::string_view variables;  ///< of the environment, the first that is set wins
  SettingType type = SettingType::text;
  std::string_view default_text;
  std::string_view choices;  ///< of SettingType::choice
  bool is_secret = false;
  std::string_view help;
};

/// The one table of settings, by section.
std::span<const Setting> settings();
/// Throws internal when there is none of that name.
const Setting& setting(std::string_view name);

/// Why `text` is no value for `setting`, in words (`"x" is not a whole number`); nothing when it
/// is one.
std::optional<std::string> objection(const Setting& setting, std::string_view text);

enum class Source { fallback, user_file, project_file, environment, flag };

/// What a setting is, and who said so.
struct Value {
  std::string text;
  Source source = Source::fallback;
  std::string origin;  ///< `--warehouse`, `SPARKIFY_WAREHOUSE`, `dwh.cfg:3`, `default`
  std::optional<base::Place> place;  ///< of a file's value; without excerpt for secrets
};

/// Where values may come from, the first wins: flags, environment, project file, user file.
struct Inputs {
  struct Flag {
    std::string_view setting;  ///< its name
    std::string flag;          ///< as typed: --warehouse
    std::string value;
  };
  std::vector<Flag> flags;
  std::function<std::optional<std::string>(const std::string&)> variable;
  /// Text and name of each file that exists.
  struct File {
    std::string name;
    std::string text;
  };
  std::optional<File> project_file, user_file;
};

/// All settings resolved. An empty value counts as not set: the seeds' dwh.cfg comes with empty
/// ones to fill in.
class Settings {
 public:
  /// Throws usage (a flag's value), config (a variable's value; with place, a file's key or value:
  /// unknown, of the wrong type, or one setting under two spellings with different values).
  explicit Settings(const Inputs& inputs);

  const Value& value(std::string_view name) const;
  bool is_set(std::string_view name) const { return !value(name).text.empty(); }
  const std::string& text(std::string_view name) const { return value(name).text; }
  /// Of SettingType::count and port; 0 when not set.
  std::uint64_t count(std::string_view name) const;
  /// Of SettingType::boolean.
  bool is_on(std::string_view name) const;
  /// Whether this file gave a secret a value.
  bool holds_secret(Source file) const;

 private:
  void read_file(const Inputs::File& file, Source source);
  void read_environment(const Inputs& inputs);
  void read_flags(const Inputs& inputs);

  std::map<std::string_view, Value, std::less<>> values_;  ///< keys borrow the static table
  std::vector<Source> files_with_secrets_;
};

/// Files and environment as they are on this machine: ./dwh.cfg or `config_file`, and
/// ($XDG_CONFIG_HOME or ~/.config)/sparkify/sparkify.cfg. `warnings` gets a text for each file that
/// holds secrets and that others may read.
/// Throws as the constructor, and not_found or denied for `config_file`.
Settings read_settings(std::vector<Inputs::Flag> flags, std::optional<std::string> config_file,
                       std::vector<std::string>& warnings);

}  // namespace sparkify::config
