#include "cli/commands.hpp"
#include "cli/help.hpp"

namespace sparkify::cli {

int run(std::vector<std::string> words) {
  terminal::occupy_standard_streams();
  terminal::Interrupts interrupts;
  terminal::Output out;
  Line line = split_line(std::move(words));
  if (line.command == nullptr) {
    out.write(overview());
    out.flush();
    return 0;
  }
  Invocation invocation(Arguments::parse(*line.command, std::move(line.words)), out, interrupts);
  try {
    if (invocation.arguments.has("help")) {
      out.write(help_of(*line.command));
    } else {
      line.command->function(invocation);
    }
  } catch (...) {
    out.flush();  // what was found before comes before the error
    throw;
  }
  out.flush();
  return 0;
}

}  // namespace sparkify::cli
