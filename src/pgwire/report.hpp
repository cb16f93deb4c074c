#pragma once

#include <string_view>

#include "base/error.hpp"
#include "pgwire/output.hpp"

namespace sparkify::pgwire {

/// An error as its client is told. When its place is in `file`, the client's own text, it becomes
/// the position in `text`, else it is named.
Report report_of(const base::Error& error, std::string_view file, std::string_view text);

/// The SQLSTATE that a kind of error has when nobody said a better one.
std::string_view sql_state_of(base::ErrorKind kind);

}  // namespace sparkify::pgwire
