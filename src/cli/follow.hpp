#pragma once

#include "cli/invocation.hpp"
#include "etl/load.hpp"

namespace sparkify::cli {

/// Loads what is there and what comes, load by load, until a signal: then the load that runs is
/// finished. The warehouse is open only while there is something to load, so that others may have
/// it. Loads that fail are said and tried again, with more and more time between; those refused for
/// their records when the files are others.
/// Throws usage, config, internal.
void follow(Invocation& invocation, const etl::LoadOptions& options);

}  // namespace sparkify::cli
