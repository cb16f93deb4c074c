#pragma once

#include <string>

#include "cli/commands.hpp"

namespace sparkify::cli {

/// `etl [flags]`: what may follow the program's name.
std::string usage_of(const Command& command);
/// What `sparkify` alone prints.
std::string overview();
/// A command's help page.
std::string help_of(const Command& command);
/// docs/cli.md: commands, settings and exit codes.
std::string reference_as_markdown();
/// The same as sparkify(1).
std::string reference_as_man_page();

}  // namespace sparkify::cli
