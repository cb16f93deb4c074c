#include "warehouse/staging_threads.hpp"

#include <chrono>
#include <utility>

namespace sparkify::warehouse {

StagingThreads::StagingThreads(StagingSource& source, unsigned threads, std::function<Take()> begin)
    : source_(source), begin_(std::move(begin)), columns_(source.columns()), left_(threads) {
  for (unsigned i = 0; i < threads; ++i) threads_.emplace_back([this] { read(); });
}

StagingThreads::~StagingThreads() {
  if (!threads_.empty()) source_.stop();  // else it is finished: nothing was stopped early
}

bool StagingThreads::goes_on() {
  using namespace std::chrono_literals;
  if (left_ == 0) return false;
  std::this_thread::sleep_for(5ms);
  return true;
}

void StagingThreads::finish() {
  threads_.clear();
  if (failure_) std::rethrow_exception(failure_);
}

void StagingThreads::read() {
  try {
    auto reader = source_.open_reader();
    Take take = begin_();
    duckdb::TravellingChunk chunk(columns_);
    for (;;) {
      duckdb::Chunk rows = chunk.begin();
      std::size_t count = reader->fill(rows);
      if (count == 0) break;
      take(chunk, count);
    }
  } catch (...) {
    std::lock_guard lock(mutex_);
    if (!failure_) failure_ = std::current_exception();
    source_.stop();
  }
  --left_;
}

}  // namespace sparkify::warehouse
