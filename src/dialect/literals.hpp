#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace sparkify::dialect {

/// A date or timestamp as Redshift reads it, in the one form that DuckDB reads: `20190131`,
/// `1/31/2019`, `Jan 31, 2019`, `31-Jan-2019` with or without a time behind it -> `2019-01-31`.
/// nullopt: it has that form already, or none that is known.
std::optional<std::string> iso_date(std::string_view text);

}  // namespace sparkify::dialect
