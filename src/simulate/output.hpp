#pragma once

#include <array>
#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <deque>
#include <exception>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

#include "base/compress.hpp"
#include "base/object_store.hpp"
#include "simulate/simulation.hpp"

namespace sparkify::simulate {

/// Writes `text` to `path` whole, and makes the folders above it.
/// Throws denied, unavailable (disk full).
void write_object(base::ObjectStore& store, const std::string& path, std::string_view text);

/// Event files of a folder, one for each UTC day and delivery, or standard output. A file of the
/// folder does not end in a line end, as those of the public bucket; standard output does.
/// Files appear whole, when their day is over. When following, those of a disk grow as events come;
/// far away, where an object cannot grow, a day has objects of `object_time` each, numbered.
///
/// A thread of its own compresses and writes, so that generating goes on meanwhile.
/// Memory: what waits to be written, at most 32 MiB beyond one window, and three of the store's
/// writers.
class EventFiles {
 public:
  enum class Compression { none, gzip, zstd };
  struct Options {
    std::string folder;  ///< `-`: standard output, the first delivery only and no compression
    Compression compression = Compression::none;
    bool is_following = false;
    std::chrono::milliseconds object_time{60'000};  ///< of the clock
  };

  /// Borrows the store, which must outlive this.
  EventFiles(base::ObjectStore& store, Options options);
  ~EventFiles();
  EventFiles(const EventFiles&) = delete;
  EventFiles& operator=(const EventFiles&) = delete;

  /// Takes the lines and leaves a text that was written, so that its memory is used again. Throws
  /// what went wrong with earlier lines: denied, unavailable (disk full, reader gone).
  void write(std::int64_t day, DeliveredText& text);
  /// Waits until everything is written and closes the files. Throws as write() does.
  void finish();

  std::uint64_t bytes_written() const { return bytes_written_; }  ///< before compression

 private:
  struct Job {
    std::int64_t day;
    DeliveredText text;
    std::size_t size() const;
  };
  class File;

  using Clock = std::chrono::steady_clock;

  void work();
  bool await_job(Job& job);
  void run(const Job& job);
  void write_lines(Delivery delivery, std::int64_t day, std::string_view text);
  void close_files();
  std::unique_ptr<File> make_file(Delivery delivery, std::int64_t day) const;
  std::string path_of(Delivery delivery, std::int64_t day) const;

  static constexpr std::size_t most_waiting_bytes = 32 << 20;

  base::ObjectStore& store_;
  Options options_;
  bool is_in_parts_;            ///< a day has several objects
  std::int64_t open_day_ = -1;  ///< this and what follows: of the writing thread
  std::array<std::unique_ptr<File>, delivery_count> files_;  ///< of open_day_
  std::uint32_t part_ = 1;                                   ///< of open_day_
  std::optional<Clock::time_point> part_ends_;               ///< of open files, when in parts
  std::uint64_t bytes_written_ = 0;

  std::mutex mutex_;
  std::condition_variable changed_;
  std::deque<Job> jobs_;              ///< guarded by mutex_, as all below
  std::vector<DeliveredText> spare_;  ///< written, to be filled again
  std::size_t waiting_bytes_ = 0;
  bool is_finished_ = false;
  std::exception_ptr failure_;
  std::jthread writer_;
};

}  // namespace sparkify::simulate
