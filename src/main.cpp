#include <exception>
#include <new>
#include <string>
#include <vector>

#include "base/error.hpp"
#include "cli/commands.hpp"
#include "terminal/output.hpp"

namespace {

using sparkify::base::Error;
using sparkify::base::ErrorKind;

int report(const Error& error) {
  sparkify::terminal::write_error(sparkify::base::render(error));
  return sparkify::base::exit_code(error.kind());
}

}  // namespace

int main(int argc, char** argv) {
  try {
    return sparkify::cli::run(std::vector<std::string>(argv + (argc > 0 ? 1 : 0), argv + argc));
  } catch (const Error& error) {
    return report(error);
  } catch (const std::bad_alloc&) {
    return report(Error(ErrorKind::unavailable, "out of memory")
                      .hint("give --memory-limit or --threads a smaller value"));
  } catch (const std::exception& error) {
    return report(Error(ErrorKind::internal, std::string("internal error: ") + error.what())
                      .hint("this is a bug; please report it with the command you ran"));
  }
}
