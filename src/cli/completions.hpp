#pragma once

#include <string>

namespace sparkify::cli {

/// Scripts that offer commands, flags, choices and file names; derived from the table of commands.
std::string bash_completions();
std::string zsh_completions();
std::string fish_completions();

}  // namespace sparkify::cli
