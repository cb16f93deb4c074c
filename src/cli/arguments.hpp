#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "config/settings.hpp"

namespace sparkify::cli {

struct Command;

/// A command line, understood.
class Arguments {
 public:
  /// Understands the words that follow the command's name.
  /// Throws usage: an unknown flag or argument, a value that is missing or none of the choices.
  static Arguments parse(const Command& command, std::vector<std::string> words);

  const Command& command() const { return *command_; }
  bool has(std::string_view flag) const { return values_.contains(flag); }
  std::optional<std::string> value(std::string_view flag) const;
  /// The value, or the flag's default.
  std::string text(std::string_view flag) const;
  /// The same as a number. Throws usage when it is none.
  std::uint64_t count(std::string_view flag) const;
  const std::vector<std::string>& words() const { return words_; }
  /// What flags say about settings.
  std::vector<config::Inputs::Flag> setting_flags() const;

 private:
  const Command* command_ = nullptr;
  std::map<std::string, std::string, std::less<>> values_;  ///< by flag; switches hold "yes"
  std::vector<std::string> words_;
};

/// The command that a command line names, and the words that belong to it: those after the name,
/// then the common flags that stood before it. nullptr when no command is named.
/// Throws usage for an unknown command.
struct Line {
  const Command* command = nullptr;
  std::vector<std::string> words;
};
Line split_line(std::vector<std::string> words);

/// Throws usage.
[[noreturn]] void throw_unknown_command(std::string_view typed);

}  // namespace sparkify::cli
