#include "terminal/output.hpp"

#include <fcntl.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <cstdlib>

#include "base/error.hpp"

namespace sparkify::terminal {

void Output::write(std::string_view text) {
  if (is_closed_) return;
  buffer_ += text;
  if (buffer_.size() >= buffer_bytes) flush();
}

void Output::flush() {
  std::string text = std::move(buffer_);
  buffer_.clear();
  std::string_view rest = text;
  while (!rest.empty() && !is_closed_) {
    ssize_t count = ::write(STDOUT_FILENO, rest.data(), rest.size());
    if (count >= 0) {
      rest.remove_prefix(static_cast<std::size_t>(count));
    } else if (errno == EPIPE) {
      is_closed_ = true;
    } else if (errno != EINTR) {
      int error_number = errno;
      is_closed_ = true;
      throw base::system_error(error_number, "write", "standard output");
    }
  }
}

void occupy_standard_streams() {
  for (int fd : {STDIN_FILENO, STDOUT_FILENO, STDERR_FILENO}) {
    bool is_open = ::fcntl(fd, F_GETFD) >= 0;
    // Lower ones are taken: open() gives this number. Its mode is the wrong one on purpose.
    if (!is_open) ::open("/dev/null", fd == STDIN_FILENO ? O_WRONLY : O_RDONLY);
  }
}

std::optional<std::size_t> terminal_columns(int fd) {
  constexpr std::size_t usual_columns = 80;
  const char* terminal = std::getenv("TERM");
  bool is_plain = terminal == nullptr || std::string_view(terminal) == "dumb";
  if (is_plain || ::isatty(fd) != 1) return std::nullopt;
  winsize size{};
  bool is_known = ::ioctl(fd, TIOCGWINSZ, &size) == 0 && size.ws_col > 0;
  return is_known ? size.ws_col : usual_columns;
}

void write_error(std::string_view text) { std::fwrite(text.data(), 1, text.size(), stderr); }

}  // namespace sparkify::terminal
