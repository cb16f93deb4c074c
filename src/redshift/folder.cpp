#include "redshift/folder.hpp"

#include <fmt/format.h>

#include <utility>

#include "base/error.hpp"
#include "base/json.hpp"
#include "base/random.hpp"
#include "base/removal.hpp"

namespace sparkify::redshift {
namespace {

/// A name that no other load has: two may write at a time, one may have been killed.
std::string new_path(std::string_view staging) {
  std::string_view prefix = staging;
  while (prefix.ends_with('/')) prefix.remove_suffix(1);
  return fmt::format("{}/sparkify-{:016x}", prefix, base::random_number());
}

}  // namespace

Folder::Folder(OpenStore open_store, std::string_view staging, Noted noted)
    : open_store_(std::move(open_store)),
      noted_(std::move(noted)),
      path_(new_path(staging)),
      store_(open_store_()) {}

std::string Folder::write(std::string_view name, std::string_view text) {
  std::string path = fmt::format("{}/{}", path_, name);
  written_.push_back(path);
  auto writer = store_->create(path);
  writer->write(text);
  writer->finish();
  return path;
}

std::string Folder::write_manifest(std::string_view name, const std::vector<std::string>& paths) {
  base::Json entries = base::Json::array();
  for (const std::string& path : paths) entries.push_back({{"url", path}, {"mandatory", true}});
  return write(name, base::Json{{"entries", std::move(entries)}}.dump(2) + '\n');
}

void Folder::remove_later(const std::function<std::vector<std::string>()>& paths) noexcept {
  try {
    for (std::string& path : paths()) written_.push_back(std::move(path));
  } catch (...) {
    // Out of memory, as below.
  }
}

/// With a store of its own: the other one may have been interrupted.
Folder::~Folder() {
  try {
    if (written_.empty()) return;
    std::vector<base::ObjectEntry> entries;
    for (std::string& path : written_) entries.push_back({std::move(path), 0, {}});
    auto store = open_store_();
    if (auto* removal = dynamic_cast<base::Removal*>(store.get())) removal->remove(entries);
  } catch (const base::Error& error) {
    if (!noted_) return;
    noted_(fmt::format("{} is left behind: {}", path_, error.message()));
  } catch (...) {
    // Out of memory: what is left goes by the bucket's lifecycle rule.
  }
}

}  // namespace sparkify::redshift
