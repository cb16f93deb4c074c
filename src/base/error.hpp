#pragma once

#include <cstddef>
#include <exception>
#include <optional>
#include <string>
#include <string_view>

namespace sparkify::base {

/// What a caller can do about an error; decides the exit code.
enum class ErrorKind {
  usage,             ///< a flag or argument is wrong: exit 2
  config,            ///< a configuration line is wrong: exit 2
  check_failed,      ///< the warehouse breaks a rule of sql/check: exit 3
  too_many_rejects,  ///< more records refused than allowed, nothing half-loaded remains: exit 4
  unavailable,       ///< the other side did not answer, try again: exit 5
  in_doubt,          ///< the link was lost during commit, look first: exit 5
  denied,            ///< a permission or credential is missing: exit 6
  locked,            ///< another process holds the warehouse: exit 7
  bad_data,          ///< a file or stream is not what it should be: exit 1
  sql,               ///< a statement was refused by the engine: exit 1
  not_found,         ///< a path, table or object does not exist: exit 1
  interrupted,       ///< the user pressed Ctrl-C: exit 130
  internal,          ///< a bug: exit 70
};

int exit_code(ErrorKind kind);

/// Where in a text an error lies.
struct Place {
  std::string file;
  std::size_t line = 0;    ///< from 1; 0 is unknown
  std::size_t column = 0;  ///< in bytes, from 1; 0 is unknown
  std::string excerpt;     ///< the line itself, shown above a caret; may be empty
};

/// What ends a command. Caught only at edges (main, a thread's entry, a C callback).
/// Texts are lower case, have no full stop, and never hold a secret.
class Error : public std::exception {
 public:
  Error(ErrorKind kind, std::string message);

  Error& at(Place place) &;
  Error&& at(Place place) &&;
  /// An action that helps: `did you mean "session_id"?`
  Error& hint(std::string text) &;
  Error&& hint(std::string text) &&;
  /// What the program was doing; outer callers append, `build songplays, load 7`.
  Error& during(std::string text) &;
  Error&& during(std::string text) &&;
  /// The five characters by which clients of SQL know an error: `42P01`.
  Error& sql_state(std::string code) &;
  Error&& sql_state(std::string code) &&;

  const char* what() const noexcept override { return message_.c_str(); }
  ErrorKind kind() const { return kind_; }
  const std::string& message() const { return message_; }
  const std::optional<Place>& place() const { return place_; }
  const std::string& hint_text() const { return hint_; }
  const std::string& during_text() const { return during_; }
  /// Empty when nobody said it.
  const std::string& sql_state_text() const { return sql_state_; }

 private:
  ErrorKind kind_;
  std::string message_;
  std::optional<Place> place_;
  std::string hint_;
  std::string during_;
  std::string sql_state_;
};

/// The text a terminal shows: `file:line:column: error: message`, the excerpt with a caret,
/// then hint and during, each on a line of its own. Ends in a newline.
/// A long excerpt is cut to a window of about 100 bytes around the column, at UTF-8 boundaries;
/// control characters in it are shown as spaces.
std::string render(const Error& error);

/// The system's words for errno, as a kind: EACCES and EPERM are denied, ENOENT not_found,
/// anything else unavailable.
Error system_error(int error_number, std::string_view action, std::string_view path);

}  // namespace sparkify::base
