#pragma once

#include "transfer/cursor.hpp"
#include "transfer/statement.hpp"

namespace sparkify::transfer {

/// Each with the cursor behind the statement's first word.
CopyStatement parse_copy(Cursor& cursor);
UnloadStatement parse_unload(Cursor& cursor);

}  // namespace sparkify::transfer
