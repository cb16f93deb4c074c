#pragma once

#include "copy/copy.hpp"
#include "transfer/cursor.hpp"

namespace sparkify::copy {

/// Runs the query and writes what it gives as objects, one after another or to several in turn.
/// Objects that are finished when a later one fails stay.
/// Memory: of each object in the making, what its writer holds and 1 MiB.
Outcome run_unload(const transfer::UnloadStatement& unload, const sql::Statement& statement,
                   const transfer::Cursor& places, load::Environment& environment);

}  // namespace sparkify::copy
