#include <fmt/format.h>

#include "base/error.hpp"
#include "base/private_file.hpp"
#include "cli/commands.hpp"
#include "cli/password.hpp"
#include "serve/users.hpp"

namespace sparkify::cli {
namespace {

using base::Error;
using base::ErrorKind;

void add(Invocation& invocation, const std::string& path, const std::string& name) {
  serve::Users users = serve::Users::read(path);
  std::string password =
      read_password(invocation.arguments.value("password-file"), invocation.interrupts);
  bool is_new = users.find(name) == nullptr;
  users.set(name, password);
  base::wipe(password);
  users.write(path);
  invocation.note(fmt::format("{} {} in {}", is_new ? "added" : "new password of", name, path));
}

void list(Invocation& invocation, const std::string& path) {
  for (const std::string& name : serve::Users::read(path).names()) {
    invocation.out.write(name + "\n");
  }
}

void remove(Invocation& invocation, const std::string& path, const std::string& name) {
  serve::Users users = serve::Users::read(path);
  if (!users.remove(name)) {
    throw Error(ErrorKind::not_found, fmt::format("there is no user \"{}\"", name))
        .hint("sparkify serve user list");
  }
  users.write(path);
  invocation.note(fmt::format("removed {} from {}", name, path));
  if (!users.is_empty()) return;
  invocation.note("nobody is left: when served again, this machine's clients need no password");
}

}  // namespace

void serve_user(Invocation& invocation) {
  const std::vector<std::string>& words = invocation.arguments.words();
  const std::string& action = words.at(0);
  std::string path = serve::Users::path_beside(invocation.settings().text("warehouse.path"));
  bool takes_name = action == "add" || action == "remove";
  if (!takes_name && action != "list") {
    throw Error(ErrorKind::usage, fmt::format("\"{}\" is not one of add, list, remove", action))
        .hint("sparkify serve user add NAME");
  }
  if (takes_name != (words.size() == 2)) {
    throw Error(ErrorKind::usage,
                fmt::format("serve user {} takes {} name", action, takes_name ? "one" : "no"))
        .hint("see \"sparkify serve user --help\"");
  }
  if (action == "add") return add(invocation, path, words[1]);
  if (action == "remove") return remove(invocation, path, words[1]);
  list(invocation, path);
}

}  // namespace sparkify::cli
