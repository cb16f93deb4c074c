#pragma once

#include "cli/invocation.hpp"
#include "redshift/warehouse.hpp"

namespace sparkify::cli {

/// The Redshift that settings name: what `warehouse.path` does not say is said by [CLUSTER]. Its
/// password, or where that is kept, counts for its own host only. `observer` is told what the
/// connection notes. Throws usage, config.
redshift::Options redshift_options(Invocation& invocation, etl::Observer& observer);

/// Logs in with the password that a secret holds, if one is named, and leaves. Throws unavailable,
/// denied.
void try_login(Invocation& invocation, redshift::Address address, const std::string& secret);

}  // namespace sparkify::cli
