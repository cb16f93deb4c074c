#include "serve/users.hpp"

#include <fmt/format.h>
#include <sys/stat.h>

#include <algorithm>
#include <cerrno>

#include "base/error.hpp"
#include "base/file.hpp"
#include "base/private_file.hpp"

namespace sparkify::serve {
namespace {

using base::Error;
using base::ErrorKind;

constexpr std::string_view head =
    "# Who may log in to `sparkify serve`; changed by `sparkify serve user`.\n";
constexpr std::size_t most_name_bytes = 127;  // of a Redshift identifier

bool is_control(char c) { return static_cast<unsigned char>(c) < ' ' || c == '\x7f'; }

void check_name(std::string_view name) {
  if (name.empty() || name.size() > most_name_bytes) {
    throw Error(ErrorKind::usage, fmt::format("a user's name has 1 to {} bytes", most_name_bytes));
  }
  if (std::any_of(name.begin(), name.end(), is_control) || name.front() == ' ' ||
      name.back() == ' ') {
    throw Error(ErrorKind::usage, "a user's name has no blanks around it, nor control characters");
  }
}

/// Takes a word and the blank behind it off the front.
std::string_view take_word(std::string_view& line) {
  std::size_t end = std::min(line.find(' '), line.size());
  std::string_view word = line.substr(0, end);
  line.remove_prefix(std::min(end + 1, line.size()));
  return word;
}

}  // namespace

void check_password(std::string_view password) {
  if (password.empty()) throw Error(ErrorKind::usage, "the password is empty");
  bool is_plain =
      std::all_of(password.begin(), password.end(), [](char c) { return c >= ' ' && c < '\x7f'; });
  if (!is_plain) {
    throw Error(ErrorKind::usage, "a password has printable ASCII characters only")
        .hint("clients disagree on how others are normalized");
  }
}

Users Users::read(const std::string& path) {
  Users users;
  struct stat found {};
  if (::stat(path.c_str(), &found) != 0 && errno == ENOENT) return users;
  std::string text = base::read_file(path);
  std::string_view rest = text;
  for (std::size_t number = 1; !rest.empty(); ++number) {
    std::size_t end = std::min(rest.find('\n'), rest.size());
    std::string_view line = rest.substr(0, end);
    rest.remove_prefix(std::min(end + 1, rest.size()));
    if (line.empty() || line.front() == '#') continue;
    std::string_view kind = take_word(line);
    if (kind == "secret" && !line.empty()) {
      users.secret_ = line;
      continue;
    }
    auto verifier = pgwire::Verifier::parse(take_word(line));
    if (kind != "user" || !verifier || line.empty()) {
      throw Error(ErrorKind::config, "this is no line of a file of users")
          .at({path, number, 1, {}})
          .hint("remove the line and add the user again: sparkify serve user add NAME");
    }
    users.verifiers_.insert_or_assign(std::string(line), std::move(*verifier));
  }
  return users;
}

void Users::write(const std::string& path) const {
  std::string text(head);
  text += fmt::format("secret {}\n", secret_);
  for (const auto& [name, verifier] : verifiers_) {
    text += fmt::format("user {} {}\n", verifier.text(), name);
  }
  base::replace_file(path, text, S_IRUSR | S_IWUSR);
}

std::vector<std::string> Users::names() const {
  std::vector<std::string> names;
  for (const auto& [name, verifier] : verifiers_) names.push_back(name);
  return names;
}

const pgwire::Verifier* Users::find(std::string_view name) const {
  auto found = verifiers_.find(name);
  return found == verifiers_.end() ? nullptr : &found->second;
}

void Users::set(const std::string& name, std::string_view password) {
  check_name(name);
  check_password(password);
  if (secret_.empty()) secret_ = make_secret();
  verifiers_.insert_or_assign(name, pgwire::Verifier::of(password));
}

bool Users::remove(std::string_view name) {
  auto found = verifiers_.find(name);
  if (found == verifiers_.end()) return false;
  verifiers_.erase(found);
  return true;
}

}  // namespace sparkify::serve
