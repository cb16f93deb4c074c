#include "cli/web_app.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <spawn.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <csignal>
#include <cstdlib>
#include <filesystem>
#include <utility>

#include "base/error.hpp"
#include "base/private_file.hpp"

namespace sparkify::cli {
namespace {

using base::Error;
using base::ErrorKind;

/// Leads a browser to the web app, see open_in_browser().
std::string way_in(const std::string& warehouse) { return warehouse + ".open.html"; }

/// Runs a program of the PATH on its own: no terminal, and no Ctrl-C meant for this one. A shell
/// starts it and is over at once, so that nothing is left to wait for, however long it runs; false
/// when there is no such program.
bool launch(const char* program, const std::string& argument) {
  posix_spawn_file_actions_t actions;
  posix_spawn_file_actions_init(&actions);
  for (int stream : {STDIN_FILENO, STDOUT_FILENO, STDERR_FILENO}) {
    posix_spawn_file_actions_addopen(&actions, stream, "/dev/null", O_RDWR, 0);
  }
  posix_spawnattr_t attributes;
  posix_spawnattr_init(&attributes);
  sigset_t signals;
  sigemptyset(&signals);
  posix_spawnattr_setsigmask(&attributes, &signals);
  sigaddset(&signals, SIGPIPE);
  posix_spawnattr_setsigdefault(&attributes, &signals);
  posix_spawnattr_setflags(&attributes,
                           POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETSID);
  std::array<std::string, 5> words = {"sh", "-c", R"(command -v "$0" && { "$0" "$1" & })", program,
                                      argument};
  std::array<char*, 6> pointers{};
  std::transform(words.begin(), words.end(), pointers.begin(),
                 [](auto& each) { return each.data(); });
  pid_t process = 0;
  int state = ::posix_spawn(&process, "/bin/sh", &actions, &attributes, pointers.data(), environ);
  posix_spawnattr_destroy(&attributes);
  posix_spawn_file_actions_destroy(&actions);
  if (state != 0) return false;
  int ending = 0;
  while (::waitpid(process, &ending, 0) < 0 && errno == EINTR) {
  }
  return ending == 0;
}

bool has_variable(const char* name) {
  const char* value = std::getenv(name);
  return value != nullptr && *value != '\0';
}

}  // namespace

net::Address address_of(const Arguments& arguments, std::string_view flag,
                        std::string_view example) {
  std::string text = arguments.text(flag);
  if (auto address = net::parse_address(text)) return *address;
  throw Error(ErrorKind::usage, fmt::format("--{}: \"{}\" is no HOST:PORT", flag, text))
      .hint(fmt::format("--{} {}", flag, example));
}

WebApp::WebApp(const Arguments& arguments, web::Outside outside, std::string warehouse,
               warehouse::SharedDatabase database, session::Host& host)
    : outside_(std::move(outside)),
      may_take_other_port_(!arguments.has("web-listen")),
      warehouse_(std::move(warehouse)),
      database_(std::move(database)),
      host_(host) {
  if (!may_take_other_port_)
    options_.listen = address_of(arguments, "web-listen", "127.0.0.1:8080");
  auto statement_time = host.limits.statement_time;
  if (statement_time.count() > 0) options_.statement_time = statement_time;
  options_.queries_folder = editor::Queries::folder_beside(warehouse_);
}

WebApp::~WebApp() { ::unlink(way_in(warehouse_).c_str()); }

std::string WebApp::link() {
  std::lock_guard lock(mutex_);
  if (is_stopped_) throw Error(ErrorKind::unavailable, "the server of this warehouse is stopping");
  if (server_) return server_->link();
  try {
    server_.emplace(options_, outside_, database_, host_);
  } catch (const Error& error) {
    if (error.kind() != ErrorKind::unavailable || !may_take_other_port_) throw;
    options_.listen.port = 0;
    server_.emplace(options_, outside_, database_, host_);
  }
  return server_->link();
}

void WebApp::stop() {
  std::lock_guard lock(mutex_);
  is_stopped_ = true;
  if (server_) server_->stop();
}

void open_door(Invocation& invocation, std::optional<serve::HandoverDoor>& door,
               const std::string& path, const warehouse::SharedDatabase& database,
               std::chrono::milliseconds grace, WebApp& app) {
  if (path == ":memory:") return;
  try {
    door.emplace(path, database, grace, [&app] { return app.link(); });
  } catch (const Error& error) {
    if (error.kind() == ErrorKind::locked) throw;
    invocation.note(
        fmt::format("warning: until the server ends, other commands find the warehouse locked: {}",
                    error.message()));
  }
}

bool open_in_browser(const std::string& link, const std::string& warehouse) {
  if (!has_variable("DISPLAY") && !has_variable("WAYLAND_DISPLAY")) return false;
  std::string path = std::filesystem::absolute(way_in(warehouse)).string();
  base::replace_file(path,
                     fmt::format("<!doctype html>\n<meta charset=\"utf-8\">\n"
                                 "<meta http-equiv=\"refresh\" content=\"0; url={0}\">\n"
                                 "<a href=\"{0}\">Sparkify</a>\n",
                                 link),
                     S_IRUSR | S_IWUSR);
  if (launch("xdg-open", path)) return true;
  ::unlink(path.c_str());
  return false;
}

}  // namespace sparkify::cli
