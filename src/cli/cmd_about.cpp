#include <fmt/format.h>

#include "base/error.hpp"
#include "cli/commands.hpp"
#include "cli/completions.hpp"
#include "cli/help.hpp"
#include "config/settings.hpp"

namespace sparkify::cli {

void config_show(Invocation& invocation) {
  bool has_origin = invocation.arguments.has("origin");
  auto writer = invocation.writer();
  std::vector<format::Column> columns = {{"setting", format::ValueKind::text},
                                         {"value", format::ValueKind::text}};
  if (has_origin) columns.push_back({"origin", format::ValueKind::text});
  const config::Settings& settings = invocation.settings();
  writer->begin(columns);
  for (const config::Setting& setting : config::settings()) {
    const config::Value& value = settings.value(setting.name);
    std::string_view shown = value.text;
    if (setting.is_secret && !shown.empty()) shown = "set, not shown";
    std::vector<std::optional<std::string_view>> row = {setting.name, shown};
    if (has_origin) row.push_back(value.origin);
    writer->row(row);
  }
  writer->end();
}

void version(Invocation& invocation) {
  invocation.out.write(fmt::format("sparkify {}\n", SPARKIFY_VERSION));
}

void help(Invocation& invocation) {
  const Arguments& arguments = invocation.arguments;
  if (arguments.has("markdown")) {
    invocation.out.write(reference_as_markdown());
  } else if (arguments.has("man")) {
    invocation.out.write(reference_as_man_page());
  } else if (arguments.words().empty()) {
    invocation.out.write(overview());
  } else {
    std::string name = fmt::format("{}", fmt::join(arguments.words(), " "));
    const Command* command = find_command(name);
    if (command == nullptr) throw_unknown_command(name);
    invocation.out.write(help_of(*command));
  }
}

void completions(Invocation& invocation) {
  const std::string& shell = invocation.arguments.words().front();
  if (shell == "bash") invocation.out.write(bash_completions());
  if (shell == "zsh") invocation.out.write(zsh_completions());
  if (shell == "fish") invocation.out.write(fish_completions());
}

}  // namespace sparkify::cli
