#include "cli/arguments.hpp"

#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <charconv>

#include "base/error.hpp"
#include "base/text.hpp"
#include "cli/commands.hpp"

namespace sparkify::cli {
namespace {

using base::Error;
using base::ErrorKind;

/// Long enough for any flag; not so long that a statement is mistaken for one.
bool is_flag_like(std::string_view word) {
  std::string_view name = word.substr(0, word.find('='));
  return name.size() > 1 && name.front() == '-' &&
         name.find_first_of(" \t\n;") == std::string_view::npos;
}

const Flag* find_flag(std::span<const Flag> flags, std::string_view word) {
  for (const Flag& flag : flags) {
    bool is_long = word.starts_with("--") && word.substr(2) == flag.name;
    bool is_short = word.size() == 2 && word[0] == '-' && word[1] == flag.letter;
    if (is_long || is_short) return &flag;
  }
  return nullptr;
}

Error usage(const Command* command, std::string message) {
  std::string name = command == nullptr ? "" : fmt::format(" {}", command->name);
  return Error(ErrorKind::usage, std::move(message))
      .hint(fmt::format("see \"sparkify{} --help\"", name));
}

Error missing_value(const Command* command, const Flag& flag) {
  return usage(command, fmt::format("--{} needs a value: {}", flag.name, flag.value_name));
}

Error unknown_flag(const Command* command, std::span<const Flag> flags, std::string_view word) {
  std::string_view typed = word.substr(0, word.find('='));
  std::vector<std::string> names;
  for (const Flag& flag : flags) names.push_back(fmt::format("--{}", flag.name));
  std::vector<std::string_view> candidates(names.begin(), names.end());
  Error error = usage(command, fmt::format("unknown flag \"{}\"", typed));
  std::string hint = base::did_you_mean(typed, candidates);
  return hint.empty() ? error : error.hint(hint);
}

void refuse_other_choice(std::string_view what, std::string_view choices, std::string_view value) {
  auto words = base::split_words(choices);
  if (words.empty() || std::find(words.begin(), words.end(), value) != words.end()) return;
  Error error(ErrorKind::usage,
              fmt::format("{}: \"{}\" is not one of {}", what, value, fmt::join(words, ", ")));
  throw error.hint(base::did_you_mean(value, words));
}

/// Gives each flag's value the form --flag=value, in which it may begin with a dash.
std::vector<std::string> join_values(const Command& command, std::span<const Flag> flags,
                                     std::vector<std::string> words) {
  std::vector<std::string> joined;
  for (std::size_t i = 0; i < words.size(); ++i) {
    std::string& word = words[i];
    if (word == "--") {
      joined.insert(joined.end(), words.begin() + static_cast<std::ptrdiff_t>(i), words.end());
      break;
    }
    std::size_t equals = word.starts_with("--") ? word.find('=') : std::string::npos;
    const Flag* flag = find_flag(flags, std::string_view(word).substr(0, equals));
    bool has_value = flag != nullptr && !flag->value_name.empty();
    if (flag == nullptr || (!has_value && equals == std::string::npos)) {
      joined.push_back(std::move(word));
    } else if (!has_value) {
      throw usage(&command, fmt::format("--{} takes no value", flag->name));
    } else if (equals != std::string::npos) {
      if (equals + 1 == word.size()) throw missing_value(&command, *flag);
      joined.push_back(std::move(word));
    } else {
      bool is_missing = i + 1 == words.size() || words[i + 1].empty() ||
                        (words[i + 1].starts_with("--") && is_flag_like(words[i + 1]));
      if (is_missing) throw missing_value(&command, *flag);
      joined.push_back(fmt::format("--{}={}", flag->name, words[++i]));
    }
  }
  return joined;
}

/// What CLI11 left over: arguments, or flags it does not know.
std::vector<std::string> take_words(const Command& command, std::span<const Flag> flags,
                                    const std::vector<std::string>& remaining) {
  std::vector<std::string> words;
  bool is_after_marker = false;
  for (const std::string& word : remaining) {
    if (!is_after_marker && word == "--") {
      is_after_marker = true;
      continue;
    }
    if (!is_after_marker && is_flag_like(word)) throw unknown_flag(&command, flags, word);
    if (words.size() == command.argument.most) {
      throw usage(&command, fmt::format("unexpected argument \"{}\"", word));
    }
    refuse_other_choice(command.argument.name, command.argument.choices, word);
    words.push_back(word);
  }
  return words;
}

}  // namespace

Arguments Arguments::parse(const Command& command, std::vector<std::string> words) {
  std::vector<Flag> flags = flags_of(command);
  CLI::App app;
  app.set_help_flag();
  app.allow_extras();
  for (const Flag& flag : flags) {
    std::string names = fmt::format("--{}", flag.name);
    if (flag.letter != 0) names += fmt::format(",-{}", flag.letter);
    if (flag.value_name.empty()) {
      app.add_flag(names);
    } else {
      app.add_option(names)->expected(1)->multi_option_policy(CLI::MultiOptionPolicy::TakeAll);
    }
  }
  std::vector<std::string> joined = join_values(command, flags, std::move(words));
  std::reverse(joined.begin(), joined.end());  // the order in which CLI11 takes them
  try {
    app.parse(joined);
  } catch (const CLI::ParseError& error) {
    throw usage(&command, base::to_lower(error.what()));
  }

  Arguments arguments;
  arguments.command_ = &command;
  arguments.words_ = take_words(command, flags, app.remaining());
  for (const Flag& flag : flags) {
    const CLI::Option* option = app.get_option(fmt::format("--{}", flag.name));
    if (option->count() == 0) continue;
    bool is_switch = flag.value_name.empty();
    if (option->count() > 1 && !is_switch) {
      throw usage(&command, fmt::format("--{} is given twice", flag.name));
    }
    std::string value = is_switch ? "yes" : option->results().front();
    refuse_other_choice(fmt::format("--{}", flag.name), choices_of(flag), value);
    arguments.values_.emplace(flag.name, std::move(value));
  }
  bool is_short = arguments.words_.size() < command.argument.least;
  if (is_short && !arguments.has("help")) {
    std::string choices;
    if (!command.argument.choices.empty()) {
      choices = fmt::format(" ({})", fmt::join(base::split_words(command.argument.choices), ", "));
    }
    throw usage(&command,
                fmt::format("{} needs {}{}", command.name, command.argument.name, choices));
  }
  return arguments;
}

std::optional<std::string> Arguments::value(std::string_view flag) const {
  auto found = values_.find(flag);
  if (found == values_.end()) return std::nullopt;
  return found->second;
}

std::string Arguments::text(std::string_view flag) const {
  if (auto given = value(flag)) return *given;
  for (const Flag& known : flags_of(*command_)) {
    if (known.name == flag) return std::string(default_of(known));
  }
  throw Error(ErrorKind::internal, fmt::format("{} has no flag {}", command_->name, flag));
}

std::uint64_t Arguments::count(std::string_view flag) const {
  std::string given = text(flag);
  std::uint64_t number = 0;
  auto [end, code] = std::from_chars(given.data(), given.data() + given.size(), number);
  if (code == std::errc() && end == given.data() + given.size()) return number;
  throw usage(command_, fmt::format("--{}: \"{}\" is not a whole number", flag, given));
}

std::vector<config::Inputs::Flag> Arguments::setting_flags() const {
  std::vector<config::Inputs::Flag> result;
  for (const Flag& flag : flags_of(*command_)) {
    auto given = value(flag.name);
    if (given && !flag.setting.empty()) {
      result.push_back({flag.setting, fmt::format("--{}", flag.name), *given});
    }
  }
  return result;
}

void throw_unknown_command(std::string_view typed) {
  std::vector<std::string_view> names;
  for (const Command& command : commands()) names.push_back(command.name);
  Error error = usage(nullptr, fmt::format("unknown command \"{}\"", typed));
  std::string hint = base::did_you_mean(typed, names);
  throw hint.empty() ? error.hint("see \"sparkify help\"") : error.hint(hint);
}

Line split_line(std::vector<std::string> words) {
  std::vector<std::string> leading;
  std::size_t next = 0;
  for (; next < words.size() && is_flag_like(words[next]); ++next) {
    std::string_view word = words[next];
    if (word == "--help" || word == "-h") return {find_command("help"), {}};
    if (word == "--version") return {find_command("version"), {}};
    std::size_t equals = word.find('=');
    const Flag* flag = find_flag(leading_flags(), word.substr(0, equals));
    if (flag == nullptr) throw unknown_flag(nullptr, leading_flags(), word);
    leading.push_back(words[next]);
    bool has_next_word = !flag->value_name.empty() && equals == std::string_view::npos;
    if (!has_next_word) continue;
    if (++next == words.size()) throw missing_value(nullptr, *flag);
    leading.push_back(words[next]);
  }
  if (next == words.size()) return {};
  std::size_t name_words = 2;
  const Command* command = nullptr;
  if (next + 1 < words.size()) command = find_command(words[next] + " " + words[next + 1]);
  if (command == nullptr) {
    command = find_command(words[next]);
    name_words = 1;
  }
  if (command == nullptr) throw_unknown_command(words[next]);
  auto after = words.begin() + static_cast<std::ptrdiff_t>(next + name_words);
  leading.insert(leading.end(), after, words.end());
  return {command, std::move(leading)};
}

}  // namespace sparkify::cli
