#include "aws/credential_process.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <poll.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <csignal>
#include <cstring>
#include <string_view>
#include <vector>

#include "aws/profiles.hpp"
#include "base/error.hpp"
#include "base/json.hpp"
#include "base/text.hpp"

extern char** environ;  // NOLINT: POSIX

namespace sparkify::aws {
namespace {

using base::Error;
using base::ErrorKind;
using Clock = std::chrono::steady_clock;

constexpr std::size_t most_output_bytes = 1 << 20;
constexpr std::size_t most_words_bytes = 500;

/// A pipe from a child.
class Pipe {
 public:
  Pipe() {
    if (::pipe2(ends_.data(), O_CLOEXEC) != 0) throw base::system_error(errno, "make", "a pipe");
  }
  ~Pipe() {
    close_writer();
    ::close(ends_[0]);
  }
  Pipe(const Pipe&) = delete;
  Pipe& operator=(const Pipe&) = delete;

  int reader() const { return ends_[0]; }
  int writer() const { return ends_[1]; }
  void close_writer() {
    if (ends_[1] >= 0) ::close(ends_[1]);
    ends_[1] = -1;
  }

 private:
  std::array<int, 2> ends_{-1, -1};
};

/// A child that does not outlive its owner.
class Child {
 public:
  Child(std::vector<std::string> words, const Pipe& output, const Pipe& errors) {
    std::vector<char*> arguments;
    for (std::string& word : words) arguments.push_back(word.data());
    arguments.push_back(nullptr);
    posix_spawn_file_actions_t actions;
    posix_spawn_file_actions_init(&actions);
    posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0);
    posix_spawn_file_actions_adddup2(&actions, output.writer(), 1);
    posix_spawn_file_actions_adddup2(&actions, errors.writer(), 2);
    posix_spawnattr_t attributes;
    posix_spawnattr_init(&attributes);
    sigset_t signals;
    sigemptyset(&signals);
    posix_spawnattr_setsigmask(&attributes, &signals);
    sigaddset(&signals, SIGPIPE);  // ignored here, which a child would inherit
    posix_spawnattr_setsigdefault(&attributes, &signals);
    posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF);
    int failure =
        posix_spawnp(&id_, arguments[0], &actions, &attributes, arguments.data(), environ);
    posix_spawnattr_destroy(&attributes);
    posix_spawn_file_actions_destroy(&actions);
    if (failure == 0) return;
    id_ = -1;
    throw Error(ErrorKind::denied,
                fmt::format("cannot run {}: {}", words[0], base::to_lower(std::strerror(failure))));
  }
  ~Child() {
    if (id_ < 0) return;
    ::kill(id_, SIGKILL);
    wait();
  }
  Child(const Child&) = delete;
  Child& operator=(const Child&) = delete;

  /// As waitpid() tells.
  int wait() {
    int status = 0;
    while (::waitpid(id_, &status, 0) < 0 && errno == EINTR) {
    }
    id_ = -1;
    return status;
  }

 private:
  pid_t id_ = -1;
};

struct Printed {
  std::string output, errors;
  bool is_whole = true;  ///< all of it came in time
};

/// Appends what has come; false at the end.
bool read_some(int descriptor, std::string& text) {
  std::array<char, 4096> block;
  ssize_t count = ::read(descriptor, block.data(), block.size());
  if (count > 0) text.append(block.data(), static_cast<std::size_t>(count));
  return count > 0 || (count < 0 && errno == EINTR);
}

Printed read_until(Clock::time_point end, const Pipe& output, const Pipe& errors) {
  Printed printed;
  std::array<pollfd, 2> polled = {{{output.reader(), POLLIN, 0}, {errors.reader(), POLLIN, 0}}};
  while (polled[0].fd >= 0 || polled[1].fd >= 0) {
    auto left = std::chrono::ceil<std::chrono::milliseconds>(end - Clock::now()).count();
    printed.is_whole = left > 0 && printed.output.size() <= most_output_bytes;
    if (!printed.is_whole) break;
    int ready = ::poll(polled.data(), polled.size(), static_cast<int>(left));
    if (ready <= 0) continue;
    if (polled[0].revents != 0 && !read_some(polled[0].fd, printed.output)) polled[0].fd = -1;
    if (polled[1].revents != 0 && !read_some(polled[1].fd, printed.errors)) polled[1].fd = -1;
    if (printed.errors.size() > 2 * most_words_bytes) {
      printed.errors.erase(0, printed.errors.size() - most_words_bytes);
    }
  }
  return printed;
}

/// The end of what a command said, on one line.
std::string last_words(std::string_view errors) {
  errors = base::trim(errors);
  if (errors.size() > most_words_bytes) errors.remove_prefix(errors.size() - most_words_bytes);
  std::string text;
  for (char c : errors) text += static_cast<unsigned char>(c) < 0x20 ? ' ' : c;
  return text;
}

void refuse_other_versions(const std::string& output, const std::string& name) {
  int version = 0;
  try {
    auto document = base::parse_json(output, "");
    if (document.is_object() && document.contains("Version")) {
      const auto& number = document["Version"];
      version = number.is_number_integer() ? number.get<int>() : 0;
    }
  } catch (const Error&) {  // read_credentials says so
    return;
  }
  if (version == 1) return;
  throw Error(ErrorKind::denied, fmt::format("{} gave no \"Version\": 1", name));
}

}  // namespace

Credentials run_credential_process(const std::string& command,
                                   std::chrono::milliseconds most_time) {
  auto words = split_as_shell(command);
  if (!words || words->empty()) {
    throw Error(ErrorKind::config, words ? "credential_process names no command"
                                         : "a quote in credential_process is not closed");
  }
  std::string name = words->front();  // arguments may hold secrets
  Pipe output, errors;
  Child child(std::move(*words), output, errors);
  output.close_writer();
  errors.close_writer();
  Printed printed = read_until(Clock::now() + most_time, output, errors);
  if (!printed.is_whole) {
    bool is_long = printed.output.size() > most_output_bytes;
    throw Error(
        is_long ? ErrorKind::denied : ErrorKind::unavailable,
        fmt::format("{} {}", name, is_long ? "printed more than credentials" : "took too long"));
  }
  int status = child.wait();
  if (status != 0) {
    std::string how = WIFEXITED(status) ? fmt::format("ended with status {}", WEXITSTATUS(status))
                                        : fmt::format("was killed by signal {}", WTERMSIG(status));
    std::string said = last_words(printed.errors);
    throw Error(ErrorKind::denied,
                fmt::format("{} {}{}{}", name, how, said.empty() ? "" : ": ", said));
  }
  refuse_other_versions(printed.output, name);
  return read_credentials(printed.output, "SessionToken", name);
}

}  // namespace sparkify::aws
