#pragma once

#include <atomic>
#include <cstddef>
#include <exception>
#include <mutex>
#include <thread>
#include <vector>

namespace sparkify::simulate {

/// Calls `work(thread, task)` for every task from 0 to task_count, on at most `thread_count`
/// threads, this one among them. Returns when all are done; throws what the first failing call
/// threw.
template <typename Work>
void in_parallel(unsigned thread_count, std::size_t task_count, const Work& work) {
  std::atomic<std::size_t> next = 0;
  std::mutex mutex;
  std::exception_ptr failure;
  auto run = [&](unsigned thread) {
    try {
      for (std::size_t task; (task = next++) < task_count;) work(thread, task);
    } catch (...) {
      next = task_count;
      std::lock_guard lock(mutex);
      if (!failure) failure = std::current_exception();
    }
  };
  {
    std::vector<std::jthread> others;
    for (unsigned thread = 1; thread < thread_count && thread < task_count; ++thread)
      others.emplace_back(run, thread);
    run(0);
  }
  if (failure) std::rethrow_exception(failure);
}

}  // namespace sparkify::simulate
