#include "etl/settled_store.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "base/error.hpp"
#include "event/mapping.hpp"

namespace sparkify::etl {
namespace {

using base::Error;
using base::ErrorKind;
using base::ObjectEntry;

/// The first bytes of a file that others append to.
class Beginning final : public base::Object {
 public:
  Beginning(base::ObjectStore& store, std::unique_ptr<base::Object> whole, ObjectEntry entry)
      : store_(store), whole_(std::move(whole)), entry_(std::move(entry)) {}

  std::size_t read(std::uint64_t offset, std::span<char> buffer) override {
    if (offset >= entry_.size_bytes) return 0;
    std::uint64_t left = entry_.size_bytes - offset;
    return whole_->read(offset, buffer.first(std::min<std::uint64_t>(buffer.size(), left)));
  }
  /// It may have grown meanwhile, and nothing else.
  void verify_unchanged() override {
    base::Listing now = store_.list(entry_.path);
    if (now.objects.size() == 1 && now.objects[0].size_bytes >= entry_.size_bytes) return;
    throw Error(ErrorKind::unavailable, "file changed while it was being read")
        .at({entry_.path, 0, 0, {}})
        .hint("a log that is followed may grow; this load left nothing behind");
  }

 private:
  base::ObjectStore& store_;
  std::unique_ptr<base::Object> whole_;
  ObjectEntry entry_;
};

/// What `get` gives, if what it asks for is there.
template <class Get>
auto if_found(Get get) -> decltype(get()) {
  try {
    return get();
  } catch (const Error& error) {
    if (error.kind() != ErrorKind::not_found) throw;
    return {};
  }
}

}  // namespace

SettledStore::SettledStore(base::ObjectStore& store, const LoadOptions& options)
    : store_(store), options_(options) {}

void SettledStore::look() {
  Versions files;
  listed_.clear();
  growing_.clear();
  for (const auto& [path, is_of_lines] :
       {std::pair(&options_.song_data, false), std::pair(&options_.log_data, true)}) {
    if (*path) listed_[**path] = look_below(**path, is_of_lines, files);
  }
  files_ = std::move(files);
}

base::Listing SettledStore::look_below(const std::string& prefix, bool is_of_lines,
                                       Versions& files) {
  base::Listing there = if_found([&] { return store_.list(prefix); });
  base::Listing found{{}, std::move(there.passed_over)};
  for (const ObjectEntry& entry : there.objects) {
    // A file that has gone since it was listed hides no other.
    auto shown = if_found([&] { return judge(entry, is_of_lines, files); });
    if (shown) found.objects.push_back(std::move(*shown));
  }
  return found;
}

/// What is shown of it, if anything.
std::optional<ObjectEntry> SettledStore::judge(const ObjectEntry& entry, bool is_of_lines,
                                               Versions& files) {
  bool is_far = store_.is_far(entry.path);
  event::FileKind kind = is_far ? event::object_kind(entry.path) : event::file_kind(entry.path);
  if (!kind.is_readable) return std::nullopt;
  if (is_far) return entry;
  auto seen = files_.find(entry.path);
  bool is_new = seen == files_.end();
  bool is_still = !is_new && seen->second == entry.version;
  files[entry.path] = entry.version;
  if (is_still) return entry;
  bool is_log = is_of_lines && kind.compression == event::Compression::none;
  if (is_new || !is_log) return std::nullopt;
  return whole_lines(entry);
}

/// The file up to its last line end; nothing when it has none.
std::optional<ObjectEntry> SettledStore::whole_lines(const ObjectEntry& entry) {
  constexpr std::uint64_t block_bytes = 1 << 16;
  std::vector<char> block(block_bytes);
  auto object = store_.open(entry);
  for (std::uint64_t end = entry.size_bytes; end > 0;) {
    std::uint64_t begin = end - std::min(end, block_bytes);
    std::size_t count = object->read(begin, std::span(block).first(end - begin));
    std::size_t line_end = std::string_view(block.data(), count).rfind('\n');
    if (line_end != std::string_view::npos) {
      ObjectEntry part = entry;
      part.size_bytes = begin + line_end + 1;
      // A part has a version of its own, so that the ledger knows the whole as something else.
      if (part.size_bytes < entry.size_bytes) {
        part.version = fmt::format("{}-of-{}", part.size_bytes, entry.version);
      }
      growing_[entry.path] = entry;
      return part;
    }
    end = begin;
  }
  return std::nullopt;
}

SettledStore::Versions SettledStore::shown() const {
  Versions shown;
  for (const auto& [prefix, listing] : listed_) {
    for (const ObjectEntry& entry : listing.objects) shown[entry.path] = entry.version;
  }
  return shown;
}

std::optional<LoadOptions> SettledStore::news() const {
  LoadOptions options = options_;
  auto has_files = [&](const std::optional<std::string>& path) {
    auto found = path ? listed_.find(*path) : listed_.end();
    return found != listed_.end() && !found->second.objects.empty();
  };
  if (!has_files(options.log_data)) options.log_data.reset();
  if (!has_files(options.song_data)) options.song_data.reset();
  bool has_any = options.log_data || options.song_data;
  if (!has_any || shown() == done_) return std::nullopt;
  return options;
}

void SettledStore::done() { done_ = shown(); }

base::Listing SettledStore::list(std::string_view prefix, const Arrived& arrived) {
  auto found = listed_.find(std::string(prefix));
  if (found == listed_.end()) return store_.list(prefix, arrived);  // a jsonpaths file
  base::Listing listing = found->second;
  if (arrived) arrived(listing.objects);
  return listing;
}

std::unique_ptr<base::Object> SettledStore::open(const ObjectEntry& entry) {
  auto whole = growing_.find(entry.path);
  if (whole == growing_.end()) return store_.open(entry);
  return std::make_unique<Beginning>(store_, store_.open(whole->second), entry);
}

}  // namespace sparkify::etl
