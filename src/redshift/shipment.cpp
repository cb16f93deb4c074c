#include "redshift/shipment.hpp"

#include <fmt/format.h>

#include <utility>

#include "base/error.hpp"
#include "base/json.hpp"
#include "base/random.hpp"
#include "base/removal.hpp"

namespace sparkify::redshift {
namespace {

/// A folder that no other load has: two may write at a time, one may have been killed.
std::string new_folder(std::string_view staging) {
  std::string_view prefix = staging;
  while (prefix.ends_with('/')) prefix.remove_suffix(1);
  return fmt::format("{}/sparkify-{:016x}", prefix, base::random_number());
}

}  // namespace

Shipment::Shipment(OpenStore open_store, std::string_view staging, std::size_t slices, Noted noted)
    : open_store_(std::move(open_store)),
      noted_(std::move(noted)),
      folder_(new_folder(staging)),
      store_(open_store_()),
      parts_(std::make_unique<Parts>(*store_, folder_, slices)) {}

Shipment::~Shipment() { remove_all(); }

std::string Shipment::finish() {
  std::vector<std::string> paths = parts_->finish();
  if (paths.empty()) return {};
  base::Json entries = base::Json::array();
  for (const std::string& path : paths) entries.push_back({{"url", path}, {"mandatory", true}});
  std::string path = folder_ + "/manifest";
  auto writer = store_->create(path);
  writer->write(base::Json{{"entries", std::move(entries)}}.dump(2) + '\n');
  writer->finish();
  return path;
}

/// With a store of its own: the other one may have been interrupted.
void Shipment::remove_all() noexcept {
  try {
    std::vector<std::string> paths = parts_->begun_paths();
    parts_.reset();
    if (paths.empty()) return;
    paths.push_back(folder_ + "/manifest");
    std::vector<base::ObjectEntry> entries;
    for (std::string& path : paths) entries.push_back({std::move(path), 0, {}});
    auto store = open_store_();
    if (auto* removal = dynamic_cast<base::Removal*>(store.get())) removal->remove(entries);
  } catch (const base::Error& error) {
    if (!noted_) return;
    noted_(fmt::format("{} is left behind: {}", folder_, error.message()));
  } catch (...) {
    // Out of memory: what is left goes by the bucket's lifecycle rule.
  }
}

}  // namespace sparkify::redshift
