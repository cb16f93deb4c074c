#pragma once

#include <span>
#include <string>

#include "event/mapping.hpp"

namespace sparkify::redshift {

/// `artist varchar(1024), ts timestamp not null`: columns as staging tables have them. Strict: what
/// is required may not be NULL, so that COPY refuses a record without it.
std::string column_types(std::span<const event::Column> columns, bool is_strict);

}  // namespace sparkify::redshift
