#include "memory_store.hpp"

#include <fmt/format.h>

#include <cstring>

#include "base/error.hpp"
#include "event/piece.hpp"
#include "event_reading.hpp"

namespace memory_test {

using sparkify::base::Error;
using sparkify::base::ErrorKind;
namespace base = sparkify::base;

class MemoryStore::Reader final : public base::Object {
 public:
  Reader(MemoryStore& store, std::string path, std::string text)
      : store_(store), path_(std::move(path)), text_(std::move(text)) {}

  std::size_t read(std::uint64_t offset, std::span<char> buffer) override {
    if (store_.before_read) store_.before_read(path_);
    if (offset >= text_.size()) return 0;
    std::size_t count = std::min<std::size_t>(buffer.size(), text_.size() - offset);
    std::memcpy(buffer.data(), text_.data() + offset, count);
    return count;
  }
  void verify_unchanged() override {}

 private:
  MemoryStore& store_;
  std::string path_, text_;
};

class MemoryStore::Writer final : public base::ObjectWriter {
 public:
  Writer(MemoryStore& store, std::string path) : store_(store), path_(std::move(path)) {}
  void write(std::string_view bytes) override {
    if (store_.before_write) store_.before_write(path_);
    text_ += bytes;
  }
  void finish() override { store_.put(path_, text_); }

 private:
  MemoryStore& store_;
  std::string path_, text_;
};

void MemoryStore::put(const std::string& path, const std::string& text, const std::string& salt) {
  std::string salted = text + salt;
  event_test::MemoryObject object(salted);
  std::string version = sparkify::event::ContentHash::of(object, salted.size());
  std::lock_guard lock(mutex_);
  objects_[path] = {text, version};
}

std::string MemoryStore::text(const std::string& path) const {
  std::lock_guard lock(mutex_);
  return objects_.at(path).text;
}

std::vector<std::string> MemoryStore::paths() const {
  std::lock_guard lock(mutex_);
  std::vector<std::string> all;
  for (const auto& [path, stored] : objects_) all.push_back(path);
  return all;
}

base::Listing MemoryStore::list(std::string_view prefix, const Arrived& arrived) {
  base::Listing listing;
  {
    std::lock_guard lock(mutex_);
    for (const auto& [path, stored] : objects_) {
      if (!path.starts_with(prefix)) continue;
      listing.objects.push_back({path, stored.text.size(), stored.version});
    }
  }
  if (listing.objects.empty()) {
    throw Error(ErrorKind::not_found, "nothing lies here").at({std::string(prefix), 0, 0, {}});
  }
  std::span<const Entry> rest = listing.objects;
  for (std::size_t page = 0; !rest.empty(); ++page) {
    if (before_page) before_page(page);
    std::size_t count = std::min(page_size, rest.size());
    if (arrived) arrived(rest.first(count));
    rest = rest.subspan(count);
  }
  return listing;
}

void MemoryStore::expect(std::span<const Entry> entries) {
  std::lock_guard lock(mutex_);
  for (const Entry& entry : entries) expected.push_back(entry.path);
}

std::unique_ptr<base::Object> MemoryStore::open(const Entry& entry) {
  std::lock_guard lock(mutex_);
  opened.push_back(entry.path);
  return std::make_unique<Reader>(*this, entry.path, objects_.at(entry.path).text);
}

std::unique_ptr<base::ObjectWriter> MemoryStore::create(std::string_view path) {
  return std::make_unique<Writer>(*this, std::string(path));
}

}  // namespace memory_test
