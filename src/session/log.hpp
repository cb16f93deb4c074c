#pragma once

#include <string>

#include "sql/script.hpp"

namespace sparkify::session {

/// A statement as a log may show it: on one line, with stars for what is or may be a secret.
std::string loggable(const sql::Statement& statement);

}  // namespace sparkify::session
