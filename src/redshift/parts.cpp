#include "redshift/parts.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

namespace sparkify::redshift {

std::size_t Parts::part_bytes(std::size_t slices) {
  constexpr std::size_t usual_bytes = 8 << 20, all_bytes = 256 << 20;
  return std::min(usual_bytes, all_bytes / std::max<std::size_t>(slices, 1));
}

Parts::Parts(base::ObjectStore& store, std::string prefix, std::size_t slices)
    : store_(store), prefix_(std::move(prefix)) {
  for (std::size_t i = 0; i < std::max<std::size_t>(slices, 1); ++i) {
    parts_.push_back(std::make_unique<Part>());
  }
  for (std::size_t i = 0; i < uploads_at_a_time; ++i) {
    uploaders_.emplace_back([this] { upload_queued(); });
  }
}

Parts::~Parts() {
  {
    std::lock_guard lock(mutex_);
    queue_.clear();
    is_finished_ = true;
  }
  changed_.notify_all();
}

void Parts::add(std::string_view lines) {
  {
    std::shared_lock growing(growing_);
    Part& part = *parts_[next_part_++ % parts_.size()];
    std::lock_guard lock(part.mutex);
    if (!part.compressor) part.compressor = base::make_gzip_compressor();
    std::size_t before = part.bytes.size();
    part.compressor->write(lines, false, part.bytes);
    grown_bytes_ += part.bytes.size() - before;
  }
  if (grown_bytes_ < parts_.size() * part_bytes(parts_.size())) return rethrow();
  std::unique_lock alone(growing_);
  if (grown_bytes_ >= parts_.size() * part_bytes(parts_.size())) close_all();
}

void Parts::close_all() {
  grown_bytes_ = 0;
  for (auto& part : parts_) {
    if (!part->compressor) continue;
    part->compressor->write({}, true, part->bytes);
    part->compressor.reset();
    queue({{}, std::exchange(part->bytes, {})});
  }
}

/// Waits while as many wait as grow.
void Parts::queue(Upload upload) {
  std::unique_lock lock(mutex_);
  changed_.wait(lock, [&] { return queue_.size() < parts_.size() || failure_; });
  if (failure_) std::rethrow_exception(failure_);
  upload.path = fmt::format("{}/part-{:05}.json.gz", prefix_, paths_.size());
  paths_.push_back(upload.path);
  queue_.push_back(std::move(upload));
  changed_.notify_all();
}

void Parts::upload_queued() {
  std::unique_lock lock(mutex_);
  for (;;) {
    changed_.wait(lock, [&] { return !queue_.empty() || is_finished_; });
    if (queue_.empty()) return;
    Upload upload = std::move(queue_.front());
    queue_.pop_front();
    changed_.notify_all();
    if (failure_) continue;
    lock.unlock();
    std::exception_ptr failure;
    try {
      auto writer = store_.create(upload.path);
      writer->write(upload.bytes);
      writer->finish();
    } catch (...) {
      failure = std::current_exception();
    }
    lock.lock();
    if (failure && !failure_) failure_ = failure;
    changed_.notify_all();
  }
}

void Parts::rethrow() {
  std::lock_guard lock(mutex_);
  if (failure_) std::rethrow_exception(failure_);
}

std::vector<std::string> Parts::finish() {
  {
    std::unique_lock alone(growing_);
    close_all();
  }
  {
    std::lock_guard lock(mutex_);
    is_finished_ = true;
  }
  changed_.notify_all();
  uploaders_.clear();
  rethrow();
  return paths_;
}

std::vector<std::string> Parts::begun_paths() {
  std::lock_guard lock(mutex_);
  return paths_;
}

}  // namespace sparkify::redshift
