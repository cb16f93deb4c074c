#include "cli/password.hpp"

#include <fcntl.h>
#include <termios.h>
#include <unistd.h>

#include <cerrno>

#include "base/error.hpp"
#include "base/file.hpp"
#include "base/private_file.hpp"
#include "terminal/output.hpp"

namespace sparkify::cli {
namespace {

using base::Error;
using base::ErrorKind;

/// A terminal that shows nothing of what is typed, for as long as this lives.
class Silence {
 public:
  explicit Silence(terminal::Interrupts& interrupts)
      : before_(state()), watch_(interrupts, [this] {
          ::tcsetattr(STDIN_FILENO, TCSAFLUSH, &before_);
          ::_exit(130);
        }) {
    termios silent = before_;
    silent.c_lflag &= ~static_cast<tcflag_t>(ECHO);
    silent.c_lflag |= ECHONL;
    ::tcsetattr(STDIN_FILENO, TCSAFLUSH, &silent);
  }
  ~Silence() { ::tcsetattr(STDIN_FILENO, TCSAFLUSH, &before_); }
  Silence(const Silence&) = delete;
  Silence& operator=(const Silence&) = delete;

 private:
  static termios state() {
    termios now{};
    ::tcgetattr(STDIN_FILENO, &now);
    return now;
  }

  termios before_;
  terminal::Interrupts::Watch watch_;  ///< Ctrl-C must not leave the terminal silent
};

/// Byte by byte, so that no buffer keeps a copy, nor takes what comes after the line.
std::string read_line() {
  std::string line;
  line.reserve(256);  // not moved while it grows, which would leave copies
  for (char c = 0;;) {
    ssize_t count = ::read(STDIN_FILENO, &c, 1);
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) throw base::system_error(errno, "read the password from", "standard input");
    if (count == 0 || c == '\n') break;
    line += c;
  }
  if (line.ends_with('\r')) line.pop_back();
  return line;
}

std::string ask(terminal::Interrupts& interrupts) {
  Silence silence(interrupts);
  terminal::write_error("password: ");
  std::string password = read_line();
  terminal::write_error("again: ");
  std::string again = read_line();
  bool is_same = password == again;
  base::wipe(again);
  if (is_same) return password;
  base::wipe(password);
  throw Error(ErrorKind::usage, "the two passwords differ");
}

std::string first_line_of(const std::string& file) {
  std::string text = base::read_file(file);
  std::string line = text.substr(0, text.find('\n'));
  base::wipe(text);
  if (line.ends_with('\r')) line.pop_back();
  return line;
}

}  // namespace

std::string read_password(const std::optional<std::string>& file,
                          terminal::Interrupts& interrupts) {
  if (file && *file != "-") return first_line_of(*file);
  return ::isatty(STDIN_FILENO) != 0 && !file ? ask(interrupts) : read_line();
}

}  // namespace sparkify::cli
