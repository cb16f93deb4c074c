#include "cli/help.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "base/text.hpp"
#include "config/settings.hpp"

namespace sparkify::cli {
namespace {

constexpr std::string_view purpose = "load music-event logs into a star schema and look at it";

struct ExitCode {
  int code;
  std::string_view meaning;
};
constexpr std::array<ExitCode, 10> exit_codes = {{
    {0, "success, also when nothing is new"},
    {1, "a file, a statement or a name is wrong, or does not exist"},
    {2, "the command line or a setting is wrong"},
    {3, "a check found rows that break its rule"},
    {4, "more records were refused than allowed; nothing was loaded"},
    {5, "the other side did not answer, or a disk is full; try again"},
    {6, "a permission is missing"},
    {7, "another process holds the warehouse"},
    {70, "a bug"},
    {130, "interrupted"},
}};

constexpr std::string_view precedence =
    "A flag wins over the environment, that over dwh.cfg of the current directory (or --config\n"
    "FILE), that over sparkify/sparkify.cfg in $XDG_CONFIG_HOME or ~/.config, that over the "
    "default.";

std::string usage_of(const Flag& flag) {
  std::string text = flag.letter != 0 ? fmt::format("-{}, ", flag.letter) : "";
  text += fmt::format("--{}", flag.name);
  if (!flag.value_name.empty()) text += fmt::format(" {}", flag.value_name);
  return text;
}

/// The help text with choices and default.
std::string explain(const Flag& flag) {
  std::string text(flag.help);
  if (auto choices = base::split_words(choices_of(flag)); !choices.empty()) {
    text += fmt::format(": {}", fmt::join(choices, ", "));
  }
  if (auto value = default_of(flag); !value.empty()) text += fmt::format(" [{}]", value);
  return text;
}

std::string explain(const Argument& argument) {
  std::string text(argument.help);
  if (auto choices = base::split_words(argument.choices); !choices.empty()) {
    text += fmt::format(": {}", fmt::join(choices, ", "));
  }
  return text;
}

/// Two columns: names, and what they are.
std::string align(const std::vector<std::pair<std::string, std::string>>& rows) {
  std::size_t width = 0;
  for (const auto& row : rows) width = std::max(width, row.first.size());
  std::string text;
  for (const auto& [name, meaning] : rows) {
    text += fmt::format("  {:<{}}  {}\n", name, width, meaning);
  }
  return text;
}

std::string files_of_settings(const config::Setting& setting) {
  auto sections = base::split_words(setting.sections);
  auto keys = base::split_words(setting.keys);
  return fmt::format("[{}] {}", fmt::join(sections, "], ["), fmt::join(keys, ", "));
}

std::string variables_of(const config::Setting& setting) {
  return fmt::format("{}", fmt::join(base::split_words(setting.variables), ", "));
}

std::string markdown_cell(std::string_view text) {
  std::string result;
  for (char byte : text) {
    if (byte == '|') result += '\\';
    result += byte;
  }
  return result;
}

std::string markdown_of(const Command& command) {
  std::string text = fmt::format("### {}\n\n{}.\n\n", command.name, command.summary);
  text += fmt::format("    sparkify {}\n", usage_of(command));
  if (!command.details.empty()) text += fmt::format("\n{}\n", command.details);
  text += "\n| flag | |\n| --- | --- |\n";
  if (!command.argument.name.empty()) {
    text += fmt::format("| `{}` | {} |\n", command.argument.name,
                        markdown_cell(explain(command.argument)));
  }
  for (const Flag& flag : flags_of(command)) {
    text += fmt::format("| `{}` | {} |\n", usage_of(flag), markdown_cell(explain(flag)));
  }
  return text + fmt::format("\nExample:\n\n    {}\n\n", command.example);
}

/// Text for roff: dashes stay dashes, no line is taken for a request.
std::string roff(std::string_view text) {
  std::string result;
  bool is_line_start = true;
  for (char byte : text) {
    if (is_line_start && (byte == '.' || byte == '\'')) result += "\\&";
    if (byte == '\\') {
      result += "\\e";
    } else if (byte == '-') {
      result += "\\-";
    } else {
      result += byte;
    }
    is_line_start = byte == '\n';
  }
  return result;
}

std::string man_section_of(const Command& command) {
  std::string text = fmt::format(".SS {}\n{}.\n", roff(usage_of(command)), roff(command.summary));
  if (!command.details.empty()) text += fmt::format("{}\n", roff(command.details));
  if (!command.argument.name.empty()) {
    text += fmt::format(".TP\n.I {}\n{}\n", roff(command.argument.name),
                        roff(explain(command.argument)));
  }
  for (const Flag& flag : flags_of(command)) {
    text += fmt::format(".TP\n.B {}\n{}\n", roff(usage_of(flag)), roff(explain(flag)));
  }
  return text + fmt::format(".PP\nExample:\n.PP\n.nf\n    {}\n.fi\n", roff(command.example));
}

}  // namespace

std::string usage_of(const Command& command) {
  std::string text(command.name);
  if (!command.argument.name.empty()) {
    std::string_view name = command.argument.name;
    text += command.argument.least > 0 ? fmt::format(" {}", name) : fmt::format(" [{}]", name);
  }
  return text + " [flags]";
}

std::string overview() {
  std::string text = fmt::format("sparkify: {}\n\nusage: sparkify COMMAND [flags]\n\n", purpose);
  text += "commands:\n";
  std::vector<std::pair<std::string, std::string>> rows;
  for (const Command& command : commands()) rows.emplace_back(command.name, command.summary);
  text += align(rows);
  text += "\nto begin:\n";
  for (std::string_view name : {"etl", "status", "sql"}) {
    text += fmt::format("  {}\n", find_command(name)->example);
  }
  return text + "\n\"sparkify help COMMAND\" tells more.\n";
}

std::string help_of(const Command& command) {
  std::string text = fmt::format("sparkify {}: {}\n\nusage: sparkify {}\n", command.name,
                                 command.summary, usage_of(command));
  if (!command.details.empty()) text += fmt::format("\n{}\n", command.details);
  if (!command.argument.name.empty()) {
    text += "\nargument:\n";
    text += align({{std::string(command.argument.name), explain(command.argument)}});
  }
  std::vector<std::pair<std::string, std::string>> rows;
  for (const Flag& flag : flags_of(command)) rows.emplace_back(usage_of(flag), explain(flag));
  text += fmt::format("\nflags:\n{}", align(rows));
  return text + fmt::format("\nexample:\n  {}\n", command.example);
}

std::string reference_as_markdown() {
  std::string text = fmt::format("# sparkify\n\n`sparkify`: {}.\n\n", purpose);
  text += "This page is the output of `sparkify help --markdown`.\n\n## Commands\n\n";
  for (const Command& command : commands()) text += markdown_of(command);
  text += fmt::format("## Settings\n\n{}\n\n", precedence);
  text +=
      "Any key may begin with `dwh_` or `aws_`; case does not matter. An empty value counts as\n";
  text += "not set.\n\n| setting | in files | in the environment | default | |\n";
  text += "| --- | --- | --- | --- | --- |\n";
  for (const config::Setting& setting : config::settings()) {
    text +=
        fmt::format("| {} | `{}` | `{}` | {} | {} |\n", setting.name, files_of_settings(setting),
                    variables_of(setting), setting.default_text, markdown_cell(setting.help));
  }
  text += "\n## Exit codes\n\n| code | meaning |\n| --- | --- |\n";
  for (const ExitCode& row : exit_codes)
    text += fmt::format("| {} | {} |\n", row.code, row.meaning);
  return text;
}

std::string reference_as_man_page() {
  std::string text = fmt::format(".TH SPARKIFY 1 \"\" \"sparkify {}\"\n", SPARKIFY_VERSION);
  text += fmt::format(".SH NAME\nsparkify \\- {}\n", roff(purpose));
  text += ".SH SYNOPSIS\n.B sparkify\n.I COMMAND\n[flags]\n.SH COMMANDS\n";
  for (const Command& command : commands()) text += man_section_of(command);
  text += fmt::format(".SH SETTINGS\n{}\n", roff(precedence));
  for (const config::Setting& setting : config::settings()) {
    text += fmt::format(".TP\n.B {}\n{}; in files: {}; in the environment: {}\n",
                        roff(setting.name), roff(setting.help), roff(files_of_settings(setting)),
                        roff(variables_of(setting)));
  }
  text += ".SH EXIT STATUS\n";
  for (const ExitCode& row : exit_codes) {
    text += fmt::format(".TP\n.B {}\n{}\n", row.code, roff(row.meaning));
  }
  return text;
}

}  // namespace sparkify::cli
