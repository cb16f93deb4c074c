#pragma once

#include <atomic>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>

#include "simulate/output.hpp"
#include "simulate/simulation.hpp"
#include "site/catalogue.hpp"

namespace sparkify::simulate {

struct DatasetOptions {
  std::string folder;  ///< `-`: events alone, to standard output
  EventFiles::Compression compression = EventFiles::Compression::none;
  SimulationOptions simulation;
  site::CatalogueOptions catalogue;
  std::optional<std::string> song_data;  ///< real songs to draw from, instead of invented ones
  bool is_following = false;             ///< events are written when their time has come
  double speed = 1;                      ///< simulated seconds in a second, when following
};

struct DatasetSummary {
  std::uint64_t events = 0;
  std::uint64_t bytes = 0;  ///< of events, before compression
  std::size_t users = 0, songs = 0;
  std::int64_t end_ms = 0;  ///< how far simulated time went
  double seconds = 0;       ///< from the first user to the last byte of events
};

/// Hears how far simulated time has come.
using DatasetProgress = std::function<void(std::int64_t time_ms, std::uint64_t events)>;

/// Makes a data set below `folder`:
///
///     log_data/YYYY/MM/YYYY-MM-DD-events.json   events, one file a UTC day
///     song_data/A/B/C/TRABC....json             songs, one file each, unless they are real ones
///     log_json_path.json                        the jsonpaths file of the public bucket
///     late/                                     what arrives later, in the same form
///     truth.json                                the answer key, written last
///
/// When following, `stop` ends the simulation as its end would; otherwise, and while songs are
/// written, it throws interrupted.
/// What fails leaves nothing behind on a disk; far away, what was written whole stays.
/// Throws bad_data (the folder holds a data set already), denied, unavailable (disk full, reader
/// of standard output gone), and what read_catalogue throws.
DatasetSummary make_dataset(base::ObjectStore& store, const site::Site& site,
                            const DatasetOptions& options, const DatasetProgress& progress,
                            const std::atomic<bool>& stop);

}  // namespace sparkify::simulate
