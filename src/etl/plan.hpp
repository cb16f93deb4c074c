#pragma once

#include <functional>
#include <span>
#include <string>
#include <vector>

#include "base/object_store.hpp"
#include "etl/ledger.hpp"
#include "etl/load.hpp"
#include "event/reader.hpp"

namespace sparkify::etl {

/// The files of one source, each with its verdict.
struct SourcePlan {
  std::string source;   ///< events, songs
  std::string staging;  ///< staging_events, staging_songs
  event::Mapping mapping;
  std::vector<warehouse::StagedFile> to_load;
  std::vector<PlannedFile> files;  ///< all of them, also those that are not loaded
  std::uint64_t unchanged_count = 0, passed_over_count = 0;
};

/// Hears of objects that will be loaded, while the listing goes on.
using Accepted = std::function<void(std::span<const base::ObjectEntry>)>;

/// Lists both sources and asks the ledger about each file; file ids go on from the ledger's.
/// Throws not_found (nothing to read below a prefix, a link that leads nowhere), denied,
/// unavailable, bad_data (the jsonpaths file).
std::vector<SourcePlan> plan_sources(const Ledger& ledger, base::ObjectStore& store,
                                     const LoadOptions& options, const Accepted& accepted = {});

}  // namespace sparkify::etl
