#include <fmt/format.h>

#include <exception>

#include "aws/identity.hpp"
#include "base/error.hpp"
#include "cli/commands.hpp"
#include "cli/completions.hpp"
#include "cli/help.hpp"
#include "config/settings.hpp"

namespace sparkify::cli {
namespace {

/// One line of `config show`.
struct ShownSetting {
  std::string_view name;
  std::string value, origin;
};

/// A setting that nobody made may still be said by AWS's own files and services.
void fill_in(ShownSetting& shown, const aws::Identity& identity, aws::Asking asking) {
  aws::Found found;
  if (shown.name == "s3.region") found = identity.region("s3", asking);
  if (shown.name == "s3.endpoint") found = identity.endpoint("s3");
  if (shown.name == "aws.region") found = identity.region("redshift", asking);
  if (shown.name == "aws.ca_bundle") found = {identity.ca_bundle(), "AWS's shared files"};
  if (found.text.empty()) return;
  shown.value = found.text;
  shown.origin = found.origin;
}

std::vector<ShownSetting> shown_settings(const config::Settings& settings) {
  std::vector<ShownSetting> rows;
  for (const config::Setting& setting : config::settings()) {
    const config::Value& value = settings.value(setting.name);
    bool is_hidden = (setting.is_secret && !value.text.empty()) || aws::names_user(value.text);
    rows.push_back({setting.name, is_hidden ? "set, not shown" : value.text, value.origin});
  }
  return rows;
}

/// Adds what comes from beside our own files. Who one is may be a question to a server, so it is
/// asked only when origins are wanted.
void add_identity(std::vector<ShownSetting>& rows, const config::Settings& settings,
                  bool has_origin) {
  aws::Identity identity(settings);
  auto asking = has_origin ? aws::Asking::allowed : aws::Asking::forbidden;
  for (ShownSetting& row : rows) {
    if (settings.value(row.name).source == config::Source::fallback) fill_in(row, identity, asking);
  }
  if (!has_origin) return;
  auto provider = identity.credentials();
  std::string_view value = provider->is_anonymous() ? "none" : "set, not shown";
  rows.push_back({"aws credentials", std::string(value), provider->origin()});
}

}  // namespace

void config_show(Invocation& invocation) {
  bool has_origin = invocation.arguments.has("origin");
  const config::Settings& settings = invocation.settings();
  std::vector<ShownSetting> rows = shown_settings(settings);
  std::exception_ptr failure;  // told when all else has been shown
  try {
    add_identity(rows, settings, has_origin);
  } catch (const base::Error&) {
    failure = std::current_exception();
  }
  auto writer = invocation.writer();
  std::vector<format::Column> columns = {{"setting", format::ValueKind::text},
                                         {"value", format::ValueKind::text}};
  if (has_origin) columns.push_back({"origin", format::ValueKind::text});
  writer->begin(columns);
  for (const ShownSetting& row : rows) {
    std::vector<std::optional<std::string_view>> cells = {row.name, row.value};
    if (has_origin) cells.push_back(row.origin);
    writer->row(cells);
  }
  writer->end();
  if (failure) std::rethrow_exception(failure);
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
