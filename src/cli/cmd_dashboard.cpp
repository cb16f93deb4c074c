#include <fmt/format.h>
#include <unistd.h>

#include <atomic>
#include <future>
#include <optional>

#include "base/error.hpp"
#include "cli/commands.hpp"
#include "cli/web_app.hpp"
#include "etl/schema.hpp"
#include "serve/handover_warehouse.hpp"
#include "serve/served_file.hpp"
#include "terminal/progress.hpp"

namespace sparkify::cli {
namespace {

using base::Error;
using base::ErrorKind;
using namespace std::chrono_literals;
using Mode = warehouse::EmbeddedOptions::Mode;

/// The link on standard output, for who reads it there, and in the browser unless --no-open.
void show(Invocation& invocation, const std::string& link, const std::string& warehouse) {
  invocation.out.write(link + '\n');
  invocation.out.flush();
  if (!invocation.arguments.has("no-open")) open_in_browser(link, warehouse);
}

void serve_until_signal(Invocation& invocation, const warehouse::EmbeddedOptions& warehouse) {
  serve::ServedFile file(warehouse);
  {
    terminal::ProgressLine progress =
        terminal::ProgressLine::on_standard_error(invocation.arguments.has("quiet"));
    auto session = warehouse::open_session(file.database(), false);
    etl::bring_up_to_date(*session, warehouse.path, progress);
    etl::require_schema(*session);
  }
  WebApp app(invocation.arguments, warehouse.path, file.database(), 0ms);
  std::string link = app.link();
  std::optional<serve::HandoverDoor> door;
  open_door(invocation, door, warehouse.path, file.database(), 5s, app);
  std::promise<void> ended;
  std::atomic<bool> is_ending = false;
  terminal::Interrupts::Watch watch(invocation.interrupts, [&] {
    if (door) door->stop();
    app.stop();
    if (!is_ending.exchange(true)) ended.set_value();
  });
  invocation.note(fmt::format("the web app of {}, until Ctrl-C:", warehouse.path));
  show(invocation, link, warehouse.path);
  ended.get_future().wait();
}

}  // namespace

void dashboard(Invocation& invocation) {
  warehouse::EmbeddedOptions warehouse = invocation.options(Mode::read_write);
  if (auto link = serve::ask_for_web_app(warehouse)) {
    invocation.note(fmt::format("{} is served already:", warehouse.path));
    return show(invocation, *link, warehouse.path);
  }
  if (::access(warehouse.path.c_str(), F_OK) != 0) {
    throw Error(ErrorKind::not_found, "there is no warehouse here")
        .at({warehouse.path, 0, 0, {}})
        .hint("sparkify etl makes one; --warehouse FILE names another");
  }
  serve_until_signal(invocation, warehouse);
}

}  // namespace sparkify::cli
