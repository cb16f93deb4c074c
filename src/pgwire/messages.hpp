#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "base/error.hpp"

namespace sparkify::pgwire {

/// What a client says. All views borrow the body that was decoded.
/// Source: "Message Formats" of PostgreSQL's documentation, protocol 3.0.

/// How values of a statement travel: text or binary.
enum class Format : std::uint8_t { text = 0, binary = 1 };

struct Query {
  std::string_view text;
};
struct Parse {
  std::string_view name;
  std::string_view text;
  std::vector<std::uint32_t> parameter_types;  ///< OIDs, 0: not said; may be fewer than there are
};
struct Bind {
  std::string_view portal;
  std::string_view statement;
  std::vector<Format> parameter_formats;  ///< none: all text; one: of all
  std::vector<std::optional<std::string_view>> parameters;
  std::vector<Format> result_formats;  ///< as parameter_formats
};
/// Of a prepared statement ('S') or a portal ('P').
struct Describe {
  char kind = 'S';
  std::string_view name;
};
struct Close {
  char kind = 'S';
  std::string_view name;
};
struct Execute {
  std::string_view portal;
  std::uint32_t most_rows = 0;  ///< 0: all
};
struct Sync {};
struct Flush {};
struct Terminate {};
struct CopyData {
  std::string_view bytes;
};
struct CopyDone {};
struct CopyFail {
  std::string_view reason;
};
/// The body of a password, SASLInitialResponse or SASLResponse: which it is, only the state tells.
struct Password {
  std::string_view body;
};
struct FunctionCall {};

using Message = std::variant<Query, Parse, Bind, Describe, Close, Execute, Sync, Flush, Terminate,
                             CopyData, CopyDone, CopyFail, Password, FunctionCall>;

/// Throws bad_data (SQLSTATE 08P01): an unknown type, or a body that is not what it should be.
Message decode(char type, std::string_view body);
/// Whether a message of this type exists.
bool is_message_type(char type);

/// What a client says first.
struct SslRequest {};
struct GssRequest {};
struct CancelRequest {
  std::uint32_t process = 0;
  std::uint32_t key = 0;
};
struct Startup {
  std::uint16_t minor_version = 0;
  /// Keys and values in the client's order: user, database, and whatever it likes.
  std::vector<std::pair<std::string_view, std::string_view>> parameters;

  /// Empty when not given.
  std::string_view parameter(std::string_view key) const;
};
using StartupMessage = std::variant<SslRequest, GssRequest, CancelRequest, Startup>;

/// `body` is what follows the length. Throws bad_data (SQLSTATE 08P01, 0A000 for another protocol).
StartupMessage decode_startup(std::string_view body);

/// SASLInitialResponse.
struct SaslInitial {
  std::string_view mechanism;
  std::string_view data;
};
/// Throws bad_data (SQLSTATE 08P01).
SaslInitial decode_sasl_initial(std::string_view body);

/// An error of the protocol itself.
base::Error protocol_error(std::string message);

}  // namespace sparkify::pgwire
