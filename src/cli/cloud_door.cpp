#include "cli/cloud_door.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <thread>

#include "base/error.hpp"
#include "base/text.hpp"
#include "infra/blueprint.hpp"
#include "infra/plan.hpp"

namespace sparkify::cli {
namespace {

using base::Error;
using base::ErrorKind;

/// How late Ctrl-C may be noticed.
constexpr std::chrono::milliseconds slice{50};

}  // namespace

CloudDoor::CloudDoor(Invocation& invocation)
    : identity_(invocation.settings()), watch_(invocation.interrupts, [] {}) {
  session_.credentials = identity_.credentials();
  session_.region = identity_.region("redshift").text;
  infra::require_region(invocation.settings(), session_.region);
  std::string flag = invocation.arguments.value("endpoint-url").value_or("");
  if (aws::names_user(flag)) {
    throw Error(ErrorKind::usage, "--endpoint-url names a user before its host");
  }
  session_.endpoint = [this, flag](std::string_view service) {
    return flag.empty() ? identity_.endpoint(service).text : flag;
  };
  session_.around = aws::real_surroundings(identity_.ca_bundle());
  session_.around.pause = [&interrupts = invocation.interrupts](std::chrono::milliseconds time) {
    for (; time.count() > 0; time -= slice) {
      interrupts.check();
      std::this_thread::sleep_for(std::min(time, slice));
    }
    interrupts.check();
  };
}

std::string ask_user(const std::string& question, const std::string& otherwise) {
  terminal::write_error(question + " ");
  std::string line;
  for (char c = 0;;) {
    ssize_t count = ::read(STDIN_FILENO, &c, 1);
    if (count < 0 && errno == EINTR) continue;
    if (count > 0 && c != '\n') {
      line += c;
      continue;
    }
    if (count > 0 || !line.empty()) return std::string(base::trim(line));
    terminal::write_error("\n");
    throw Error(ErrorKind::usage, "nobody answered, so nothing was changed").hint(otherwise);
  }
}

void print_pairs(Invocation& invocation,
                 const std::vector<std::pair<std::string, std::string>>& pairs) {
  std::size_t width = 0;
  for (const auto& [name, value] : pairs) width = std::max(width, name.size());
  for (const auto& [name, value] : pairs) {
    invocation.out.write(fmt::format("{:<{}}  {}\n", name, width, value.empty() ? "-" : value));
  }
}

std::string hourly_text(std::optional<double> dollars) {
  if (!dollars) return "price not known here";
  return *dollars == 0 ? "free" : infra::format_dollars(*dollars) + " an hour";
}

}  // namespace sparkify::cli
