#pragma once

#include <cstddef>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.hpp"

namespace sparkify::aws {

/// One `key = value` of a shared file.
struct ProfileValue {
  std::string text;
  std::string file;
  std::size_t line = 0;

  base::Place place() const { return {file, line, 0, {}}; }
};

/// What the shared files say under one name.
struct Profile {
  std::string name;
  std::map<std::string, ProfileValue, std::less<>> values;

  const ProfileValue* find(std::string_view key) const;
  bool has(std::string_view key) const { return find(key) != nullptr; }
  /// Empty when it is not there.
  std::string text(std::string_view key) const;
  /// Of the indented `inner = ...` lines below `key =`; empty when it is not there.
  std::string inner_text(std::string_view key, std::string_view inner) const;
};

/// The files that AWS's tools share: ~/.aws/config and ~/.aws/credentials. In the first, profiles
/// are [default] and [profile NAME]; in the second, any section is one, and its values win.
/// Source: "Configuration and credential file settings" of the AWS CLI; keys appear once, as there.
class ProfileFiles {
 public:
  ProfileFiles() = default;
  /// A file that does not exist is empty. Throws config with place, denied (it may not be read).
  ProfileFiles(std::string config_path, std::string credentials_path);

  /// nullptr when there is none of that name.
  const Profile* find(std::string_view name) const;
  /// [services NAME] of the first file.
  const Profile* find_services(std::string_view name) const;
  std::vector<std::string_view> names() const;
  const std::string& config_path() const { return config_path_; }
  const std::string& credentials_path() const { return credentials_path_; }

 private:
  using Profiles = std::map<std::string, Profile, std::less<>>;
  void read_config();
  void read_credentials();

  std::string config_path_, credentials_path_;
  Profiles profiles_, services_;
};

/// Words as a POSIX shell would take them apart: quotes and backslashes, no variables.
/// Nothing when a quote is not closed.
std::optional<std::vector<std::string>> split_as_shell(std::string_view text);

}  // namespace sparkify::aws
