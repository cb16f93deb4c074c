#include <fmt/format.h>

#include "base/error.hpp"
#include "cli/commands.hpp"
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
  serve::Server server(warehouse, options, {});
  auto& store = invocation.store();
  server.host().open_store = [&store](const copy::Access&) -> base::ObjectStore& { return store; };
  terminal::Interrupts::Watch watch(invocation.interrupts, [&server] { server.stop(); });
  invocation.note(fmt::format("serving {} on {}", warehouse.path, server.address().text()));
  server.run();
}

}  // namespace sparkify::cli
