#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "transfer/row_text.hpp"

namespace sparkify::copy {

/// The engine's statement by which rows become Parquet, wherever they come from: those of `query`,
/// which begins behind parquet_lead, go to `target`. `more` are further options.
inline constexpr std::string_view parquet_lead = "copy (";
std::string parquet_statement(std::string_view query, const std::string& target,
                              std::string_view more = {});

/// The next row of a result, valid until the next call; nothing at the end. May throw.
using NextRow = std::function<std::optional<transfer::ResultRow>()>;

/// Writes rows from anywhere as one Parquet file, by an engine of its own, in their order; returns
/// how many. Columns keep the engine's numbers, decimals, dates and times, timestamps and booleans;
/// all else is text. A name that occurs twice gets _2.
///
/// Memory: a row group, 122,880 rows. Threads: `next` is called on one, which may be another.
/// Throws what `next` throws, unavailable (disk full).
std::uint64_t write_parquet(const std::vector<transfer::ResultColumn>& columns, const NextRow& next,
                            const std::string& path);

}  // namespace sparkify::copy
