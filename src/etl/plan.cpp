#include "etl/plan.hpp"

#include <fmt/format.h>

#include <iterator>
#include <utility>

#include "base/error.hpp"

namespace sparkify::etl {
namespace {

using base::Error;
using base::ErrorKind;

constexpr const char* readable_names = ".json, .jsonl or .ndjson, plain, .gz or .zst";

/// Judges the objects of one source as they are listed.
class Judge {
 public:
  Judge(SourcePlan& plan, const Ledger& ledger, base::ObjectStore& store,
        std::int32_t& next_file_id, const Accepted& accepted)
      : plan_(plan),
        ledger_(ledger),
        store_(store),
        next_file_id_(next_file_id),
        accepted_(accepted) {}

  void list(const std::string& prefix) {
    base::Listing listing =
        store_.list(prefix, [&](std::span<const base::ObjectEntry> entries) { take_all(entries); });
    for (const auto& passed : listing.passed_over) pass_over(passed);
    std::move(files_.begin(), files_.end(), std::back_inserter(plan_.files));
    if (!plan_.to_load.empty() || plan_.unchanged_count > 0) return;
    throw Error(ErrorKind::not_found, fmt::format("no {} to load here", plan_.source))
        .at({prefix, 0, 0, {}})
        .hint(fmt::format("files are read whose names end in {}", readable_names));
  }

 private:
  void take_all(std::span<const base::ObjectEntry> entries) {
    std::vector<base::ObjectEntry> to_load;
    for (const base::ObjectEntry& entry : entries) {
      if (take(entry)) to_load.push_back(entry);
    }
    if (accepted_ && !to_load.empty()) accepted_(to_load);
  }

  event::FileKind kind_of(const std::string& path) const {
    return store_.is_far(path) ? event::object_kind(path) : event::file_kind(path);
  }

  /// Whether it will be loaded.
  bool take(const base::ObjectEntry& entry) {
    event::FileKind kind = kind_of(entry.path);
    PlannedFile& file = files_.emplace_back(
        PlannedFile{entry.path, entry.size_bytes, plan_.source, "load", !kind.is_readable});
    if (!kind.is_readable) {
      file.verdict = fmt::format("not {}", readable_names);
      ++plan_.passed_over_count;
      return false;
    }
    if (std::string known = ledger_.known(plan_.source, entry, store_); !known.empty()) {
      file.verdict = known;
      ++plan_.unchanged_count;
      return false;
    }
    plan_.to_load.push_back({next_file_id_++, entry, kind.compression});
    return true;
  }

  void pass_over(const base::Listing::Passed& passed) {
    if (kind_of(passed.path).is_readable) {
      throw Error(ErrorKind::not_found, passed.reason)
          .at({passed.path, 0, 0, {}})
          .hint("remove it, or put the file it stands for in place");
    }
    plan_.files.push_back({passed.path, 0, plan_.source, passed.reason, true});
    ++plan_.passed_over_count;
  }

  SourcePlan& plan_;
  const Ledger& ledger_;
  base::ObjectStore& store_;
  std::int32_t& next_file_id_;
  const Accepted& accepted_;
  std::vector<PlannedFile> files_;  ///< what is passed over stands before them
};

}  // namespace

std::vector<SourcePlan> plan_sources(const Ledger& ledger, base::ObjectStore& store,
                                     const LoadOptions& options, const Accepted& accepted) {
  SourcePlan songs{"songs", "staging_songs", event::song_mapping(), {}, {}, 0, 0};
  SourcePlan events{"events", "staging_events", event::event_mapping(), {}, {}, 0, 0};
  if (options.log_jsonpath) {
    events.mapping = event::mapping_from_jsonpaths(base::read_object(store, *options.log_jsonpath),
                                                   *options.log_jsonpath, events.mapping.framing,
                                                   events.mapping.columns);
  }
  std::int32_t next_file_id = ledger.next_file_id();
  auto list = [&](SourcePlan& plan, const std::string& prefix) {
    Judge(plan, ledger, store, next_file_id, accepted).list(prefix);
  };
  if (options.song_data) list(songs, *options.song_data);
  if (options.log_data) list(events, *options.log_data);
  std::vector<SourcePlan> plans;
  plans.push_back(std::move(songs));
  plans.push_back(std::move(events));
  return plans;
}

}  // namespace sparkify::etl
