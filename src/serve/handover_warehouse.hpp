#pragma once

#include <memory>
#include <optional>
#include <string>

#include "warehouse/embedded.hpp"

namespace sparkify::serve {

/// The warehouse as its server lends it to a command of another process: a session of its own over
/// there, while files are read and results are printed here. Ends with this process.
///
/// Nothing when nobody serves the file, or not for this user. Waits for other commands that write.
/// Throws locked (one of them writes, or the server is another version), denied (the server is
/// another user's), unavailable (it does not answer).
std::unique_ptr<warehouse::Warehouse> borrow(const warehouse::EmbeddedOptions& options);

/// What opens the web app of the file's server, which begins to serve one when it has none. Holds a
/// secret. Nothing when nobody serves the file. Throws as borrow(), and what the server throws.
std::optional<std::string> ask_for_web_app(const warehouse::EmbeddedOptions& options);

}  // namespace sparkify::serve
