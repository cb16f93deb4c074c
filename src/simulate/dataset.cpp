#include "simulate/dataset.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <filesystem>
#include <optional>
#include <set>
#include <thread>

#include "base/error.hpp"
#include "simulate/parallel.hpp"

namespace sparkify::simulate {
namespace {

using base::Json;
using Clock = std::chrono::steady_clock;

constexpr std::int64_t follow_window_ms = 250;  ///< of real time

/// Keys of an event in the order of the public bucket's jsonpaths file.
constexpr std::string_view event_keys[] = {
    "artist",    "auth",  "firstName", "gender", "itemInSession", "lastName",
    "length",    "level", "location",  "method", "page",          "registration",
    "sessionId", "song",  "status",    "ts",     "userAgent",     "userId"};

std::string jsonpaths_file() {
  std::string text = "{\n    \"jsonpaths\": [\n";
  for (std::string_view key : event_keys) {
    text += fmt::format("        \"$['{}']\"{}\n", key, key == "userId" ? "" : ",");
  }
  return text + "    ]\n}";
}

/// Passes lines on to the files, at the pace of the clock when following.
class DatasetSink final : public Sink {
 public:
  DatasetSink(EventFiles& files, const DatasetOptions& options, const DatasetProgress& progress,
              const std::atomic<bool>& stop)
      : files_(files), options_(options), progress_(progress), stop_(stop) {}

  void deliver(std::int64_t day, DeliveredText& text) override { files_.write(day, text); }

  void reached(std::int64_t time_ms, std::uint64_t events) override {
    progress_(time_ms, events);
    if (!options_.is_following) return;
    constexpr double longest_ms = 1e12;  // thirty years; more would leave the clock's range
    auto simulated_ms = static_cast<double>(time_ms - options_.simulation.start_ms);
    std::chrono::duration<double, std::milli> wait(
        std::min(simulated_ms / options_.speed, longest_ms));
    auto due = began_ + std::chrono::duration_cast<Clock::duration>(wait);
    while (!stop_ && Clock::now() < due) {
      std::this_thread::sleep_until(std::min(due, Clock::now() + std::chrono::milliseconds(50)));
    }
  }

 private:
  EventFiles& files_;
  const DatasetOptions& options_;
  const DatasetProgress& progress_;
  const std::atomic<bool>& stop_;
  Clock::time_point began_ = Clock::now();
};

constexpr std::string_view jsonpaths_name = "log_json_path.json";
/// What else a data set is made of; with any of these in it a folder is in use.
constexpr std::string_view parts[] = {"log_data/", "song_data/", "late/", "truth.json"};

bool is_there(base::ObjectStore& store, const std::string& path) {
  std::error_code ignored;
  if (!store.is_far(path)) return std::filesystem::exists(path, ignored);
  try {
    return !store.list(path).objects.empty();
  } catch (const base::Error& error) {
    if (error.kind() != base::ErrorKind::not_found) throw;
  }
  return false;
}

/// Refuses a folder in which data of two simulations would mix.
void require_unused(base::ObjectStore& store, const std::string& folder) {
  for (std::string_view part : parts) {
    std::string path = fmt::format("{}/{}", folder, part);
    if (!is_there(store, path)) continue;
    std::string_view name = part.substr(0, part.find('/'));
    throw base::Error(base::ErrorKind::bad_data, fmt::format("{} already holds {}", folder, name))
        .hint("remove it, or give --out another folder");
  }
}

/// Takes an unfinished data set away from a disk, which may be full.
class Cleanup {
 public:
  explicit Cleanup(const std::string& folder) {
    if (!std::filesystem::exists(folder)) {
      ours_.push_back(folder);
      return;
    }
    for (std::string_view part : parts) ours_.push_back(fmt::format("{}/{}", folder, part));
    std::string paths = fmt::format("{}/{}", folder, jsonpaths_name);
    if (!std::filesystem::exists(paths)) ours_.push_back(paths);
  }
  ~Cleanup() {
    if (is_kept_) return;
    std::error_code ignored;
    for (const std::string& path : ours_) std::filesystem::remove_all(path, ignored);
  }
  Cleanup(const Cleanup&) = delete;
  Cleanup& operator=(const Cleanup&) = delete;
  void keep() { is_kept_ = true; }

 private:
  std::vector<std::string> ours_;  ///< what was not there before
  bool is_kept_ = false;
};

/// A store far away takes many at a time.
void write_songs(base::ObjectStore& store, const site::Catalogue& catalogue,
                 const std::string& folder, const std::atomic<bool>& stop) {
  constexpr unsigned far_threads = 64;
  auto write = [&](unsigned, std::size_t number) {
    if (stop) throw base::Error(base::ErrorKind::interrupted, "interrupted");
    const site::Song& song = catalogue.songs[number];
    std::string text = site::song_file(song);
    std::string path = fmt::format("{}/{}song_data/{}", folder, song.is_late ? "late/" : "",
                                   site::song_path(song));
    write_object(store, path, text);
    if (!song.is_repeated) return;
    path.insert(path.rfind('.'), "-again");
    write_object(store, path, text);
  };
  in_parallel(store.is_far(folder) ? far_threads : 1, catalogue.songs.size(), write);
}

Json dirt_counts(const Simulation& simulation, const site::Catalogue& catalogue) {
  const auto& counts = simulation.dirt_counts();
  auto count = [&](Dirt dirt) { return counts[static_cast<std::size_t>(dirt)]; };
  return {{"malformed", count(Dirt::malformed)}, {"wrong_type", count(Dirt::wrong_type)},
          {"repeated", count(Dirt::repeated)},   {"redelivered", count(Dirt::redelivered)},
          {"late", count(Dirt::late)},           {"repeated_songs", catalogue.repeated_songs},
          {"late_songs", catalogue.late_songs}};
}

Json settings_json(const DatasetOptions& options) {
  const SimulationOptions& simulation = options.simulation;
  Json settings = {{"seed", simulation.seed},
                   {"users", simulation.user_count},
                   {"first_user_id", simulation.first_user_id},
                   {"start_ms", simulation.start_ms},
                   {"growth_rate", simulation.growth_rate},
                   {"attrition_rate", simulation.attrition_rate}};
  if (simulation.end_ms != never_ms) settings["end_ms"] = simulation.end_ms;
  if (simulation.event_limit != UINT64_MAX) settings["events"] = simulation.event_limit;
  if (!simulation.tag.empty()) settings["tag"] = simulation.tag;
  return settings;
}

std::string truth_file(const DatasetOptions& options, const Simulation& simulation,
                       const site::Catalogue& catalogue) {
  const auto& dirt = simulation.dirt_counts();
  auto count = [&](Dirt kind) { return dirt[static_cast<std::size_t>(kind)]; };
  Json generated = simulation.generated().sections();
  Json warehouse = simulation.delivered().sections();
  std::set<std::string> artists;
  for (const site::Song& song : catalogue.songs) artists.insert(song.artist_id);
  for (Json* part : {&generated, &warehouse}) {
    (*part)["counts"]["songs"] = catalogue.songs.size();
    (*part)["counts"]["artists"] = artists.size();
  }
  generated["dirt"] = dirt_counts(simulation, catalogue);
  warehouse["counts"]["rejects"] = count(Dirt::malformed) + count(Dirt::wrong_type);
  warehouse["counts"]["duplicates"] =
      count(Dirt::repeated) + count(Dirt::redelivered) + catalogue.repeated_songs;
  Json truth = {{"format", 1},
                {"program", "sparkify " SPARKIFY_VERSION},
                {"settings", settings_json(options)},
                {"generated", std::move(generated)},
                {"warehouse", std::move(warehouse)}};
  return truth.dump(2) + "\n";
}

}  // namespace

DatasetSummary make_dataset(base::ObjectStore& store, const site::Site& site,
                            const DatasetOptions& options, const DatasetProgress& progress,
                            const std::atomic<bool>& stop) {
  const std::string& folder = options.folder;
  bool is_stream = folder == "-";
  if (!is_stream) require_unused(store, folder);
  std::optional<Cleanup> cleanup;
  if (!is_stream && !store.is_far(folder)) cleanup.emplace(folder);
  site::Catalogue catalogue =
      options.song_data ? site::read_catalogue(store, *options.song_data, options.catalogue)
                        : site::invent_catalogue(options.catalogue);
  if (!is_stream) {
    write_object(store, fmt::format("{}/{}", folder, jsonpaths_name), jsonpaths_file());
    if (!options.song_data) write_songs(store, catalogue, folder, stop);
  }
  Clock::time_point began = Clock::now();
  SimulationOptions simulation_options = options.simulation;
  if (options.is_following) {
    simulation_options.longest_window_ms =
        std::max(std::int64_t{1},
                 static_cast<std::int64_t>(static_cast<double>(follow_window_ms) * options.speed));
  }
  Simulation simulation(site, catalogue, simulation_options);
  EventFiles files(
      store,
      {.folder = folder, .compression = options.compression, .is_following = options.is_following});
  DatasetSink sink(files, options, progress, stop);
  simulation.run(sink, stop, options.is_following);
  files.finish();
  std::chrono::duration<double> seconds = Clock::now() - began;
  if (!is_stream) {
    write_object(store, folder + "/truth.json", truth_file(options, simulation, catalogue));
  }
  if (cleanup) cleanup->keep();
  return {simulation.event_count(), files.bytes_written(), simulation.user_count(),
          catalogue.songs.size(),   simulation.time_ms(),  seconds.count()};
}

}  // namespace sparkify::simulate
