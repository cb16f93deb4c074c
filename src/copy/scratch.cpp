#include "copy/scratch.hpp"

#include <fmt/format.h>

#include <cstdlib>

#include <cerrno>
#include <filesystem>
#include <fstream>
#include <system_error>
#include <vector>

#include "base/disk_store.hpp"
#include "base/error.hpp"

namespace sparkify::copy {
namespace {

constexpr std::size_t step_bytes = 4 << 20;

}  // namespace

ScratchFolder::ScratchFolder(const std::string& parent) {
  std::error_code failure;
  path_ = parent.empty() ? std::filesystem::temp_directory_path(failure).string() : parent;
  if (failure) throw base::system_error(failure.value(), "find a folder for files", path_);
  path_ += fmt::format("/{}XXXXXX", scratch_prefix);
  if (::mkdtemp(path_.data()) == nullptr) throw base::system_error(errno, "make a folder", path_);
}

ScratchFolder::~ScratchFolder() {
  std::error_code failure;
  std::filesystem::remove_all(path_, failure);
}

void fetch(base::ObjectStore& store, const base::ObjectEntry& entry, const std::string& path) {
  base::DiskStore disk;
  auto writer = disk.create(path);
  auto object = store.open(entry);
  std::vector<char> buffer(step_bytes);
  for (std::uint64_t at = 0; at < entry.size_bytes;) {
    std::size_t count = object->read(at, buffer);
    if (count == 0) break;
    writer->write({buffer.data(), count});
    at += count;
  }
  object->verify_unchanged();
  writer->finish();
}

std::uint64_t pour(const std::string& path, base::ObjectWriter& writer) {
  base::DiskStore disk;
  base::ObjectEntry entry = disk.list(path).objects.at(0);
  auto object = disk.open(entry);
  std::vector<char> buffer(step_bytes);
  for (std::uint64_t at = 0; at < entry.size_bytes;) {
    std::size_t count = object->read(at, buffer);
    if (count == 0) break;
    writer.write({buffer.data(), count});
    at += count;
  }
  return entry.size_bytes;
}

std::uint64_t send(const std::string& path, base::ObjectStore& store, const std::string& to) {
  auto writer = store.create(to);
  std::uint64_t size_bytes = pour(path, *writer);
  writer->finish();
  return size_bytes;
}

}  // namespace sparkify::copy
