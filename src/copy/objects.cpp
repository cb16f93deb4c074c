#include "copy/objects.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <optional>
#include <utility>

#include "base/directory.hpp"
#include "base/error.hpp"
#include "base/json.hpp"

namespace sparkify::copy {
namespace {

using base::Error;
using base::ErrorKind;

constexpr std::uint64_t most_text_bytes = 64 << 20;

/// Nothing there is no error here.
base::Listing list(base::ObjectStore& store, const std::string& path) {
  try {
    return store.list(path);
  } catch (const Error& error) {
    if (error.kind() != ErrorKind::not_found) throw;
    return {};
  }
}

std::optional<base::ObjectEntry> find_one(base::ObjectStore& store, const std::string& path) {
  for (base::ObjectEntry& entry : list(store, path).objects) {
    if (entry.path == path) return std::move(entry);
  }
  return std::nullopt;
}

/// A folder that is not there has none.
std::vector<std::string> names_in(const std::string& folder) {
  std::vector<std::string> names;
  try {
    base::Directory directory(folder);
    while (const char* name = directory.next()) names.emplace_back(name);
  } catch (const Error& error) {
    if (error.kind() != ErrorKind::not_found) throw;
  }
  return names;
}

/// Names beside `path` that begin as it does, each with all below it.
std::vector<base::ObjectEntry> list_siblings(base::ObjectStore& store, const std::string& path) {
  namespace fs = std::filesystem;
  fs::path folder = fs::path(path).parent_path();
  std::string beginning = fs::path(path).filename().string();
  std::vector<base::ObjectEntry> found;
  for (const std::string& name : names_in(folder.empty() ? "." : folder.string())) {
    if (!name.starts_with(beginning)) continue;
    base::Listing listing = list(store, (folder / name).string());
    std::move(listing.objects.begin(), listing.objects.end(), std::back_inserter(found));
  }
  return found;
}

struct ManifestEntry {
  std::string url;
  bool is_mandatory = false;
};

std::vector<ManifestEntry> read_manifest(const std::string& text, const std::string& path) {
  auto fail = [&](std::string what) {
    return Error(ErrorKind::bad_data, std::move(what))
        .at({path, 0, 0, {}})
        .hint(R"({"entries": [{"url": "s3://bucket/key", "mandatory": true}, ...]})");
  };
  base::Json json;
  try {
    json = base::parse_json(text, path);
  } catch (Error& error) {
    throw Error(ErrorKind::bad_data, "the manifest is no JSON")
        .at(error.place().value_or(base::Place{path, 0, 0, {}}));
  }
  auto entries = json.is_object() ? json.find("entries") : json.end();
  if (!json.is_object() || entries == json.end() || !entries->is_array()) {
    throw fail("the manifest has no list \"entries\"");
  }
  std::vector<ManifestEntry> result;
  for (const base::Json& entry : *entries) {
    auto url = entry.is_object() ? entry.find("url") : entry.end();
    if (!entry.is_object() || url == entry.end() || !url->is_string()) {
      throw fail("an entry of the manifest has no \"url\"");
    }
    auto mandatory = entry.find("mandatory");
    bool is_mandatory =
        mandatory != entry.end() && mandatory->is_boolean() && mandatory->get<bool>();
    result.push_back({url->get<std::string>(), is_mandatory});
  }
  return result;
}

std::vector<base::ObjectEntry> find_of_manifest(base::ObjectStore& store,
                                                const transfer::CopyStatement& copy,
                                                const transfer::Cursor& places) {
  std::string text = read_object(store, copy.source, "manifest", places);
  std::vector<base::ObjectEntry> found;
  for (const ManifestEntry& entry : read_manifest(text, copy.source.text)) {
    if (is_far_path(entry.url) != is_far_path(copy.source.text)) {
      throw Error(ErrorKind::bad_data, "the manifest and its files are not of one kind")
          .at({entry.url, 0, 0, {}});
    }
    if (auto object = find_one(store, entry.url)) {
      found.push_back(*std::move(object));
    } else if (entry.is_mandatory) {
      throw Error(ErrorKind::not_found,
                  fmt::format("the manifest names an object that is not there: {}", entry.url))
          .hint("it is \"mandatory\" there")
          .sql_state("XX000");
    }
  }
  return found;
}

}  // namespace

bool is_far_path(std::string_view path) {
  return path.starts_with("s3://") || path.starts_with("s3a://") || path.starts_with("s3n://");
}

std::shared_ptr<base::ObjectStore> store_of(const transfer::Located& path,
                                            const transfer::Access& access,
                                            load::Environment& environment,
                                            const transfer::Cursor& places) {
  if (is_far_path(path.text)) return environment.store(access);
  bool has_scheme = path.text.find("://") != std::string::npos;
  if (has_scheme) {
    throw places.error(path.offset, "this is no path of S3").hint("'s3://bucket/prefix'");
  }
  if (environment.files == nullptr) {
    throw places.error(path.offset, "files of this machine may not be read or written")
        .hint("'s3://bucket/prefix' names objects; the server's owner can allow files")
        .sql_state("42501");
  }
  // Borrowed from whoever made the environment.
  return {environment.files, [](base::ObjectStore*) {}};
}

std::vector<base::ObjectEntry> list_prefix(base::ObjectStore& store, const std::string& prefix) {
  if (is_far_path(prefix) || prefix.ends_with('/')) return list(store, prefix).objects;
  std::vector<base::ObjectEntry> found = list_siblings(store, prefix);
  std::sort(found.begin(), found.end(),
            [](const auto& left, const auto& right) { return left.path < right.path; });
  return found;
}

std::vector<base::ObjectEntry> find_objects(base::ObjectStore& store,
                                            const transfer::CopyStatement& copy,
                                            const transfer::Cursor& places) {
  std::vector<base::ObjectEntry> found = copy.is_manifest ? find_of_manifest(store, copy, places)
                                                          : list_prefix(store, copy.source.text);
  if (!found.empty()) return found;
  std::string what =
      copy.is_manifest
          ? fmt::format("no file of the manifest '{}' exists", copy.source.text)
          : fmt::format("The specified S3 prefix '{}' does not exist", copy.source.text);
  throw Error(ErrorKind::not_found, what)
      .hint("no object's path begins so; a prefix is compared byte for byte")
      .sql_state("XX000");
}

std::string read_object(base::ObjectStore& store, const transfer::Located& path,
                        std::string_view what, const transfer::Cursor& places) {
  std::optional<base::ObjectEntry> entry = find_one(store, path.text);
  if (!entry) {
    throw Error(ErrorKind::not_found, fmt::format("{} '{}' does not exist", what, path.text))
        .at(*places.error(path.offset, {}).place())
        .sql_state("XX000");
  }
  if (entry->size_bytes > most_text_bytes) {
    throw Error(ErrorKind::bad_data, fmt::format("{} '{}' is too large", what, path.text));
  }
  auto object = store.open(*entry);
  std::string text(static_cast<std::size_t>(entry->size_bytes), '\0');
  std::size_t filled = 0;
  while (filled < text.size()) {
    std::size_t count = object->read(filled, {text.data() + filled, text.size() - filled});
    if (count == 0) break;
    filled += count;
  }
  text.resize(filled);
  return text;
}

}  // namespace sparkify::copy
