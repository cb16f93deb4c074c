#include <fmt/chrono.h>
#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <mutex>
#include <optional>

#include "base/error.hpp"
#include "base/text.hpp"
#include "cli/commands.hpp"
#include "cli/copy_stores.hpp"
#include "cli/web_app.hpp"
#include "etl/schema.hpp"
#include "serve/server.hpp"
#include "terminal/progress.hpp"

namespace sparkify::cli {
namespace {

using base::Error;
using base::ErrorKind;
using Mode = warehouse::EmbeddedOptions::Mode;

serve::ServerOptions server_options(Invocation& invocation) {
  constexpr std::uint64_t most_clients = 100'000, most_seconds = 1'000'000'000;
  const Arguments& arguments = invocation.arguments;
  serve::ServerOptions options;
  options.listen = address_of(arguments, "listen", "127.0.0.1:5439");
  options.most_clients = std::min(arguments.count("max-clients"), most_clients);
  if (options.most_clients == 0) {
    throw Error(ErrorKind::usage, "--max-clients: there must be room for one");
  }
  options.limits.statement_time =
      std::chrono::seconds(std::min(arguments.count("statement-timeout"), most_seconds));
  const config::Settings& settings = invocation.settings();
  if (settings.is_set("cluster.db_name")) options.database_name = settings.text("cluster.db_name");
  return options;
}

std::vector<std::string> web_hosts(const Arguments& arguments) {
  std::vector<std::string> hosts;
  std::string text = arguments.text("web-host");
  for (std::string_view rest = text; !rest.empty();) {
    std::string_view name = rest.substr(0, rest.find(','));
    rest.remove_prefix(std::min(name.size() + 1, rest.size()));
    if (name = base::trim(name); !name.empty()) hosts.emplace_back(name);
  }
  return hosts;
}

/// What browsers elsewhere look for in the certificate.
std::vector<std::string> certificate_hosts(const Arguments& arguments) {
  std::vector<std::string> hosts = web_hosts(arguments);
  for (std::string& host : hosts) {
    if (auto with_port = net::parse_address(host)) host = with_port->host;
  }
  if (auto address = net::parse_address(arguments.text("web-listen"))) {
    if (!address->is_any()) hosts.push_back(address->host);
  }
  return hosts;
}

serve::AccessOptions access_options(Invocation& invocation, const std::string& warehouse) {
  const Arguments& arguments = invocation.arguments;
  const config::Settings& settings = invocation.settings();
  serve::AccessOptions options;
  options.users_file = serve::Users::path_beside(warehouse);
  options.own_certificate_file = warehouse + ".crt";
  options.own_key_file = warehouse + ".key";
  options.certificate_file = arguments.value("tls-cert").value_or("");
  options.key_file = arguments.value("tls-key").value_or("");
  options.has_tls = !arguments.has("no-tls");
  options.hosts = certificate_hosts(arguments);
  if (options.certificate_file.empty() != options.key_file.empty()) {
    throw Error(ErrorKind::usage, "--tls-cert and --tls-key go together");
  }
  if (!options.has_tls && !options.key_file.empty()) {
    throw Error(ErrorKind::usage, "--no-tls and --tls-cert exclude each other");
  }
  if (settings.is_set("cluster.db_user") && settings.is_set("cluster.db_password")) {
    const config::Value& password = settings.value("cluster.db_password");
    try {
      serve::check_password(password.text);
    } catch (Error& error) {
      if (password.place) error.at(*password.place);
      throw;
    }
    options.local_user.emplace(settings.text("cluster.db_user"), password.text);
  }
  return options;
}

/// A line of the log: when, and what.
void log_line(std::string_view line) {
  static std::mutex mutex;
  auto now =
      std::chrono::time_point_cast<std::chrono::milliseconds>(std::chrono::system_clock::now());
  auto milliseconds = now.time_since_epoch().count() % 1000;
  std::string text(line);
  for (char& c : text) {
    if (static_cast<unsigned char>(c) < ' ') c = ' ';
  }
  std::lock_guard lock(mutex);
  terminal::write_error(fmt::format("{:%Y-%m-%dT%H:%M:%S}.{:03}Z {}\n",
                                    fmt::gmtime(std::chrono::system_clock::to_time_t(now)),
                                    milliseconds, text));
}

/// Who may come to the web app from elsewhere: as to the wire, over its TLS, with its passwords.
web::Outside web_outside(const Arguments& arguments, const serve::Access& access) {
  web::Outside outside;
  outside.demand = [&access](const net::Address& address) {
    access.demand(address, "--web-listen");
  };
  outside.tls = access.tls();
  outside.enter = [&access](std::string_view user, std::string_view password) {
    return access.enter(user, password);
  };
  outside.is_current = [&access](std::string_view user, std::string_view mark) {
    return access.is_current(user, mark);
  };
  outside.hosts = web_hosts(arguments);
  return outside;
}

}  // namespace

void serve(Invocation& invocation) {
  warehouse::EmbeddedOptions warehouse = invocation.options(Mode::read_write);
  CopyStores stores(invocation.settings());
  const serve::ServerOptions options = server_options(invocation);
  serve::Server server(warehouse, options, access_options(invocation, warehouse.path));
  server.host().open_store = [&stores](const transfer::Access& access) {
    return stores.open(access);
  };
  if (invocation.arguments.has("log-statements")) server.host().log_statement = log_line;
  terminal::ProgressLine progress =
      terminal::ProgressLine::on_standard_error(invocation.arguments.has("quiet"));
  etl::bring_up_to_date(*warehouse::open_session(server.database(), false), warehouse.path,
                        progress);
  WebApp web(invocation.arguments, web_outside(invocation.arguments, server.access()),
             warehouse.path, server.database(), server.host());
  if (invocation.arguments.has("web-writable")) web.let_write();
  std::optional<std::string> link;
  if (invocation.arguments.has("web-listen")) link = web.link();
  std::optional<serve::HandoverDoor> door;
  open_door(invocation, door, warehouse.path, server.database(), options.grace, web);
  terminal::Interrupts::Watch watch(invocation.interrupts, [&] {
    if (door) door->stop();
    web.stop();
    server.stop();
  });
  invocation.note(fmt::format("serving {} on {}", warehouse.path, server.address().text()));
  for (const std::string& line : server.access().notes()) invocation.note(line);
  if (link) invocation.note(fmt::format("web app: {}", *link));
  server.run();
}

}  // namespace sparkify::cli
