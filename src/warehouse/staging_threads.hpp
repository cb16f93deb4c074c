#pragma once

#include <atomic>
#include <cstddef>
#include <exception>
#include <functional>
#include <list>
#include <mutex>
#include <thread>
#include <vector>

#include "duckdb/travelling_chunk.hpp"
#include "warehouse/staging.hpp"

namespace sparkify::warehouse {

/// The files of a request, read on threads of this process for an engine that is elsewhere.
/// Memory: that of the source, and for each thread one chunk.
class StagingThreads {
 public:
  /// Takes the first rows of a chunk; called on one thread.
  using Take = std::function<void(const duckdb::TravellingChunk& rows, std::size_t row_count)>;

  /// Borrows the source. `begin` is called on each thread.
  StagingThreads(StagingSource& source, unsigned threads, std::function<Take()> begin);
  /// Reading stops, unless it is finished.
  ~StagingThreads();
  StagingThreads(const StagingThreads&) = delete;
  StagingThreads& operator=(const StagingThreads&) = delete;

  /// Waits a moment; false when all has been taken, or nothing more will be.
  bool goes_on();
  /// Throws what reading or taking threw first.
  void finish();

 private:
  void read();

  StagingSource& source_;
  std::function<Take()> begin_;
  std::vector<duckdb::Source::Column> columns_;
  std::mutex mutex_;
  std::exception_ptr failure_;  ///< guarded by mutex_
  std::atomic<unsigned> left_;  ///< threads that have not ended
  std::list<std::jthread> threads_;
};

}  // namespace sparkify::warehouse
