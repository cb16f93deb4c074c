#pragma once

#include <cstddef>
#include <cstdint>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>

#include "base/error.hpp"
#include "net/stream.hpp"
#include "sql/script.hpp"

namespace sparkify::serve {

/// What a command and the server of its warehouse say to each other: the command asks, the server
/// answers, one at a time. Both are the same version of the program on one machine.
enum class Say : char {
  // The command:
  hello = 'h',      ///< its version
  open = 'o',       ///< reads only?, seconds to wait for others, keeps staging?
  execute = 'e',    ///< statement, parameters
  query = 'q',      ///< the same
  more_rows = 'n',  ///< of the last query
  begin = 'b',
  commit = 'c',
  roll_back = 'r',
  append = 'a',     ///< table, number of rows, number of values, values
  stage = 's',      ///< table, coded?; then data and texts, and one of the two behind them
  data = 'd',       ///< a TravellingChunk
  texts = 't',      ///< how many, texts in the order of their numbers
  staged = 'f',     ///< that was all
  give_up = 'x',    ///< it is of no use
  interrupt = '!',  ///< at any time, also while the server works
  web = 'l',        ///< where is the web app?
  // The server:
  ok = 'k',       ///< a number
  version = 'v',  ///< its own, another one
  columns = 'u',  ///< how many, name and kind of each; the rows changed, when it was no query
  rows =
      'w',  ///< for each row 1 and, for each value, whether it is there, and its text; 0: the end
  link = 'i',   ///< what opens the web app
  error = 'z',  ///< a base::Error
};

/// The body of a message in the making.
class Body {
 public:
  Body& byte(std::uint8_t value);
  Body& number(std::int64_t value);
  Body& text(std::string_view value);
  Body& statement(const sql::Statement& statement);
  Body& value(const sql::Value& value);
  Body& parameters(const sql::Parameters& parameters);
  Body& error(const base::Error& error);
  const std::string& bytes() const { return bytes_; }

 private:
  std::string bytes_;
};

/// The fields of a body, in order. Throws bad_data where there are none.
class Fields {
 public:
  explicit Fields(std::string_view body) : rest_(body) {}
  std::uint8_t byte();
  bool yes() { return byte() != 0; }
  std::int64_t number();
  /// Borrows the body.
  std::string_view text();
  sql::Statement statement();
  sql::Value value();
  sql::Parameters parameters();
  base::Error error();
  bool is_empty() const { return rest_.empty(); }

 private:
  std::string_view take(std::size_t size);
  std::string_view rest_;
};

/// One end of their connection.
/// Memory: the longest message. Threads: send() from any, receive() on one.
class Link {
 public:
  explicit Link(net::Descriptor socket) : stream_(std::move(socket)) {}

  struct Message {
    Say kind{};
    std::string_view body;  ///< lives until the next call
  };
  /// Throws unavailable: the other side is gone.
  void send(Say kind, std::string_view body = {});
  /// Nothing when the other side is gone. Throws unavailable (nothing came in time), bad_data.
  std::optional<Message> receive(net::Stream::Patience patience = {});
  int socket() const { return stream_.descriptor(); }

 private:
  bool fill(std::string& to, std::size_t size, net::Stream::Patience patience);

  net::SocketStream stream_;
  std::mutex sending_;
  std::string body_;
};

/// Where the server of a warehouse takes commands: a socket beside the file, whose name is cut when
/// it is long.
std::string handover_path(const std::string& warehouse);

}  // namespace sparkify::serve
