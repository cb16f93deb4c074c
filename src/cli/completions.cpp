#include "cli/completions.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "base/text.hpp"
#include "cli/commands.hpp"

namespace sparkify::cli {
namespace {

std::string_view first_word(const Command& command) {
  return base::split_words(command.name).front();
}

std::string_view second_word(const Command& command) {
  auto words = base::split_words(command.name);
  return words.size() > 1 ? words[1] : std::string_view();
}

/// `serve user` is completed as a part of `serve`.
bool is_part_of_another(const Command& command) {
  return !second_word(command).empty() && find_command(first_word(command)) != nullptr;
}

std::vector<const Command*> parts_of(const Command& command) {
  std::vector<const Command*> parts;
  for (const Command& other : commands()) {
    if (is_part_of_another(other) && first_word(other) == command.name) parts.push_back(&other);
  }
  return parts;
}

/// With those of its parts.
std::vector<Flag> all_flags_of(const Command& command) {
  std::vector<Flag> flags = flags_of(command);
  for (const Command* part : parts_of(command)) {
    for (const Flag& flag : part->flags) flags.push_back(flag);
  }
  return flags;
}

/// Single quotes around it, for all three shells.
std::string quote(std::string_view text) {
  std::string result = "'";
  for (char byte : text) {
    if (byte == '\'') {
      result += "'\\''";
    } else {
      result += byte;
    }
  }
  return result + "'";
}

bool is_path(const Flag& flag) { return flag.value_name == "PATH" || flag.value_name == "FILE"; }

/// What may follow a command's name as a word of its own.
std::string words_after(const Command& command) {
  if (!second_word(command).empty()) return std::string(second_word(command));
  if (command.name == "help") {
    std::vector<std::string_view> names;
    for (const Command& other : commands()) {
      if (!is_part_of_another(other)) names.push_back(first_word(other));
    }
    return fmt::format("{}", fmt::join(names, " "));
  }
  if (auto parts = parts_of(command); !parts.empty()) {
    return std::string(second_word(*parts.front()));
  }
  return std::string(command.argument.choices);
}

std::string zsh_escape(std::string_view text) {
  std::string result;
  for (char byte : text) {
    if (byte == ':' || byte == '[' || byte == ']' || byte == '\\') result += '\\';
    result += byte;
  }
  return result;
}

std::string zsh_flag(const Flag& flag) {
  std::string spec = fmt::format("--{}[{}]", flag.name, zsh_escape(flag.help));
  if (flag.value_name.empty()) return quote(spec);
  spec += fmt::format(":{}:", flag.value_name);
  if (!choices_of(flag).empty()) spec += fmt::format("({})", choices_of(flag));
  if (is_path(flag)) spec += "_files";
  return quote(spec);
}

}  // namespace

std::string bash_completions() {
  std::vector<std::string> names;
  std::string values, words;
  for (const Command& command : commands()) {
    if (is_part_of_another(command)) continue;
    names.emplace_back(first_word(command));
    std::vector<std::string> offers;
    if (auto after = words_after(command); !after.empty()) offers.push_back(after);
    for (const Flag& flag : all_flags_of(command)) {
      offers.push_back(fmt::format("--{}", flag.name));
      if (flag.value_name.empty()) continue;
      // Without choices nothing is offered, and bash falls back to file names.
      std::string choices(choices_of(flag));
      values += fmt::format("    {}:--{}) words={}; is_value=1 ;;\n", names.back(), flag.name,
                            quote(choices));
    }
    words += fmt::format("    {}) words={} ;;\n", names.back(),
                         quote(fmt::format("{}", fmt::join(offers, " "))));
  }
  std::string text = "# bash completion for sparkify\n_sparkify() {\n";
  text += "  local current=${COMP_WORDS[COMP_CWORD]} previous=${COMP_WORDS[COMP_CWORD-1]}\n";
  text += "  local command= words= is_value= i\n";
  text += "  for ((i = 1; i < COMP_CWORD; i++)); do\n    case ${COMP_WORDS[i]} in\n";
  text += fmt::format("      {}) command=${{COMP_WORDS[i]}}; break ;;\n", fmt::join(names, "|"));
  text += "    esac\n  done\n";
  text += fmt::format("  case $command:$previous in\n{}  esac\n", values);
  text += fmt::format("  [[ $is_value ]] || case $command in\n{}    *) words={} ;;\n  esac\n",
                      words, quote(fmt::format("{}", fmt::join(names, " "))));
  text += "  COMPREPLY=($(compgen -W \"$words\" -- \"$current\"))\n}\n";
  return text + "complete -o bashdefault -o default -F _sparkify sparkify\n";
}

std::string zsh_completions() {
  std::string names, cases;
  for (const Command& command : commands()) {
    if (is_part_of_another(command)) continue;
    std::string name(first_word(command));
    names +=
        fmt::format("    {}\n", quote(fmt::format("{}:{}", name, zsh_escape(command.summary))));
    cases += fmt::format("    {})\n      _arguments", name);
    for (const Flag& flag : all_flags_of(command))
      cases += fmt::format(" \\\n        {}", zsh_flag(flag));
    if (auto after = words_after(command); !after.empty()) {
      cases += fmt::format(" \\\n        {}", quote(fmt::format("1:word:({})", after)));
    }
    cases += " ;;\n";
  }
  std::string text = "#compdef sparkify\n_sparkify() {\n  local -a names\n";
  text += fmt::format("  names=(\n{}  )\n", names);
  text += "  if (( CURRENT == 2 )); then\n    _describe command names\n    return\n  fi\n";
  text += "  shift words\n  (( CURRENT-- ))\n";
  text += fmt::format("  case $words[1] in\n{}  esac\n}}\n", cases);
  text += "if [[ $funcstack[1] == _sparkify ]]; then\n  _sparkify \"$@\"\n";
  return text + "else\n  compdef _sparkify sparkify\nfi\n";
}

std::string fish_completions() {
  std::string text = "# fish completion for sparkify\ncomplete -c sparkify -f\n";
  for (const Command& command : commands()) {
    if (is_part_of_another(command)) continue;
    std::string name(first_word(command));
    text += fmt::format("complete -c sparkify -n __fish_use_subcommand -a {} -d {}\n", name,
                        quote(command.summary));
    std::string seen = quote(fmt::format("__fish_seen_subcommand_from {}", name));
    if (auto after = words_after(command); !after.empty()) {
      text += fmt::format("complete -c sparkify -n {} -a {}\n", seen, quote(after));
    }
    for (const Flag& flag : all_flags_of(command)) {
      text +=
          fmt::format("complete -c sparkify -n {} -l {} -d {}", seen, flag.name, quote(flag.help));
      if (flag.letter != 0) text += fmt::format(" -s {}", flag.letter);
      if (!flag.value_name.empty()) text += is_path(flag) ? " -r -F" : " -x";
      if (auto choices = choices_of(flag); !choices.empty()) {
        text += fmt::format(" -a {}", quote(choices));
      }
      text += '\n';
    }
  }
  return text;
}

}  // namespace sparkify::cli
