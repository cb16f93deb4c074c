#pragma once

#include "config/settings.hpp"
#include "redshift/warehouse.hpp"

namespace sparkify::cli {

/// The Redshift that settings name: what `warehouse.path` does not say is said by [CLUSTER]. Its
/// password counts for its own host only. Throws usage, config.
redshift::Options redshift_options(const config::Settings& settings);

}  // namespace sparkify::cli
