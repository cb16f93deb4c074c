#include <fmt/format.h>

#include "base/error.hpp"
#include "cli/commands.hpp"
#include "cli/copy_stores.hpp"
#include "copy/scratch.hpp"
#include "serve/server.hpp"

namespace sparkify::cli {
namespace {

using base::Error;
using base::ErrorKind;
using Mode = warehouse::EmbeddedOptions::Mode;

net::Address listen_address(const Arguments& arguments) {
  std::string text = arguments.text("listen");
  if (auto address = net::parse_address(text)) return *address;
  throw Error(ErrorKind::usage, fmt::format("--listen: \"{}\" is no HOST:PORT", text))
      .hint("--listen 127.0.0.1:5439");
}

}  // namespace

void serve(Invocation& invocation) {
  serve::ServerOptions options;
  options.listen = listen_address(invocation.arguments);
  warehouse::EmbeddedOptions warehouse = invocation.options(Mode::read_write);
  const copy::ScratchFolder scratch("");
  options.scratch_folder = scratch.path();
  serve::Server server(warehouse, options, {});
  CopyStores stores(invocation.settings());
  server.host().open_store = [&stores](const transfer::Access& access) {
    return stores.open(access);
  };
  terminal::Interrupts::Watch watch(invocation.interrupts, [&server] { server.stop(); });
  invocation.note(fmt::format("serving {} on {}", warehouse.path, server.address().text()));
  server.run();
}

}  // namespace sparkify::cli
