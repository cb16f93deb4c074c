#include "base/object_store.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "base/error.hpp"

namespace sparkify::base {
namespace {

/// Of what lies below a path the one that it names.
ObjectEntry pick(const Listing& listing, const std::string& path, bool is_far) {
  auto is_named = [&](const ObjectEntry& entry) { return entry.path == path; };
  auto found = std::find_if(listing.objects.begin(), listing.objects.end(), is_named);
  if (found != listing.objects.end()) return *found;
  if (!is_far) throw Error(ErrorKind::bad_data, "this is no file").at({path, 0, 0, {}});
  Error error(ErrorKind::not_found, "no object has this name");
  error.at({path, 0, 0, {}});
  if (listing.objects.empty()) throw error;
  throw error.hint(fmt::format("{} begins with it", listing.objects.front().path));
}

}  // namespace

std::string read_object(ObjectStore& store, const std::string& path, std::uint64_t most_bytes) {
  ObjectEntry entry = pick(store.list(path), path, store.is_far(path));
  if (entry.size_bytes > most_bytes) {
    throw Error(ErrorKind::bad_data, fmt::format("{} bytes are more than {}, the most that is read",
                                                 entry.size_bytes, most_bytes))
        .at({path, 0, 0, {}});
  }
  auto object = store.open(entry);
  std::string text(entry.size_bytes, '\0');
  std::size_t filled = 0;
  while (filled < text.size()) {
    std::size_t count = object->read(filled, {text.data() + filled, text.size() - filled});
    if (count == 0) break;
    filled += count;
  }
  text.resize(filled);
  object->verify_unchanged();
  return text;
}

}  // namespace sparkify::base
