#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

#include "format/writer.hpp"

namespace sparkify::terminal {

/// Standard output, buffered. When its reader has gone (`sparkify sql ... | head`), what follows is
/// dropped and is_closed() says so.
class Output {
 public:
  /// Throws unavailable (disk full), and so does flush.
  void write(std::string_view text);
  void flush();
  bool is_closed() const { return is_closed_; }
  /// For format::make_writer; borrows this.
  format::Output sink() {
    return [this](std::string_view text) { write(text); };
  }

 private:
  static constexpr std::size_t buffer_bytes = 1 << 16;
  std::string buffer_;
  bool is_closed_ = false;
};

/// Fills the place of standard streams that are closed, so that no file we open takes it and gets
/// what was meant for the stream. Reading or writing them still fails.
void occupy_standard_streams();

/// Columns of the terminal that `fd`, such as STDOUT_FILENO, is; nothing when it is none, or one of
/// plain lines (TERM is dumb or missing).
std::optional<std::size_t> terminal_columns(int fd);

/// Standard error; what cannot be written is lost.
void write_error(std::string_view text);

}  // namespace sparkify::terminal
