#include "cli/stores.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <chrono>

#include "aws/identity.hpp"
#include "base/error.hpp"
#include "base/file.hpp"
#include "s3/address.hpp"

namespace sparkify::cli {
namespace {

s3::Addressing addressing_of(std::string_view style) {
  if (style == "path") return s3::Addressing::path;
  return style == "virtual" ? s3::Addressing::host : s3::Addressing::automatic;
}

/// A count from 1 to `most`; `what` in the plural.
std::size_t count_of(const config::Value& value, std::string_view what, std::size_t most) {
  std::size_t count = 0;
  auto end = value.text.data() + value.text.size();
  bool is_number = std::from_chars(value.text.data(), end, count).ec == std::errc();
  if (is_number && count > 0 && count <= most) return count;
  bool is_by_flag = value.source == config::Source::flag;
  base::Error error(
      is_by_flag ? base::ErrorKind::usage : base::ErrorKind::config,
      fmt::format("{}: {} go from 1 to {}, not {}", value.origin, what, most, value.text));
  if (value.place) error.at(*value.place);
  throw error;
}

}  // namespace

std::string canonical_path(std::string_view path) {
  if (!s3::is_s3_path(path)) return std::string(path);
  return "s3" + std::string(path.substr(path.find("://")));
}

base::ObjectStore& Stores::at(std::string_view path) {
  if (!is_far(path)) return disk_;
  std::lock_guard lock(mutex_);
  if (!s3_) {
    s3_ = make_s3_();
    if (is_interrupted_) s3_->interrupt();
  }
  return *s3_;
}

bool Stores::is_far(std::string_view path) const { return s3::is_s3_path(path); }

base::Listing Stores::list(std::string_view prefix, const Arrived& arrived) {
  return at(prefix).list(canonical_path(prefix), arrived);
}

void Stores::expect(std::span<const base::ObjectEntry> entries) {
  while (!entries.empty()) {
    bool first_is_far = is_far(entries.front().path);
    auto end = std::find_if(entries.begin(), entries.end(), [&](const base::ObjectEntry& entry) {
      return is_far(entry.path) != first_is_far;
    });
    auto count = static_cast<std::size_t>(end - entries.begin());
    at(entries.front().path).expect(entries.first(count));
    entries = entries.subspan(count);
  }
}

std::unique_ptr<base::Object> Stores::open(const base::ObjectEntry& entry) {
  return at(entry.path).open(entry);
}

std::unique_ptr<base::ObjectWriter> Stores::create(std::string_view path) {
  return at(path).create(canonical_path(path));
}

void Stores::interrupt() {
  std::lock_guard lock(mutex_);
  is_interrupted_ = true;
  if (s3_) s3_->interrupt();
}

std::string read_text(Stores& store, const std::string& path) {
  if (!store.is_far(path)) return base::read_file(path);
  return base::read_object(store, canonical_path(path));
}

s3::Options s3_options(const aws::Identity& identity, const config::Settings& settings) {
  s3::Options options;
  options.endpoint = identity.endpoint("s3").text;
  options.region = identity.region("s3").text;
  options.addressing = addressing_of(identity.s3_addressing_style());
  options.connections = count_of(settings.value("s3.connections"), "connections", 256);
  options.stall_timeout =
      std::chrono::seconds(count_of(settings.value("s3.stall_seconds"), "seconds", 3600));
  options.ca_bundle = identity.ca_bundle();
  return options;
}

std::unique_ptr<base::ObjectStore> open_s3(const config::Settings& settings) {
  aws::Identity identity(settings);
  return std::make_unique<s3::Store>(s3_options(identity, settings), identity.credentials());
}

}  // namespace sparkify::cli
