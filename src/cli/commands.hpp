#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "cli/invocation.hpp"

namespace sparkify::cli {

/// One `--name`. Help texts are lower case without a full stop.
struct Flag {
  std::string_view name;        ///< without dashes
  char letter = 0;              ///< -f; 0: none
  std::string_view value_name;  ///< PATH; empty: a switch
  std::string_view choices;     ///< words with one space between; empty: any value
  std::string_view setting;     ///< the setting it stands above; its default is shown
  std::string_view default_text;
  std::string_view help;
};

/// What may follow a command's name.
struct Argument {
  std::string_view name;  ///< empty: the command takes none
  std::string_view choices;
  std::size_t least = 0, most = 0;
  std::string_view help;
};

/// What a command works on; decides which common flags it has.
enum class Reach { nothing, settings, warehouse };

struct Command {
  std::string_view name;  ///< one or two words
  std::string_view summary;
  std::string_view details;  ///< sentences for its help page; may be empty
  Reach reach = Reach::nothing;
  std::span<const Flag> flags;  ///< without the common ones
  Argument argument;
  std::string_view example;  ///< a command line that works
  void (*function)(Invocation&);
  bool has_store_flags = false;  ///< its paths may be of S3: --region and its like
  bool has_cloud_flags = false;  ///< it asks Amazon about a cluster: --cluster and its like
};

/// THE table of commands. Parsing, help, completions, man page and docs/cli.md derive from it.
std::span<const Command> commands();
/// nullptr when there is none.
const Command* find_command(std::string_view name);
/// Its own flags, then the common ones it has.
std::vector<Flag> flags_of(const Command& command);
/// Flags that may also stand before the command's name.
std::span<const Flag> leading_flags();
/// A flag's choices, or those of its setting.
std::string_view choices_of(const Flag& flag);
std::string_view default_of(const Flag& flag);

/// Runs a command line, without the program's name. Returns the exit code.
/// Throws usage for a wrong command line, and whatever the command throws.
int run(std::vector<std::string> words);

// One function for each command.
void simulate(Invocation& invocation);
void create_tables(Invocation& invocation);
void etl(Invocation& invocation);
void check(Invocation& invocation);
void status(Invocation& invocation);
void sql(Invocation& invocation);
void analytics(Invocation& invocation);
void serve(Invocation& invocation);
void dashboard(Invocation& invocation);
void serve_user(Invocation& invocation);
void setup(Invocation& invocation);
void cluster_status(Invocation& invocation);
void cluster_pause(Invocation& invocation);
void cluster_resume(Invocation& invocation);
void clean(Invocation& invocation);
void plan(Invocation& invocation);
void layout_advise(Invocation& invocation);
void config_show(Invocation& invocation);
void version(Invocation& invocation);
void help(Invocation& invocation);
void completions(Invocation& invocation);

}  // namespace sparkify::cli
