#pragma once

#include "copy/cursor.hpp"
#include "copy/statement.hpp"

namespace sparkify::copy {

/// Each with the cursor behind the statement's first word.
CopyStatement parse_copy(Cursor& cursor);
UnloadStatement parse_unload(Cursor& cursor);

}  // namespace sparkify::copy
