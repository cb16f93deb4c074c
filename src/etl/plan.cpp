#include "etl/plan.hpp"

#include <fmt/format.h>

#include <utility>

#include "base/error.hpp"

namespace sparkify::etl {
namespace {

using base::Error;
using base::ErrorKind;

constexpr const char* readable_names = ".json, .jsonl or .ndjson, plain, .gz or .zst";

/// The whole text of a small object.
std::string read_text(base::ObjectStore& store, const std::string& path) {
  base::Listing listing = store.list(path);
  if (listing.objects.size() != 1) {
    throw Error(ErrorKind::bad_data, "this is no file").at({path, 0, 0, {}});
  }
  auto object = store.open(listing.objects[0]);
  std::string text(listing.objects[0].size_bytes, '\0');
  std::size_t filled = 0;
  while (filled < text.size()) {
    std::size_t count = object->read(filled, {text.data() + filled, text.size() - filled});
    if (count == 0) break;
    filled += count;
  }
  text.resize(filled);
  return text;
}

void judge(SourcePlan& plan, const std::string& prefix, const Ledger& ledger,
           base::ObjectStore& store, std::int32_t& next_file_id) {
  base::Listing listing = store.list(prefix);
  for (const auto& passed : listing.passed_over) {
    if (event::file_kind(passed.path).is_readable) {
      throw Error(ErrorKind::not_found, passed.reason)
          .at({passed.path, 0, 0, {}})
          .hint("remove it, or put the file it stands for in place");
    }
    plan.files.push_back({passed.path, 0, plan.source, passed.reason, true});
    ++plan.passed_over_count;
  }
  for (auto& entry : listing.objects) {
    event::FileKind kind = event::file_kind(entry.path);
    PlannedFile file{entry.path, entry.size_bytes, plan.source, "load", !kind.is_readable};
    if (!kind.is_readable) {
      file.verdict = fmt::format("not {}", readable_names);
      ++plan.passed_over_count;
    } else if (std::string known = ledger.known(plan.source, entry, store); !known.empty()) {
      file.verdict = known;
      ++plan.unchanged_count;
    } else {
      plan.to_load.push_back({next_file_id++, std::move(entry), kind.compression});
    }
    plan.files.push_back(std::move(file));
  }
  if (plan.to_load.empty() && plan.unchanged_count == 0) {
    throw Error(ErrorKind::not_found, fmt::format("no {} to load here", plan.source))
        .at({prefix, 0, 0, {}})
        .hint(fmt::format("files are read whose names end in {}", readable_names));
  }
}

}  // namespace

std::vector<SourcePlan> plan_sources(const Ledger& ledger, base::ObjectStore& store,
                                     const LoadOptions& options) {
  SourcePlan songs{"songs", "staging_songs", event::song_mapping(), {}, {}, 0, 0};
  SourcePlan events{"events", "staging_events", event::event_mapping(), {}, {}, 0, 0};
  if (options.log_jsonpath) {
    events.mapping = event::mapping_from_jsonpaths(read_text(store, *options.log_jsonpath),
                                                   *options.log_jsonpath, events.mapping.framing,
                                                   events.mapping.columns);
  }
  std::int32_t next_file_id = ledger.next_file_id();
  if (options.song_data) judge(songs, *options.song_data, ledger, store, next_file_id);
  if (options.log_data) judge(events, *options.log_data, ledger, store, next_file_id);
  std::vector<SourcePlan> plans;
  plans.push_back(std::move(songs));
  plans.push_back(std::move(events));
  return plans;
}

}  // namespace sparkify::etl
